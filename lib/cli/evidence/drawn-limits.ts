/**
 * Owns the experiment on limits by chance where no closed form is exact: how often windows of the same law pass the closed form
 * and the null table of a profile, over many references, and what they should have been.
 */
import { buildGrid, countOnGrid } from '@/lib/stats/grid/grid'
import { getDriftMethod } from '@/lib/stats/methods'
import type { NumericPair } from '@/lib/stats/methods/pair'
import { createMulberry32, type Mulberry32 } from '@/lib/stats/mulberry32'
import { buildNullTable } from '@/lib/stats/null-table/build-null-table'
import { nullLimit } from '@/lib/stats/null-table/null-table'
import { deviationOf } from '@/lib/stats/sum'

/** Columns that closed forms are wrong for in one way or another, and one that they are right for. */
export const ODD_COLUMNS = {
  normal: (random: Mulberry32) => random.normal(),
  'log-normal, σ 2': (random: Mulberry32) => Math.exp(2 * random.normal()),
  'Pareto, index 2.5': (random: Mulberry32) => random.uniform() ** -0.4,
  'four of five are 0': (random: Mulberry32) => (random.uniform() < 0.8 ? 0 : Math.exp(random.normal())),
  'five values': (random: Mulberry32) => {
    const at = random.uniform()
    return [0.4, 0.7, 0.85, 0.95].filter((end) => at >= end).length
  },
} as const satisfies Readonly<Record<string, (random: Mulberry32) => number>>

export type OddColumn = keyof typeof ODD_COLUMNS

const METHODS = ['ks', 'wasserstein', 'energy', 'total_variation'].map(getDriftMethod)
/** The level of the limits that are shown. */
export const SHOWN_LEVEL = 0.01
const LEVELS = [0.05, SHOWN_LEVEL, 0.001]

/** One method on columns of one law and windows of one size. */
export interface DrawnLimit {
  readonly column: OddColumn
  readonly n: number
  readonly method: string
  readonly windows: number
  /** Windows beyond each limit by its nominal level; `drawn` is null where the profile has no table for the method. */
  readonly passed: readonly {
    readonly level: number
    readonly closed: number
    readonly drawn: number | null
  }[]
  /** At the shown level, means over the references; `simulated`: what that share of all windows did pass. */
  readonly limits: { readonly closed: number; readonly drawn: number | null; readonly simulated: number }
}

interface Setting {
  readonly referenceRows: number
  readonly sizes: readonly number[]
  /** Each with a null table of its own. */
  readonly references: number
  /** Windows of every size compared with each reference. */
  readonly windows: number
  readonly seed: number
}

interface Tally {
  readonly values: number[]
  readonly closed: number[]
  readonly drawn: number[]
  readonly passed: { closed: number; drawn: number }[]
  isDrawn: boolean
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value / values.length, 0)

function drawReference(law: (random: Mulberry32) => number, rows: number, random: Mulberry32): NumericPair {
  const values = Float64Array.from({ length: rows }, () => law(random)).sort()
  const grid = buildGrid(values)
  const counts = countOnGrid(grid, values)
  return { kind: 'numeric', grid, reference: counts, current: counts, deviation: deviationOf(values) ?? 0 }
}

function compare(
  tally: Tally,
  pair: NumericPair,
  method: (typeof METHODS)[number],
  table: ReturnType<typeof buildNullTable>,
): void {
  const score = method.compute(pair)
  const value = score.status === 'ok' ? score.value : 0
  const asked = { n: pair.reference.n, m: pair.current.n }
  tally.values.push(value)
  LEVELS.forEach((alpha, k) => {
    const closed = method.noiseLimit(pair, alpha)
    const drawn = nullLimit(table, method.id, { ...asked, alpha })
    const passed = tally.passed[k]
    if (!passed) return
    if (value > closed) passed.closed++
    // A column of the law that needs no table is judged in closed form.
    if (value > (drawn ?? closed)) passed.drawn++
    if (alpha !== SHOWN_LEVEL) return
    tally.closed.push(closed)
    tally.drawn.push(drawn ?? closed)
    if (drawn !== null) tally.isDrawn = true
  })
}

/** All methods with a null table, on columns of one law. */
export function runDrawnLimits(column: OddColumn, setting: Setting): DrawnLimit[] {
  const { referenceRows, sizes, references, windows, seed } = setting
  const random = createMulberry32(seed)
  const law = ODD_COLUMNS[column]
  const tallies = new Map<string, Tally>()
  for (let turn = 0; turn < references; turn++) {
    const reference = drawReference(law, referenceRows, random)
    const table = buildNullTable(reference)
    for (const n of sizes) {
      for (let window = 0; window < windows; window++) {
        const current = countOnGrid(
          reference.grid,
          Float64Array.from({ length: n }, () => law(random)),
        )
        for (const method of METHODS) {
          const key = `${n} ${method.id}`
          const tally = tallies.get(key) ?? {
            values: [],
            closed: [],
            drawn: [],
            passed: LEVELS.map(() => ({ closed: 0, drawn: 0 })),
            isDrawn: false,
          }
          tallies.set(key, tally)
          compare(tally, { ...reference, current }, method, table)
        }
      }
    }
  }
  return sizes.flatMap((n) =>
    METHODS.flatMap(({ id }) => {
      const tally = tallies.get(`${n} ${id}`)
      if (!tally) return []
      const { values, closed, drawn, passed, isDrawn } = tally
      const sorted = Float64Array.from(values).sort()
      return [
        {
          column,
          n,
          method: id,
          windows: values.length,
          passed: passed.map((count, k) => ({
            level: LEVELS[k] ?? 0,
            closed: count.closed,
            drawn: isDrawn ? count.drawn : null,
          })),
          limits: {
            closed: mean(closed),
            drawn: isDrawn ? mean(drawn) : null,
            simulated: sorted[Math.floor((1 - SHOWN_LEVEL) * sorted.length)] ?? 0,
          },
        },
      ]
    }),
  )
}
