/** Owns the table of functions: what they take, what they give, and how. Adding one is an entry here. */
import type { ExpressionType } from '@/lib/domain/custom-metric'
import { finite, missing, type Run } from '@/lib/expression/value'

export interface Part {
  readonly type: ExpressionType
  readonly run: Run
}

export interface FunctionEntry {
  /** For people and the page's help: `round(number, digits)`. */
  readonly usage: string
  readonly least: number
  readonly most: number
  /** Types of the arguments, the last one for all that follow; `same`: any, but all alike. */
  readonly takes: readonly (ExpressionType | 'any' | 'same')[]
  /** `same`: the type of the arguments taken as `same`. */
  readonly gives: ExpressionType | 'same'
  readonly make: (args: readonly Run[]) => Run
}

const numeric =
  (calculate: (value: number) => number) =>
  ([of]: readonly Run[]): Run =>
  (row) => {
    const value = of?.(row) ?? null
    return typeof value === 'number' ? finite(row, calculate(value)) : null
  }

const extreme =
  (pick: (a: number, b: number) => number) =>
  (args: readonly Run[]): Run =>
  (row) => {
    let best: number | null = null
    for (const arg of args) {
      const value = arg(row)
      if (typeof value !== 'number') return null
      best = best === null ? value : pick(best, value)
    }
    return best
  }

/** More decimals than a double has. */
const MAX_DIGITS = 15

/** Half away from zero, as people round. */
function roundTo(value: number, digits: number): number {
  const factor = 10 ** Math.min(MAX_DIGITS, Math.max(-MAX_DIGITS, Math.trunc(digits)))
  const scaled = Math.abs(value) * factor
  return Number.isFinite(scaled) ? (Math.sign(value) * Math.round(scaled)) / factor : value
}

const one = { least: 1, most: 1 } as const

export const FUNCTIONS: Readonly<Record<string, FunctionEntry>> = {
  if: {
    usage: 'if(condition, then, else)',
    least: 3,
    most: 3,
    takes: ['boolean', 'same', 'same'],
    gives: 'same',
    make:
      ([condition, then, other]) =>
      (row) => {
        const is = condition?.(row)
        if (typeof is !== 'boolean') return null
        return (is ? then?.(row) : other?.(row)) ?? null
      },
  },
  coalesce: {
    usage: 'coalesce(a, b, …): the first that is not missing',
    least: 2,
    most: 20,
    takes: ['same'],
    gives: 'same',
    make: (args) => (row) => {
      for (const arg of args) {
        const value = arg(row)
        if (value !== null) return value
      }
      return null
    },
  },
  is_missing: {
    usage: 'is_missing(value)',
    ...one,
    takes: ['any'],
    gives: 'boolean',
    make:
      ([of]) =>
      (row) =>
        (of?.(row) ?? null) === null,
  },
  abs: { usage: 'abs(number)', ...one, takes: ['number'], gives: 'number', make: numeric(Math.abs) },
  min: {
    usage: 'min(a, b, …)',
    least: 2,
    most: 20,
    takes: ['number'],
    gives: 'number',
    make: extreme(Math.min),
  },
  max: {
    usage: 'max(a, b, …)',
    least: 2,
    most: 20,
    takes: ['number'],
    gives: 'number',
    make: extreme(Math.max),
  },
  log: {
    usage: 'log(number): natural logarithm',
    ...one,
    takes: ['number'],
    gives: 'number',
    make:
      ([of]) =>
      (row) => {
        const value = of?.(row)
        if (typeof value !== 'number') return null
        return value > 0 ? finite(row, Math.log(value)) : missing(row, 'no_result')
      },
  },
  round: {
    usage: 'round(number) or round(number, digits)',
    least: 1,
    most: 2,
    takes: ['number'],
    gives: 'number',
    make:
      ([of, digits]) =>
      (row) => {
        const value = of?.(row)
        const places = digits ? digits(row) : 0
        if (typeof value !== 'number' || typeof places !== 'number') return null
        return finite(row, roundTo(value, places))
      },
  },
  length: {
    usage: 'length(text): in characters',
    ...one,
    takes: ['text'],
    gives: 'number',
    make:
      ([of]) =>
      (row) => {
        const value = of?.(row)
        return typeof value === 'string' ? value.length : null
      },
  },
  lower: {
    usage: 'lower(text)',
    ...one,
    takes: ['text'],
    gives: 'text',
    make:
      ([of]) =>
      (row) => {
        const value = of?.(row)
        return typeof value === 'string' ? value.toLowerCase() : null
      },
  },
  contains: {
    usage: "contains(text, 'part')",
    least: 2,
    most: 2,
    takes: ['text'],
    gives: 'boolean',
    make:
      ([of, part]) =>
      (row) => {
        const [value, wanted] = [of?.(row), part?.(row)]
        return typeof value === 'string' && typeof wanted === 'string' ? value.includes(wanted) : null
      },
  },
}
