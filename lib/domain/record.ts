/** Owns the noun record: one logged prediction in canonical form, its label, and why one may be refused. */
import type { SideKind } from '@/lib/domain/side-log'

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
  /** The refused record as text, as far as it may be kept: treated by the rules of its model, names as they came. */
  readonly raw: string
  /** What is needed to take it later; absent where that cannot be done. */
  readonly origin?: RefusalOrigin
}

/** What is sent and may be refused. */
export type RefusedKind = 'records' | 'labels' | SideKind

/** Where a refused record came from: what the record does not say itself. */
export interface RefusalOrigin {
  readonly kind: RefusedKind
  /** Model named by the address, or null. */
  readonly model: string | null
  /** Fields of the object around the list it came in that records inherit. */
  readonly around: Readonly<Record<string, Scalar>> | null
  /** `raw` is the record, only its beginning, or was not kept because rules for privacy could not be applied to it. */
  readonly state: 'whole' | 'cut' | 'withheld'
  /** Revision of its model's rules that were applied to `raw`, or null. */
  readonly rules: number | null
  /** The id it gets where it has none: the same whenever the same body is sent again within a quarter of an hour. */
  readonly id: string | null
}
