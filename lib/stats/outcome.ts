/** Owns what every kernel answers: a finite number, or a named reason why there is none. Never NaN. */

/** Why a statistic has no value (statistics.md, section 0). */
export type UndefinedReason =
  | 'too_few_values'
  | 'constant'
  | 'degenerate_table'
  | 'not_enough_history'
  /** Epps–Singleton: the middle half of all values is one value. */
  | 'zero_iqr'
  /** A value that is no finite number, or not one the method knows: a probability above 1, a label besides 0 and 1. */
  | 'invalid_value'
  /** Two lists that go row by row have different lengths. */
  | 'length_mismatch'

export type Undefined = {
  readonly status: 'undefined'
  readonly reason: UndefinedReason
}

/** A statistic, or the reason for its absence. */
export type Outcome<T> = ({ readonly status: 'ok' } & T) | Undefined

/** A test or distance: the statistic, with a p-value and a proven interval where the method has one. */
export type Score = Outcome<{
  readonly value: number
  readonly pValue?: number
  readonly interval?: readonly [lower: number, upper: number]
  readonly degreesOfFreedom?: number
}>

/** The answer without a number. */
export function undefinedBecause(reason: UndefinedReason): Undefined {
  return { status: 'undefined', reason }
}
