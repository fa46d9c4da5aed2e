/**
 * Profile of one column of untyped values: type, kind, format, and the constraints it suggests.
 *
 * Missing are null, NaN, the words for missing, and in numeric columns what is no finite number. One value that does
 * not fit makes the column a string. Source: statistics.md section 16; golden `profile`.
 * Example: 007, 012, 003 are strings, for codes are not quantities.
 */
import { type Outcome, undefinedBecause } from '@/lib/stats/outcome'
import { type ColumnFacts, type InferredKind, inferKind } from '@/lib/stats/profile/infer-kind'
import { type Constraint, suggestConstraints } from '@/lib/stats/profile/suggest-constraints'
import { isMissingWord } from '@/lib/stats/profile/text-patterns'
import { TypeFlags } from '@/lib/stats/profile/type-flags'

/** A value as a file or a log gives it. */
export type UntypedValue = string | number | boolean | null

export interface ProfiledColumn {
  readonly facts: ColumnFacts
  /** Null for a column without values. */
  readonly kind: InferredKind | null
  readonly constraints: readonly Constraint[]
}

/** @returns the profile of all values together, or `too_few_values` for no rows */
export function profileColumn(values: readonly UntypedValue[]): Outcome<ProfiledColumn> {
  if (values.length === 0) return undefinedBecause('too_few_values')
  const flags = new TypeFlags(true)
  const texts: string[] = []
  for (const value of values) {
    const present = typeof value === 'string' ? value.trim() : value
    if (isMissing(present)) continue
    flags.see(present)
    texts.push(String(present))
  }
  const facts = factsOf(values.length, texts, flags)
  const kind = inferKind(facts)
  return { status: 'ok', facts, kind, constraints: suggestConstraints(facts, kind) }
}

function isMissing(value: UntypedValue): value is null {
  if (typeof value === 'number') return !Number.isFinite(value)
  return value === null || (typeof value === 'string' && isMissingWord(value))
}

function factsOf(n: number, texts: readonly string[], flags: TypeFlags): ColumnFacts {
  const type = flags.type()
  const isNumeric = type === 'integer' || type === 'number'
  // Without a type all that was seen are infinities.
  const dropsInfinities = isNumeric || type === null
  const present = dropsInfinities ? texts.filter((text) => Number.isFinite(Number(text))) : texts
  const distinct = [...new Set(present)].sort()
  const numbers = isNumeric ? distinct.map(Number) : []
  return {
    n,
    present: present.length,
    type: present.length === 0 ? null : type,
    distinct: distinct.length,
    min: smallest(numbers),
    max: negated(smallest(numbers.map((number) => -number))),
    meanWords: present.length === 0 ? 0 : countWords(present) / present.length,
    format: type === 'string' ? flags.format() : null,
    labels: distinct,
  }
}

/** Least of any number of values: a spread argument list has a limit. */
function smallest(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((least, value) => Math.min(least, value), Infinity)
}

const negated = (value: number | null) => (value === null ? null : 0 - value)

function countWords(texts: readonly string[]): number {
  return texts.reduce((words, text) => words + text.split(/\s+/).length, 0)
}
