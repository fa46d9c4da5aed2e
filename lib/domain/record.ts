/** Owns the noun record: one logged prediction in canonical form, its label, and why one may be refused. */

/** What a feature, prediction or label value may be once it is in canonical form. */
export type Scalar = number | string | boolean | null

/**
 * One prediction in canonical form. Keys are short because millions of these are stored as JSON:
 * the long names are in the comments and in docs/api.md.
 */
export interface PredictionRecord {
  /** prediction_id; generated from the request when the client gave none. */
  id: string
  /** Event time, epoch ms. */
  at: number
  /** Flat features; nested objects were joined with dots. Own keys only: a name may be `__proto__`. */
  f: Record<string, Scalar>
  /** prediction; absent when the record carries none. */
  p?: Scalar
  /** prediction_score of the positive or predicted class. */
  s?: number
  /** scores by class. */
  ss?: Record<string, number>
  /** latency in milliseconds. */
  l?: number
  /** status code of the serving call. */
  c?: number
  /** error text, or true. */
  e?: string | true
  /** resident memory in bytes. */
  m?: number
  /** load (1-minute average or share of CPU, as sent). */
  cpu?: number
  /** tags (slices). */
  t?: Record<string, string>
  /** trace_id. */
  tr?: string
  /** environment, when not production. */
  env?: string
  /** sampling weight, when not 1. */
  w?: number
  /** 1 when the event time is the arrival time because none was given. */
  ta?: 1
}

/** Ground truth for a record, usually late. */
export interface Label {
  /** prediction_id of the record it belongs to. */
  id: string
  /** The true value. */
  y: Scalar
  /** When the label was known, epoch ms; the newest one wins. */
  at: number
}

/** Why one record of a batch was refused. */
export interface Refusal {
  /** Position in the request, from 0. */
  readonly index: number
  readonly code: string
  /** Path of the offending field, or null. */
  readonly field: string | null
  readonly message: string
  readonly predictionId: string | null
  /** The refused record as text, cut to the quarantine's limit. */
  readonly raw: string
}
