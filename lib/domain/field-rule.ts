/** Owns the noun field rule: what is done to one field of a model's records before anything is written. */
import * as z from 'zod'

/**
 * keep: as it came. drop: left out. hash: a keyed hash in its place. redact: the text `[redacted]` in its place.
 * coarse: only as exact as the summaries are.
 */
export const TREATMENTS = ['keep', 'drop', 'hash', 'redact', 'coarse'] as const
export type Treatment = (typeof TREATMENTS)[number]

export const MAX_FIELD_RULES = 200
const MAX_PATH_LENGTH = 400

export const FieldRuleSchema = z.object({
  /** Names with dots between, from the outermost one: `features.email`, `payload.user.id`. */
  path: z.string().trim().min(1).max(MAX_PATH_LENGTH),
  /** Where the value goes instead: `features.NAME`, `tags.NAME` or a documented field; null to stay where it is. */
  to: z.string().trim().min(1).max(MAX_PATH_LENGTH).nullable().default(null),
  treatment: z.enum(TREATMENTS).default('keep'),
})
export type FieldRule = z.infer<typeof FieldRuleSchema>

export const FieldRulesSchema = z.array(FieldRuleSchema).max(MAX_FIELD_RULES)

/** What stands in place of a redacted value. */
export const REDACTED = '[redacted]'
