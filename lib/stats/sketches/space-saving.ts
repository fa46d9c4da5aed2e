/**
 * SpaceSaving: the most frequent texts of a stream in bounded space. The true count of a kept label lies in
 * [count - error, count]; exact (all errors 0) while at most `capacity` labels differ.
 *
 * Merging adds counts; a label absent from a full summary contributes that summary's smallest count to count and
 * error. Ties are broken by label. Source: Metwally et al. 2005; Agarwal et al. 2012 (merging);
 * statistics.md section 15; golden file `space_saving`.
 * Example: a, a, b, c in two places keep a (2) and c (2, error 1).
 */

export const DEFAULT_SPACE_SAVING_CAPACITY = 1_000

export interface SpaceSavingItem {
  count: number
  /** By how much `count` may be too large. */
  error: number
}

export interface SpaceSaving {
  readonly capacity: number
  /** All items added, kept or not. */
  n: number
  readonly items: Map<string, SpaceSavingItem>
}

/** One kept label. */
export interface TopItem extends SpaceSavingItem {
  readonly label: string
}

/** The summary of no items. */
export function emptySpaceSaving(capacity: number = DEFAULT_SPACE_SAVING_CAPACITY): SpaceSaving {
  return { capacity, n: 0, items: new Map() }
}

/** Adds one label, in place; evicts the smallest count when full. */
export function addToSpaceSaving(summary: SpaceSaving, label: string): void {
  const { items } = summary
  summary.n++
  const known = items.get(label)
  if (known) {
    known.count++
    return
  }
  if (items.size < summary.capacity) {
    items.set(label, { count: 1, error: 0 })
    return
  }
  let victim: string | null = null
  let smallest = Number.POSITIVE_INFINITY
  for (const [candidate, { count }] of items) {
    if (count < smallest || (count === smallest && victim !== null && candidate < victim)) {
      smallest = count
      victim = candidate
    }
  }
  if (victim === null) return
  items.delete(victim)
  items.set(label, { count: smallest + 1, error: smallest })
}

/**
 * A summary of exact counts: the largest `capacity` are kept, free of error. What is dropped counts at most as
 * much as the smallest that is kept, which is all that merging relies on.
 */
export function spaceSavingFromCounts(counts: ReadonlyMap<string, number>, capacity: number): SpaceSaving {
  let n = 0
  for (const count of counts.values()) n += count
  const items = new Map<string, SpaceSavingItem>()
  if (counts.size <= capacity) {
    for (const [label, count] of counts) items.set(label, { count, error: 0 })
  } else {
    const sorted = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
    for (const [label, count] of sorted.slice(0, capacity)) items.set(label, { count, error: 0 })
  }
  return { capacity, n, items }
}

/** Summary of the union, at the smaller capacity of the two; the arguments are left alone. */
export function mergeSpaceSavings(a: Readonly<SpaceSaving>, b: Readonly<SpaceSaving>): SpaceSaving {
  const capacity = Math.min(a.capacity, b.capacity)
  const floorA = smallestWhenFull(a)
  const floorB = smallestWhenFull(b)
  const merged: TopItem[] = []
  for (const [label, item] of a.items) {
    const other = b.items.get(label)
    merged.push({
      label,
      count: item.count + (other ? other.count : floorB),
      error: item.error + (other ? other.error : floorB),
    })
  }
  for (const [label, item] of b.items) {
    if (!a.items.has(label)) merged.push({ label, count: item.count + floorA, error: item.error + floorA })
  }
  if (merged.length > capacity) {
    merged.sort(byCountThenLabel)
    merged.length = capacity
  }
  const items = new Map<string, SpaceSavingItem>()
  for (const { label, count, error } of merged) items.set(label, { count, error })
  return { capacity, n: a.n + b.n, items }
}

/** Kept labels, largest count first, then by label. */
export function topItems(summary: Readonly<SpaceSaving>): TopItem[] {
  return [...summary.items].map(([label, item]) => ({ label, ...item })).sort(byCountThenLabel)
}

function byCountThenLabel(a: TopItem, b: TopItem): number {
  return b.count - a.count || (a.label < b.label ? -1 : a.label > b.label ? 1 : 0)
}

function smallestWhenFull(summary: Readonly<SpaceSaving>): number {
  if (summary.items.size < summary.capacity) return 0
  let smallest = Number.POSITIVE_INFINITY
  for (const { count } of summary.items.values()) if (count < smallest) smallest = count
  return Number.isFinite(smallest) ? smallest : 0
}
