/** Owns the noun silence: which alerts are kept quiet, until when, and why. The matching lives in `lib/alert`. */
import * as z from 'zod'
import { CAUSES } from '@/lib/domain/monitor'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '@/lib/domain/time'

export const DEFAULT_SILENCE_MS = 4 * HOUR_MS
export const MIN_SILENCE_MS = MINUTE_MS
export const MAX_SILENCE_MS = 30 * DAY_MS
export const MAX_REASON_LENGTH = 500

const words = z.array(z.string().trim().min(1).max(200)).max(100).default([])

/** An empty list of a criterion takes everything; `*` stands for any run of characters. */
export const SilenceMatchersSchema = z.strictObject({
  models: words,
  versions: words,
  causes: z.array(z.enum(CAUSES)).max(CAUSES.length).default([]),
  severities: z
    .array(z.enum(['warning', 'critical']))
    .max(2)
    .default([]),
  owners: words,
  /** Columns: all that take part in the alert must fit. */
  columns: words,
  /** Slices; an alert about the whole version is in none. Absent in silences made before there were slices. */
  slices: words.optional(),
})
export type SilenceMatchers = z.infer<typeof SilenceMatchersSchema>

export interface Silence {
  readonly id: number
  readonly createdMs: number
  readonly createdBy: string
  readonly reason: string
  readonly startsMs: number
  readonly endsMs: number
  readonly matchers: SilenceMatchers
  /** Who ended it before its time. */
  readonly endedBy: string | null
}
