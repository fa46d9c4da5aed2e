/** Owns the signs: arithmetic without NaN, comparisons, and the logic of three values. */
import type { BinarySign } from '@/lib/expression/tree'
import { finite, missing, type Run } from '@/lib/expression/value'

type ArithmeticSign = Extract<BinarySign, '+' | '-' | '*' | '/' | '%'>
type ComparisonSign = Extract<BinarySign, '=' | '!=' | '<' | '<=' | '>' | '>='>

/** Missing where either side is, and where there is no result: a division by zero, or beyond the largest double. */
export function calculate(sign: ArithmeticSign, left: Run, right: Run): Run {
  const apply = ARITHMETIC[sign]
  const divides = sign === '/' || sign === '%'
  return (row) => {
    const a = left(row)
    const b = right(row)
    if (typeof a !== 'number' || typeof b !== 'number') return null
    return divides && b === 0 ? missing(row, 'no_result') : finite(row, apply(a, b))
  }
}

const ARITHMETIC: Readonly<Record<ArithmeticSign, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '%': (a, b) => a % b,
}

type Plain = number | string | boolean

/** Both sides are of one type; texts compare by their UTF-16 code units. Missing where either side is. */
export function compare(sign: ComparisonSign, left: Run, right: Run): Run {
  const apply = COMPARISON[sign]
  return (row) => {
    const a = left(row)
    const b = right(row)
    return a === null || b === null ? null : apply(a, b)
  }
}

const COMPARISON: Readonly<Record<ComparisonSign, (a: Plain, b: Plain) => boolean>> = {
  '=': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
}

/**
 * "and" and "or" of three values (Kleene): false and missing is false, true or missing is true, else missing wins.
 * @param decisive the value that decides alone: false for "and", true for "or"
 */
export function conjoin(left: Run, right: Run, decisive: boolean): Run {
  return (row) => {
    const a = left(row)
    if (a === decisive) return decisive
    const b = right(row)
    if (b === decisive) return decisive
    return a === null || b === null ? null : !decisive
  }
}
