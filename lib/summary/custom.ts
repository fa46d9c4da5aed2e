/**
 * Owns the summary of a custom metric: everything in it is counted, and what was added can be taken away, because an event
 * changes what its record gave. Extremes alone cannot be taken away; metrics of events have none.
 */
import { type Aggregate, MISSING_REASONS, type MissingReason, quantileOf } from '@/lib/domain/custom-metric'
import { addToDDSketch, type DDSketch, ddSketchQuantile, emptyDDSketch } from '@/lib/stats/sketches/ddsketch'
import { TotalBuffer, totalToNumber } from '@/lib/summary/exact-total'
import { mergeSketches, withoutNegatives, withoutZeros } from '@/lib/summary/signed-sketch'

/** Counts may be below 0 while an event is summarised and its record is not yet. */
export interface CustomSummary {
  readonly kind: 'custom'
  /** Records that have a value and meet the condition. */
  readonly n: number
  /** Records that meet the condition and have none, by reason. */
  readonly missing: Readonly<Record<MissingReason, number>>
  /** Records of which the condition cannot be told. */
  readonly undecided: number
  /** In units of 2^-1074, as exact-total keeps them. */
  readonly sum: bigint
  /** Of the squares; for means only. */
  readonly squares: bigint
  /** For `min` and `max` only. */
  readonly extremes: { readonly min: number; readonly max: number } | null
  /** For quantiles only. */
  readonly sketch: DDSketch | null
}

export const NOTHING_MISSING: CustomSummary['missing'] = { absent: 0, wrong_type: 0, no_result: 0 }

export function emptyCustom(): CustomSummary {
  return {
    kind: 'custom',
    n: 0,
    missing: NOTHING_MISSING,
    undecided: 0,
    sum: 0n,
    squares: 0n,
    extremes: null,
    sketch: null,
  }
}

/** What one record gives. */
export interface CustomOutcome {
  readonly kind: 'value' | 'missing' | 'outside' | 'undecided'
  readonly value: number
  readonly reason: MissingReason
}

/** Collects the outcomes of one bucket. */
export class CustomFold {
  private n = 0
  private undecided = 0
  private missing: Record<MissingReason, number> = { ...NOTHING_MISSING }
  private readonly sum = new TotalBuffer()
  private readonly squares: TotalBuffer | null
  private extremes: { min: number; max: number } | null = null
  private sketch: DDSketch | null = null
  private readonly keepsSum: boolean
  private readonly keepsExtremes: boolean
  private readonly keepsSketch: boolean

  constructor(aggregate: Aggregate) {
    this.keepsSum = aggregate === 'mean' || aggregate === 'sum' || aggregate === 'share'
    this.keepsExtremes = aggregate === 'min' || aggregate === 'max'
    this.keepsSketch = quantileOf(aggregate) !== null
    this.squares = aggregate === 'mean' ? new TotalBuffer() : null
  }

  /** @param sign -1 takes back what was added; not for extremes */
  add({ kind, value, reason }: CustomOutcome, sign: 1 | -1 = 1): void {
    if (kind === 'outside') return
    if (kind === 'undecided') this.undecided += sign
    else if (kind === 'missing') this.missing[reason] += sign
    else this.addValue(value, sign)
  }

  private addValue(value: number, sign: 1 | -1): void {
    this.n += sign
    if (this.keepsSum) this.sum.add(value, sign)
    this.squares?.add(Math.min(Number.MAX_VALUE, value * value), sign)
    if (this.keepsExtremes) {
      this.extremes ??= { min: value, max: value }
      if (value < this.extremes.min) this.extremes.min = value
      if (value > this.extremes.max) this.extremes.max = value
    }
    if (this.keepsSketch) {
      if (sign === 1) {
        this.sketch ??= emptyDDSketch()
        addToDDSketch(this.sketch, value)
      } else {
        const one = emptyDDSketch()
        addToDDSketch(one, value)
        this.sketch = mergeSketches(this.sketch, one, -1)
      }
    }
  }

  /** The summary so far; starts anew. */
  finish(): CustomSummary {
    const done: CustomSummary = {
      kind: 'custom',
      n: this.n,
      missing: this.missing,
      undecided: this.undecided,
      sum: this.sum.total(),
      squares: this.squares?.total() ?? 0n,
      extremes: this.extremes,
      sketch: withoutZeros(this.sketch),
    }
    this.n = 0
    this.undecided = 0
    this.missing = { ...NOTHING_MISSING }
    this.sum.reset()
    this.squares?.reset()
    this.extremes = null
    this.sketch = null
    return done
  }
}

/** Of the records of both; the arguments are left alone. */
export function mergeCustom(a: CustomSummary, b: CustomSummary): CustomSummary {
  const missing: Record<MissingReason, number> = { ...NOTHING_MISSING }
  for (const reason of MISSING_REASONS) missing[reason] = a.missing[reason] + b.missing[reason]
  const [one, other] = [a.extremes, b.extremes]
  return {
    kind: 'custom',
    n: a.n + b.n,
    missing,
    undecided: a.undecided + b.undecided,
    sum: a.sum + b.sum,
    squares: a.squares + b.squares,
    extremes:
      one && other
        ? { min: Math.min(one.min, other.min), max: Math.max(one.max, other.max) }
        : (one ?? other),
    sketch: withoutZeros(mergeSketches(a.sketch, b.sketch, 1)),
  }
}

/** Whether nothing was counted. */
export function isEmptyCustom({
  n,
  missing,
  undecided,
  sum,
  squares,
  extremes,
  sketch,
}: CustomSummary): boolean {
  const counts = [n, undecided, ...MISSING_REASONS.map((reason) => missing[reason])]
  return counts.every((count) => count === 0) && sum === 0n && squares === 0n && !extremes && !sketch
}

/** The metric's number; null where no record gave one. Counts and sums of none are 0. */
export function customValue(summary: CustomSummary, aggregate: Aggregate): number | null {
  const { n } = summary
  if (aggregate === 'count') return Math.max(0, n)
  if (aggregate === 'sum') return n <= 0 ? 0 : totalToNumber(summary.sum)
  if (n <= 0) return null
  if (aggregate === 'share') return Math.min(1, Math.max(0, totalToNumber(summary.sum) / n))
  if (aggregate === 'mean') return totalToNumber(summary.sum) / n
  if (aggregate === 'min' || aggregate === 'max') return summary.extremes?.[aggregate] ?? null
  const quantile = quantileOf(aggregate)
  return quantile === null || !summary.sketch
    ? null
    : ddSketchQuantile(withoutNegatives(summary.sketch), quantile)
}

/** Standard error of a share or a mean; null for the others, and below two records. */
export function customError(summary: CustomSummary, aggregate: Aggregate): number | null {
  const { n } = summary
  const value = customValue(summary, aggregate)
  if (n < 2 || value === null) return null
  if (aggregate === 'share') return Math.sqrt((value * (1 - value)) / n)
  if (aggregate !== 'mean') return null
  // n · Σx² - (Σx)² without rounding: of the squares themselves 53 bits are kept.
  const spread = (BigInt(n) * summary.squares * 2n ** 1074n - summary.sum * summary.sum) >> 1074n
  return Math.sqrt(Math.max(0, totalToNumber(spread)) / n / n / (n - 1))
}
