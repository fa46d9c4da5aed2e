/** Owns folding the values of a categorical, boolean or text column into a category summary. */
import type { ColumnProfile } from '@/lib/domain/profile'
import type { Scalar } from '@/lib/domain/record'
import {
  emptySpaceSaving,
  mergeSpaceSavings,
  type SpaceSaving,
  spaceSavingFromCounts,
} from '@/lib/stats/sketches/space-saving'
import { MomentsBuffer } from '@/lib/summary/batch-moments'
import { categoryLabel, isOfType, labelOfType } from '@/lib/summary/category-label'
import type { ColumnFold } from '@/lib/summary/column-fold'
import type { CategorySummary } from '@/lib/summary/types'

/** Labels kept a bucket: categories; columns without a profile; texts, whose labels hardly repeat. */
export const CATEGORY_CAPACITY = 1_000
export const UNPROFILED_CAPACITY = 100
export const TEXT_CAPACITY = 20

/** Different labels counted exactly before they are cut to the capacity. */
const MAX_EXACT_LABELS = 20_000

/** Counts labels exactly in batches and keeps the most frequent. */
export class LabelCounts {
  private readonly exact = new Map<string, number>()
  private folded: SpaceSaving | null = null

  constructor(private readonly capacity: number) {}

  add(label: string, times = 1): void {
    this.exact.set(label, (this.exact.get(label) ?? 0) + times)
    if (this.exact.size > MAX_EXACT_LABELS) this.fold()
  }

  /** All that was added. */
  counts(): SpaceSaving {
    if (this.folded === null) return spaceSavingFromCounts(this.exact, this.capacity)
    this.fold()
    return this.folded
  }

  reset(): void {
    this.exact.clear()
    this.folded = null
  }

  private fold(): void {
    const part = spaceSavingFromCounts(this.exact, this.capacity)
    this.folded = mergeSpaceSavings(this.folded ?? emptySpaceSaving(this.capacity), part)
    this.exact.clear()
  }
}

/** A categorical, text, identifier or timestamp column with a profile. */
export class CategoryFold implements ColumnFold {
  private readonly labels: LabelCounts
  /** What the reference, or the set expectation in its place, allows; null when anything is fine. */
  private readonly known: ReadonlySet<string> | null
  private readonly type: ColumnProfile['type']
  private readonly isText: boolean
  private readonly minLength: number
  private readonly maxLength: number
  private readonly lengths = new MomentsBuffer()
  private missing = 0
  private typeChanged = 0
  private unseen = 0
  private outOfRange = 0

  constructor(column: ColumnProfile) {
    this.type = column.type
    this.isText = column.kind !== 'categorical'
    this.labels = new LabelCounts(this.isText ? TEXT_CAPACITY : CATEGORY_CAPACITY)
    this.known = knownLabels(column)
    const length = column.expectations.find((expectation) => expectation.kind === 'length')
    this.minLength = length?.min ?? 0
    this.maxLength = length?.max ?? Number.POSITIVE_INFINITY
  }

  add(value: Scalar | undefined, times = 1): void {
    if (value === undefined || value === null || value === '') {
      this.missing += times
      return
    }
    if (typeof value === 'number' && !Number.isFinite(value)) {
      this.missing += times
      return
    }
    const label = labelOfType(value, this.type)
    const isKnown = this.known?.has(label) ?? false
    if (!isKnown && !isOfType(value, this.type)) {
      this.typeChanged += times
      return
    }
    if (this.known !== null && !isKnown) this.unseen += times
    this.labels.add(label, times)
    if (typeof value !== 'string') return
    this.lengths.addTimes(value.length, times)
    if (value.length < this.minLength || value.length > this.maxLength) this.outOfRange += times
  }

  addNumbers(values: Float64Array): void {
    const counts = new Map<number, number>()
    for (let i = 0; i < values.length; i++) {
      const value = values[i] ?? 0
      counts.set(value, (counts.get(value) ?? 0) + 1)
    }
    for (const [value, times] of counts) this.add(value, times)
  }

  summary(): CategorySummary {
    return {
      kind: 'categories',
      missing: this.missing,
      typeChanged: this.typeChanged,
      unseen: this.unseen,
      outOfRange: this.outOfRange,
      lengths: this.lengths.moments(),
      counts: this.labels.counts(),
    }
  }

  reset(): void {
    this.labels.reset()
    this.lengths.reset()
    this.missing = 0
    this.typeChanged = 0
    this.unseen = 0
    this.outOfRange = 0
  }
}

function knownLabels(column: ColumnProfile): ReadonlySet<string> | null {
  const set = column.expectations.find((expectation) => expectation.kind === 'set')
  if (set) return new Set(set.values.map(categoryLabel))
  if (column.kind !== 'categorical' || column.categories === null) return null
  return new Set(column.categories.map(({ label }) => categoryLabel(label)))
}
