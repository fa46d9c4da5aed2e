import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { buildGrid, countOnGrid } from '@/lib/stats/grid/grid'
import { MONITOR_METHODS } from '@/lib/stats/methods'
import type { NumericPair, Pair } from '@/lib/stats/methods/pair'
import { createMulberry32, type Mulberry32 } from '@/lib/stats/mulberry32'
import { buildNullTable } from '@/lib/stats/null-table/build-null-table'
import { countSampler } from '@/lib/stats/null-table/draw-counts'
import { type NullTable, nullChance, nullLimit } from '@/lib/stats/null-table/null-table'
import { deviationOf } from '@/lib/stats/sum'

const ROWS = 10_000

function columnOf(law: (random: Mulberry32) => number, rows = ROWS, seed = 1): NumericPair {
  const random = createMulberry32(seed)
  const values = Float64Array.from({ length: rows }, () => law(random)).sort()
  const grid = buildGrid(values)
  const counts = countOnGrid(grid, values)
  return { kind: 'numeric', grid, reference: counts, current: counts, deviation: deviationOf(values) ?? 0 }
}

const categories = (reference: readonly number[]): Pair => ({
  kind: 'categorical',
  labels: reference.map((_, index) => String(index)),
  reference,
  current: reference,
})

const few = (random: Mulberry32) => Math.floor(5 * random.uniform() ** 2)
const heavy = (random: Mulberry32) => Math.exp(2 * random.normal())
const mostlyZero = (random: Mulberry32) => (random.uniform() < 0.8 ? 0 : Math.exp(random.normal()))

const methodsOf = (pair: Pair) => Object.keys(buildNullTable(pair)?.methods ?? {}).sort()

describe('a null table', () => {
  it('is made for methods whose closed form is not exact on a column, and for no other', () => {
    expect(methodsOf(columnOf((random) => random.normal()))).toEqual([])
    expect(methodsOf(columnOf((random) => random.uniform()))).toEqual([])
    expect(methodsOf(columnOf(few))).toContain('ks')
    expect(methodsOf(columnOf(heavy))).toEqual(['energy', 'wasserstein'])
    expect(methodsOf(columnOf(mostlyZero))).toEqual(['energy', 'ks', 'total_variation', 'wasserstein'])
    expect(methodsOf(categories([700, 200, 100]))).toEqual(['total_variation'])
    expect(methodsOf(categories([400, 300, 300]))).toEqual([])
    expect(methodsOf(categories([700, 300]))).toEqual([])
  })

  it('is left out where the reference is too small, does not vary, or has many categories of a single row', () => {
    expect(buildNullTable(columnOf(few, 99))).toBeNull()
    expect(buildNullTable(columnOf(() => 7))).toBeNull()
    expect(buildNullTable(categories([200, 100, ...new Array<number>(50).fill(1)]))).toBeNull()
    expect(buildNullTable(categories([]))).toBeNull()
  })

  it('is the same to the bit for the same reference, and another for another', () => {
    const [table, again, other] = [columnOf(few), columnOf(few), columnOf(few, ROWS, 2)].map((pair) =>
      JSON.stringify(buildNullTable(pair)),
    )
    expect(again).toBe(table)
    expect(other).not.toBe(table)
    // What is stored with a profile goes through JSON.
    expect(JSON.parse(table ?? '')).toEqual(buildNullTable(columnOf(few)))
  })

  it('holds finite, rising limits on any numbers', () => {
    const value = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.integer({ min: -2, max: 2 }),
      fc.constantFrom(0, -0, 5e-324, 1e300, -1e300),
    )
    fc.assert(
      fc.property(fc.array(value, { minLength: 100, maxLength: 300 }), (values) => {
        const sorted = Float64Array.from(values).sort()
        const grid = buildGrid(sorted)
        const counts = countOnGrid(grid, sorted)
        const pair: Pair = {
          kind: 'numeric',
          grid,
          reference: counts,
          current: counts,
          deviation: deviationOf(sorted) ?? 0,
        }
        for (const rows of Object.values(buildNullTable(pair)?.methods ?? {})) {
          for (const row of rows) {
            expect(row.every((limit, k) => Number.isFinite(limit) && limit > (row[k - 1] ?? 0))).toBe(true)
          }
        }
      }),
      { numRuns: 20 },
    )
  })
})

