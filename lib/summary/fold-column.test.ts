import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { GoldenFile } from '@/lib/stats/golden/case'
import { numbersOf, slicesOf } from '@/lib/stats/golden/columns'
import { materialiseInputs } from '@/lib/stats/golden/materialise'
import { countOnGrid, gridFromEdges, locateCell } from '@/lib/stats/grid/grid'
import { ksOnGrid } from '@/lib/stats/grid/grid-ks'
import { wassersteinOnGrid } from '@/lib/stats/grid/grid-wasserstein'
import { addToMoments, emptyMoments } from '@/lib/stats/sketches/moments'
import { cellGeometry } from '@/lib/summary/cell-geometry'
import { decodeSummary, encodeSummary, mergeEncoded } from '@/lib/summary/codec'
import { mergeSummaries } from '@/lib/summary/merge'
import { categoricalProfile, foldNumbers, foldValues, numericProfile } from '@/lib/summary/testing'
import type { CategorySummary, GridSummary } from '@/lib/summary/types'

const folder = fileURLToPath(new URL('../../../shared/reference/golden', import.meta.url))
const hostile = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.double({ min: -10, max: 10, noNaN: true }),
  fc.constantFrom(0, -0, 5e-324, 1e308, -1.7976931348623157e308, 1e9, 1e9 + 1e-6),
)

describe('folding a numeric column', () => {
  it.skipIf(!existsSync(folder))(
    'gives the golden KS exactly and Wasserstein within 2^-18 of the range',
    () => {
      const file = JSON.parse(readFileSync(`${folder}/grid_sketch.json`, 'utf8')) as GoldenFile
      for (const golden of file.cases) {
        const { columns } = materialiseInputs(golden)
        const reference = numbersOf(columns.reference)
        const current = numbersOf(columns.current)
        const column = numericProfile([...reference], { cells: golden.params.cells as number })
        const parts = slicesOf(current, golden.params.buckets as number).map((part) =>
          encodeSummary(foldNumbers(column, part)),
        )
        const grid = gridFromEdges(column.grid?.edges ?? [], column.grid?.heavy ?? [])
        const merged = decodeSummary(parts.reduce(mergeEncoded), grid) as GridSummary
        const whole = countOnGrid(grid, current)
        expect(merged.values.counts, golden.id).toEqual(whole.counts)
        const counted = countOnGrid(grid, reference)
        const ks = ksOnGrid(grid, counted, merged.values)
        const w1 = wassersteinOnGrid(grid, counted, merged.values)
        if (ks.status !== 'ok' || w1.status !== 'ok') throw new Error(`${golden.id} has no answer`)
        expect(ks.lower).toBeCloseTo(golden.expected.ks_lower as number, 12)
        expect(ks.upper).toBeCloseTo(golden.expected.ks_upper as number, 12)
        const range = Math.max(counted.max, whole.max) - Math.min(counted.min, whole.min)
        const bound = range * 2 ** -18 + 1e-9
        expect(Math.abs(w1.lower - (golden.expected.wasserstein_lower as number))).toBeLessThan(bound)
        expect(Math.abs(w1.upper - (golden.expected.wasserstein_upper as number))).toBeLessThan(bound)
      }
    },
  )
  it('finds the same cell as the binary search, whatever the grid and the value', () => {
    fc.assert(
      fc.property(
        fc.array(hostile, { minLength: 1, maxLength: 60 }),
        fc.array(hostile, { maxLength: 40 }),
        (reference, values) => {
          const { grid: stored } = numericProfile(reference, { cells: 16 })
          const grid = gridFromEdges(stored?.edges ?? [], stored?.heavy ?? [])
          const { locate } = cellGeometry(grid)
          for (const value of [...values, ...reference]) expect(locate(value)).toBe(locateCell(grid, value))
        },
      ),
      { numRuns: 500 },
    )
  })
  it('stores the same counts and sums to the bit for any order and any split', () => {
    fc.assert(
      fc.property(
        fc.array(hostile, { minLength: 2, maxLength: 50 }),
        fc.array(hostile, { maxLength: 80 }),
        fc.array(fc.nat({ max: 80 }), { maxLength: 3 }),
        fc.infiniteStream(fc.nat()),
        (reference, values, cuts, random) => {
          const column = numericProfile(reference, { cells: 8 })
          const whole = foldNumbers(column, values)
          const shuffled = [...values]
            .map((value) => ({ value, key: random.next().value ?? 0 }))
            .sort((a, b) => a.key - b.key)
            .map(({ value }) => value)
          const ends = [...new Set([...cuts, values.length])].sort((a, b) => a - b)
          let start = 0
          const parts = ends.map((end) => {
            const part = foldNumbers(column, shuffled.slice(start, end))
            start = Math.max(start, end)
            return part
          })
          const merged = parts.reduce((a, b) => mergeSummaries(a, b))
          expect(merged.values).toEqual(whole.values)
          expect(merged.exact).toEqual(whole.exact)
        },
      ),
    )
  })
  it('keeps each sum within 2^-21 of the cell width a value, and 2^-17 of the distance outside the grid', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 2, maxLength: 50 }),
        fc.array(fc.double({ min: -1e9, max: 1e9, noNaN: true }), { maxLength: 80 }),
        (reference, values) => {
          const column = numericProfile(reference, { cells: 8 })
          const summary = foldNumbers(column, values)
          const grid = summary.grid ?? gridFromEdges([0], [])
          const exact = countOnGrid(grid, values)
          const { lower, upper } = cellGeometry(grid)
          for (let cell = 0; cell < grid.cellCount; cell++) {
            const isEnd = cell === 0 || cell === grid.cellCount - 1
            const width = isEnd ? 2e9 * 16 : (upper[cell] ?? 0) - (lower[cell] ?? 0)
            const rounding = 1e-12 * 1e9 * values.length
            const difference = Math.abs((summary.values.sums[cell] ?? 0) - (exact.sums[cell] ?? 0))
            expect(difference).toBeLessThanOrEqual((exact.counts[cell] ?? 0) * width * 2 ** -21 + rounding)
          }
        },
      ),
    )
  })
  it('has the moments of its values, never NaN', () => {
    fc.assert(
      fc.property(fc.array(hostile, { maxLength: 1_500 }), (values) => {
        const { moments } = foldNumbers(numericProfile([0, 1, 2]), values)
        for (const part of [moments.mean, moments.m2, moments.m3, moments.m4])
          expect(part).toSatisfy(Number.isFinite)
      }),
    )
    const values = Array.from({ length: 5_000 }, (_, i) => 1e6 + Math.sin(i) + (i % 7))
    const { moments } = foldNumbers(numericProfile([1e6, 1e6 + 5]), values)
    const welford = emptyMoments()
    for (const value of values) addToMoments(welford, value)
    for (const key of ['n', 'mean', 'm2', 'm3', 'm4', 'min', 'max'] as const)
      expect(moments[key] / welford[key]).toBeCloseTo(1, 7)
  })
  it('takes at most 2 KiB for 40,000 values on 256 cells, and 100 bytes for four', () => {
    const normal = Array.from({ length: 40_000 }, (_, i) => Math.sin(i * 12.9898) * 43758.5453)
    const column = numericProfile(normal.slice(0, 10_000))
    expect(encodeSummary(foldNumbers(column, normal)).length).toBeLessThan(2_048)
    expect(
      encodeSummary(
        foldNumbers(
          column,
          normal.map((value) => value * 100),
        ),
      ).length,
    ).toBeLessThan(2_048)
    expect(encodeSummary(foldNumbers(column, normal.slice(0, 4))).length).toBeLessThan(100)
  })
  it('counts missing values, other types and broken expectations apart', () => {
    const column = numericProfile([1, 2, 3], {
      expectations: [
        { kind: 'range', min: 0, max: 10 },
        { kind: 'positive', zeroAllowed: false },
        { kind: 'type', type: 'integer' },
      ],
    })
    const summary = foldValues(column, [1, 2.5, 0, -1, 11, null, undefined, '', Number.NaN, '7', true])
    expect(summary).toMatchObject({
      missing: 4,
      typeChanged: 2,
      outOfRange: 4,
      values: { n: 5, min: -1, max: 11 },
    })
  })
})

