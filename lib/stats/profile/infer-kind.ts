/**
 * Kind of a column by its values alone: what it can be tested as.
 *
 * Source: the rules and their numbers are those of statistics.md section 16; golden `profile`. Example: an integer column
 * that never repeats in 60 rows is an identifier, one with 4 different values a category.
 */

/** Type of the values of a column. */
export type InferredType = 'boolean' | 'integer' | 'number' | 'datetime' | 'string'

/** What a column is summarised and tested as. */
export type InferredKind = 'numeric' | 'categorical' | 'text' | 'identifier' | 'timestamp'

/** What the rules look at. */
export interface ColumnFacts {
  /** Rows, missing ones included. */
  readonly n: number
  /** Rows with a value. */
  readonly present: number
  /** null when there are no values. */
  readonly type: InferredType | null
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

const MIN_ROWS_FOR_IDENTIFIER = 50

/** Kind of a column by its values alone; a column without values has none. */
export function inferKind(facts: ColumnFacts): InferredKind | null {
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
