/** Owns the shapes of bucket summaries: mergeable counts of one column, or of the whole version, in one bucket. */

import type { Grid, GridCounts } from '@/lib/stats/grid/grid'
import type { DDSketch } from '@/lib/stats/sketches/ddsketch'
import type { Moments } from '@/lib/stats/sketches/moments'
import type { SpaceSaving } from '@/lib/stats/sketches/space-saving'
import type { CustomSummary } from '@/lib/summary/custom'
import type { ExactSums } from '@/lib/summary/exact-sums'
import type { RowsSummary } from '@/lib/summary/rows'

/** What every column summary counts besides its values. Rows = present + missing + typeChanged. */
interface Tallies {
  readonly kind: string
  /** null, absent, NaN or empty text. */
  missing: number
  /** Values of another type than the profile's: text in a numeric column and the like. */
  typeChanged: number
}

/** Numeric column under a profile. */
export interface GridSummary extends Tallies {
  readonly kind: 'grid'
  values: GridCounts
  moments: Moments
  /** Values outside the range, sign or integer expectation. */
  outOfRange: number
  /** The sums as whole numbers; `values.sums` is computed from them. Needed to encode. */
  exact?: ExactSums
  /** The grid it was counted on, where it is known; without it `values.sums` is empty. */
  grid?: Grid
}

/** Numeric column before there is a profile. */
export interface SketchSummary extends Tallies {
  readonly kind: 'sketch'
  sketch: DDSketch
  moments: Moments
}

/** Categorical, boolean or text column, with or without a profile. */
export interface CategorySummary extends Tallies {
  readonly kind: 'categories'
  counts: SpaceSaving
  /** Values that are not in the profile's categories; 0 before there is one. */
  unseen: number
  /** Lengths of the text in characters. */
  lengths: Moments
  /** Texts outside the length expectation. */
  outOfRange?: number
}

/** The version as a whole: software metrics and volume. */
export interface TrafficSummary {
  readonly kind: 'traffic'
  records: number
  errors: number
  /** Records that came as back-fill. */
  backfilled: number
  /** Records that came after their window's allowed lateness. */
  late: number
  /** Records whose time was the arrival time. */
  timeAssumed: number
  /** Records without a prediction. */
  nullPredictions: number
  latency: DDSketch
  latencyMoments: Moments
  memory: Moments
  load: Moments
}

/** Labels joined to the bucket's records. */
export interface QualitySummary {
  readonly kind: 'quality'
  n: number
  /** Classification: count by actual, then predicted, class label as text; at most 100 classes a side. */
  confusion: Map<string, Map<string, number>>
  /** Binary: exact counts by score for negatives and positives, while at most 1,000 scores differ (else rounded to 1e-4). */
  scores: Map<number, { negative: number; positive: number }>
  /** Scores were rounded to 1e-4 because there were too many; stays so. */
  scoresRounded?: boolean
  /** Regression: Σ|e|, Σe², Σe with e = predicted − actual, and Σy, Σy². */
  absoluteError: number
  squaredError: number
  error: number
  actualSum: number
  actualSquares: number
}

/** Events of the bucket's records: how many of them had each, by name. */
export interface EventsSummary {
  readonly kind: 'events'
  counts: Map<string, number>
}

export type ColumnSummary = GridSummary | SketchSummary | CategorySummary
export type Summary =
  | ColumnSummary
  | TrafficSummary
  | QualitySummary
  | RowsSummary
  | EventsSummary
  | CustomSummary
