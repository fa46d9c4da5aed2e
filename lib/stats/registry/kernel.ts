/** Owns what the table of methods says of a kernel; it must not know how one computes. */

/** The families of the table, in the order of the document. */
export const FAMILIES = {
  two_sample: 'Two numeric samples',
  divergence: 'Bins and divergences',
  category: 'Categories and shares',
  rows: 'Whole rows',
  stream: 'Streams, one value at a time',
  history: 'Histories of windows',
  inference: 'Many tests, intervals, sample size',
  calibration: 'Calibration and quality without labels',
  performance: 'Quality with labels',
  summary: 'Mergeable summaries',
  profile: 'Profiles and skew',
} as const

export type Family = keyof typeof FAMILIES

/** What a kernel is given. */
export type Takes =
  | 'samples'
  | 'values'
  | 'counts'
  | 'grid'
  | 'categories'
  | 'matrix'
  | 'stream'
  | 'scores'
  | 'pairs'
  | 'lists'
  | 'p-values'

/** What it answers: a test has a p-value, a distance has none. */
export type Yields =
  | 'test'
  | 'distance'
  | 'signal'
  | 'estimate'
  | 'interval'
  | 'bins'
  | 'summary'
  | 'correction'
  | 'description'

export interface Kernel {
  /** Unique in the table. */
  readonly id: string
  readonly name: string
  readonly family: Family
  readonly takes: Takes
  readonly yields: Yields
  /** Smallest and largest value in words; larger is further where it yields a distance. */
  readonly range: string
  /** Who described it. */
  readonly source: string
  /** Names of the golden files that it is held against. */
  readonly golden: readonly string[]
  /** Its file below `lib/stats`, without the ending. */
  readonly file: string
  /** Id of the drift method that computes it from merged summaries, if there is one. */
  readonly method?: string
}