describe('folding a categorical column', () => {
  const fold = (...args: Parameters<typeof foldValues>) => foldValues(...args) as CategorySummary
  const countsOf = (summary: CategorySummary) =>
    Object.fromEntries([...summary.counts.items].map(([label, { count }]) => [label, count]))

  it('counts labels, unseen ones, and values of another type', () => {
    const summary = fold(categoricalProfile(['a', '7']), ['a', 'a', 'b', 7, 8, true, null, ''])
    expect(countsOf(summary)).toEqual({ a: 2, b: 1, '7': 1 })
    expect(summary).toMatchObject({ missing: 2, unseen: 1, typeChanged: 2 })
  })
  it('lets a set expectation speak in place of the reference', () => {
    const column = categoricalProfile(['a'], { expectations: [{ kind: 'set', values: ['a', 'b'] }] })
    expect(fold(column, ['a', 'b', 'c']).unseen).toBe(1)
  })
  it('reads booleans in any spelling', () => {
    const column = categoricalProfile(['false', 'true'], { type: 'boolean' })
    const summary = fold(column, [true, 'yes', 'F', false, 1, 'maybe'])
    expect(countsOf(summary)).toEqual({ true: 2, false: 2 })
    expect(summary.typeChanged).toBe(2)
  })
  it('measures lengths of texts and counts those outside the expectation', () => {
    const column = categoricalProfile([], {
      kind: 'text',
      categories: null,
      expectations: [{ kind: 'length', min: 2, max: 4 }],
    })
    const summary = fold(column, ['abc', 'abcd', 'a', 'abcde'])
    expect(summary).toMatchObject({ outOfRange: 2, unseen: 0, lengths: { n: 4, mean: 3.25 } })
  })
  it('stays small however many and however long the labels are', () => {
    const long = Array.from({ length: 30_000 }, (_, i) => `${'x'.repeat(500)}${i}`)
    expect(encodeSummary(fold(null, long)).length).toBeLessThan(100 * 130)
    expect(encodeSummary(fold(categoricalProfile(['a']), long)).length).toBeLessThan(1_000 * 130)
  })
})

describe('folding a column without a profile', () => {
  it('is numeric once it holds a number, whichever came first', () => {
    const [numbers, texts] = [foldValues(null, [1, 2, null]), foldValues(null, ['a', true, ''])]
    expect(numbers).toMatchObject({ kind: 'sketch', missing: 1, typeChanged: 0 })
    expect(texts).toMatchObject({ kind: 'categories', missing: 1, typeChanged: 0 })
    const both = foldValues(null, ['a', 1, null, true, 2, ''])
    expect(mergeSummaries(numbers, texts)).toEqual(both)
    expect(mergeSummaries(texts, numbers)).toEqual(both)
  })
})
