/**
 * Constraints that a reference column suggests: proposals, for a person to accept.
 *
 * Source: the rules and their numbers are those of statistics.md section 16, after TensorFlow Data Validation and Deequ;
 * golden `profile`. Example: whole numbers from 1 to 11 without gaps suggest not null, positive, 0 … 12, integer.
 */
import type { ColumnFacts, InferredKind } from '@/lib/stats/profile/infer-kind'

/** `[name, argument]`, in the words of the golden file. */
export type Constraint =
  | readonly ['not_null' | 'unique' | 'positive' | 'non_negative' | 'is_integer', null]
  | readonly ['non_null_fraction_min', number]
  | readonly ['range', readonly [number, number]]
  | readonly ['domain', readonly string[]]
  | readonly ['format', string]

const MAX_DOMAIN = 50
/** One-sided 95 % normal quantile. */
const Z_95 = 1.645

/** Constraints that the reference suggests; none for a column without values. */
export function suggestConstraints(facts: ColumnFacts, kind: InferredKind | null): Constraint[] {
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
