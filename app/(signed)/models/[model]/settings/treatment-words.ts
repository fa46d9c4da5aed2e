/** Owns the treatments of a field in words, as a choice. */
import type { Treatment } from '@/lib/domain/field-rule'

export const TREATMENT_WORDS: Readonly<Record<Treatment, string>> = {
  keep: 'Everything, as it came',
  drop: 'Nothing: left out',
  hash: 'A keyed hash',
  redact: 'The text [redacted]',
  coarse: 'Only what summaries need',
}
