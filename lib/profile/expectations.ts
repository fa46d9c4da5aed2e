/** Owns turning suggested constraints into expectations, which are what monitors check. */
import type { ColumnKind, ValueType } from '@/lib/domain/column'
import type { Expectation, MomentsJson } from '@/lib/domain/profile'
import type { Constraint } from '@/lib/stats/profile/suggest-constraints'
import { booleanLabel } from '@/lib/summary/category-label'

/**
 * Expectations for a column. `unique` and `format` have no counterpart: a window cannot tell uniqueness, and a
 * changed format shows as new categories or lengths.
 * @param lengths of the texts in characters; null where there are none
 */
export function suggestExpectations(
  constraints: readonly Constraint[],
  type: ValueType | null,
  kind: ColumnKind | null,
  lengths: MomentsJson | null,
): Expectation[] {
  if (type === null) return []
  const expectations: Expectation[] = [{ kind: 'type', type }]
  for (const [name, argument] of constraints) {
    switch (name) {
      case 'not_null':
        expectations.push({ kind: 'presence', maxMissing: 0 })
        break
      case 'non_null_fraction_min':
        // The share is given with two decimals; so is what is left of it.
        expectations.push({ kind: 'presence', maxMissing: Math.round((1 - argument) * 100) / 100 })
        break
      case 'positive':
        expectations.push({ kind: 'positive', zeroAllowed: false })
        break
      case 'non_negative':
        expectations.push({ kind: 'positive', zeroAllowed: true })
        break
      case 'range':
        expectations.push({ kind: 'range', min: argument[0], max: argument[1] })
        break
      case 'domain':
        expectations.push({ kind: 'set', values: type === 'boolean' ? truthWords(argument) : argument })
        break
      case 'unique':
      case 'is_integer':
      case 'format':
        break
    }
  }
  if ((kind === 'text' || kind === 'identifier') && lengths?.min != null && lengths.max !== null) {
    // Identifiers keep their lengths; free text gets half its span more on each side.
    const margin = kind === 'text' ? Math.ceil(0.5 * (lengths.max - lengths.min)) : 0
    expectations.push({ kind: 'length', min: Math.max(0, lengths.min - margin), max: lengths.max + margin })
  }
  return expectations
}

/** Live values of a boolean column are `true` and `false`, whatever words the file used. */
function truthWords(words: readonly string[]): string[] {
  return [...new Set(words.map((word) => booleanLabel(word) ?? word))].sort()
}
