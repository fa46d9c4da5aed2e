/** Owns the kind of a column and the constraints that are suggested for it: statistics.md section 16 as it stands there. */
import type { ColumnKind, ValueType } from '@/lib/domain/column'

/** What the rules look at. */
export interface ColumnFacts {
  /** Rows, missing ones included. */
  readonly n: number
  /** Rows with a value. */
  readonly present: number
  /** null when there are no values. */
  readonly type: ValueType | null
  readonly distinct: number
  /** Smallest and largest number; null for other types. */
  readonly min: number | null
  readonly max: number | null
  /** Words a text has on average. */
  readonly meanWords: number
  readonly format: string | null
  /** Labels in ascending order, where they are few enough to be listed. */
  readonly labels: readonly string[] | null
}

/** `[name, argument]`, in the words of the statistics reference. */
export type Constraint =
  | readonly ['not_null' | 'unique' | 'positive' | 'non_negative' | 'is_integer', null]
  | readonly ['non_null_fraction_min', number]
  | readonly ['range', readonly [number, number]]
  | readonly ['domain', readonly string[]]
  | readonly ['format', string]

const MAX_DOMAIN = 50
const MIN_ROWS_FOR_IDENTIFIER = 50
/** One-sided 95 % normal quantile. */
const Z_95 = 1.645

/** Kind of a column by its values alone; a column without values has none. */
export function inferKind(facts: ColumnFacts): ColumnKind | null {
  const { type, distinct, present } = facts
  const distinctShare = present === 0 ? 0 : distinct / present
  switch (type) {
    case null:
      return null
    case 'boolean':
      return 'categorical'
    case 'datetime':
      return 'timestamp'
    case 'number':
      return distinct > 2 ? 'numeric' : 'categorical'
    case 'integer':
      if (distinct === present && present >= MIN_ROWS_FOR_IDENTIFIER) return 'identifier'
      return (distinct <= 20 && distinctShare <= 0.2) || distinct <= 2 ? 'categorical' : 'numeric'
    case 'string':
      if (distinctShare > 0.95 && present >= MIN_ROWS_FOR_IDENTIFIER && facts.meanWords < 2)
        return 'identifier'
      return facts.meanWords >= 4 && distinctShare > 0.5 ? 'text' : 'categorical'
  }
}

/** Constraints that the reference suggests; none for a column without values. */
export function suggestConstraints(facts: ColumnFacts, kind: ColumnKind | null): Constraint[] {
  if (facts.type === null || kind === null) return []
  const constraints: Constraint[] = [completeness(facts)]
  if (kind === 'identifier' && facts.distinct === facts.present) constraints.push(['unique', null])
  if (kind === 'numeric' && facts.min !== null && facts.max !== null) {
    const margin = 0.1 * (facts.max - facts.min)
    if (facts.min > 0) constraints.push(['positive', null])
    else if (facts.min >= 0) constraints.push(['non_negative', null])
    constraints.push(['range', [finite(facts.min - margin), finite(facts.max + margin)]])
    if (facts.type === 'integer') constraints.push(['is_integer', null])
  }
  if (kind === 'categorical' && facts.labels && facts.labels.length <= MAX_DOMAIN) {
    constraints.push(['domain', facts.labels])
  }
  if (facts.format !== null) constraints.push(['format', facts.format])
  return constraints
}

/** The span of very large numbers has no double; the largest one stands for it. */
function finite(value: number): number {
  return Math.min(Number.MAX_VALUE, Math.max(-Number.MAX_VALUE, value))
}

/** Complete, or the lower end of the one-sided 95 % interval of the present share, floored to two decimals. */
function completeness(facts: ColumnFacts): Constraint {
  const share = facts.present / facts.n
  if (share === 1) return ['not_null', null]
  const lower = share - Z_95 * Math.sqrt((share * (1 - share)) / facts.n)
  return ['non_null_fraction_min', Math.floor(Math.max(0, lower) * 100) / 100]
}