describe('a limit from the table', () => {
  const table = buildNullTable(columnOf(few)) as NullTable
  const at = (m: number, alpha: number) => nullLimit(table, 'ks', { n: ROWS, m, alpha }) ?? 0

  it('falls with the rows of a window and rises with the evidence that is asked for', () => {
    const sizes = [50, 77, 100, 180, 300, 1_000, 3_000, 5_000, 20_000, 50_000, 1e6]
    const levels = [0.5, 0.2, 0.05, 0.03, 0.01, 1e-3, 7e-4, 1e-4, 1e-5, 1e-6, 1e-9]
    for (const m of sizes) {
      levels.slice(1).forEach((alpha, k) => {
        expect(at(m, alpha)).toBeGreaterThan(at(m, levels[k] ?? 1))
      })
    }
    for (const alpha of levels) {
      sizes.slice(1).forEach((m, k) => {
        expect(at(m, alpha)).toBeLessThan(at(sizes[k] ?? 1, alpha))
      })
    }
  })

  it('is the distance whose chance is that level', () => {
    for (const m of [50, 120, 4_000, 1e6]) {
      for (const alpha of [0.4, 0.05, 7.4e-4, 1e-6, 1e-8]) {
        const value = at(m, alpha)
        expect((nullChance(table, 'ks', { n: ROWS, m, value }) ?? 0) / alpha).toBeCloseTo(1, 6)
      }
    }
    expect(nullChance(table, 'ks', { n: ROWS, m: 100, value: 0 })).toBe(1)
    expect(nullChance(table, 'ks', { n: ROWS, m: 100, value: 1e-4 })).toBeGreaterThan(0.99)
    expect(nullChance(table, 'ks', { n: ROWS, m: 1e5, value: 1 })).toBeGreaterThanOrEqual(0)
  })

  it('is left to the closed form without a table, for another reference, a smaller window, and other methods', () => {
    const asked = { n: ROWS, m: 100, alpha: 0.001, value: 0.1 }
    for (const answer of [nullLimit, nullChance]) {
      expect(answer(table, 'ks', asked)).not.toBeNull()
      expect(answer(null, 'ks', asked)).toBeNull()
      expect(answer(table, 'psi', asked)).toBeNull()
      expect(answer(table, 'ks', { ...asked, n: ROWS - 1 })).toBeNull()
      expect(answer(table, 'ks', { ...asked, m: 49 })).toBeNull()
    }
  })
})

describe('samples of a law', () => {
  it.each([100, 400, 20_000])('of %i rows have its shares', (size) => {
    const shares = Float64Array.from([0.5, 0.3, 0.15, 0.049, 0.001])
    const draw = countSampler(shares, size)
    const [random, counts] = [createMulberry32(4), new Float64Array(shares.length)]
    const sums = new Float64Array(shares.length)
    let rows = 0
    const turns = 2_000
    for (let turn = 0; turn < turns; turn++) {
      rows += draw(random, counts)
      counts.forEach((count, j) => {
        sums[j] = (sums[j] ?? 0) + count
      })
    }
    expect(rows / turns / size).toBeCloseTo(1, 2)
    shares.forEach((share, j) => {
      // Five deviations of the mean count.
      const error = 5 * Math.sqrt(share / (size * turns)) + 1e-9
      expect(Math.abs((sums[j] ?? 0) / rows - share), String(share)).toBeLessThan(error)
    })
  })
})

it('every method that has a table says for which columns, and computes what monitors judge by', () => {
  const reference = columnOf(mostlyZero)
  const onGrid = countOnGrid(reference.grid, [0, 0, 1, 2, 5])
  for (const method of MONITOR_METHODS) {
    if (!method.nullTable) continue
    expect(method.nullTable.columns).not.toBe('')
    if (method.kinds.includes('categorical')) continue
    const compared = { ...reference, current: onGrid }
    const score = method.compute(compared)
    expect(method.nullTable.distance(compared)).toBe(score.status === 'ok' ? score.value : Number.NaN)
  }
})
