/** Owns the reading of two count vectors over the same categories: what is occupied, how many, or why it cannot be read. */
import { type Outcome, undefinedBecause } from '@/lib/stats/outcome'
import { sumOf } from '@/lib/stats/sum'

export interface PairedCounts {
  /** Counts of the categories that are not empty on both sides. */
  readonly reference: readonly number[]
  readonly current: readonly number[]
  readonly n: number
  readonly m: number
}

/** A count is a finite number, 0 or more; weights need not be whole. */
export function isCount(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value < Number.POSITIVE_INFINITY
}

/** Leaves out categories that neither side has; an empty side is `too_few_values`. */
export function pairCounts(
  reference: ArrayLike<number>,
  current: ArrayLike<number>,
): Outcome<{ readonly counts: PairedCounts }> {
  if (reference.length !== current.length) return undefinedBecause('length_mismatch')
  const kept = { reference: [] as number[], current: [] as number[] }
  for (let j = 0; j < reference.length; j++) {
    const before = reference[j]
    const now = current[j]
    if (!isCount(before) || !isCount(now)) return undefinedBecause('invalid_value')
    if (before === 0 && now === 0) continue
    kept.reference.push(before)
    kept.current.push(now)
  }
  const [n, m] = [sumOf(kept.reference), sumOf(kept.current)]
  if (!isCount(n) || !isCount(m) || !isCount(n + m)) return undefinedBecause('invalid_value')
  if (n === 0 || m === 0) return undefinedBecause('too_few_values')
  return { status: 'ok', counts: { ...kept, n, m } }
}
