import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createMulberry32 } from '@/lib/stats/mulberry32'
import { domainClassifier, topFeatures } from '@/lib/stats/multivariate/domain-classifier'
import { encodeColumns, type MixedColumn, type MixedValue } from '@/lib/stats/multivariate/encode-columns'
import { type Matrix, matrixOfRows } from '@/lib/stats/multivariate/matrix'
import { withProducts } from '@/lib/stats/multivariate/with-products'

const rowsOf = ({ rows, columns, cells }: Matrix) =>
  Array.from({ length: rows }, (_, i) => [...cells.subarray(i * columns, (i + 1) * columns)])

const colour = {
  kind: 'categorical',
  reference: ['red', 'red', 'blue', null],
  current: ['green', undefined, 'blue'],
} as const satisfies MixedColumn
const price = {
  kind: 'numeric',
  reference: [1, 3, null, Number.NaN],
  current: [Number.POSITIVE_INFINITY, 'x', 7],
} as const satisfies MixedColumn

describe('encodeColumns', () => {
  it('fills gaps from the reference and turns categories into their share of it', () => {
    const encoded = encodeColumns([price, colour], 'share')
    expect(rowsOf(encoded.reference)).toEqual([
      [1, 2 / 3],
      [3, 2 / 3],
      [2, 1 / 3],
      [2, 2 / 3],
    ])
    expect(rowsOf(encoded.current)).toEqual([
      [2, 0],
      [2, 2 / 3],
      [7, 1 / 3],
    ])
  })
  it('gives a classifier one column a level, new levels too', () => {
    const encoded = encodeColumns([colour], 'levels')
    expect(encoded.sources.map(({ level }) => level)).toEqual(['blue', 'green', 'red'])
    expect(rowsOf(encoded.current)).toEqual([
      [0, 1, 0],
      [0, 0, 1],
      [1, 0, 0],
    ])
  })
  it('goes back to shares above fifty levels and leaves out what the reference never had', () => {
    const many = {
      kind: 'categorical',
      reference: Array.from({ length: 51 }, (_, i) => `c${i}`),
      current: [],
    } as const
    expect(encodeColumns([many], 'levels').sources).toEqual([{ column: 0, level: null }])
    const empty = { kind: 'numeric', reference: [null, null], current: [1] } as const
    expect(encodeColumns([empty], 'share').sources).toEqual([])
  })
  it('keeps the mean of the largest numbers finite', () => {
    const largest = Array.from({ length: 7 }, () => Number.MAX_VALUE)
    const { reference } = encodeColumns(
      [{ kind: 'numeric', reference: [...largest, null], current: [] }],
      'share',
    )
    for (const cell of reference.cells) expect(Number.isFinite(cell)).toBe(true)
  })
  it('always gives finite cells, whatever the values', () => {
    const value: fc.Arbitrary<MixedValue> = fc.oneof(
      fc.double(),
      fc.string(),
      fc.boolean(),
      fc.constantFrom(null, undefined, '__proto__', 1.7976931348623157e308),
    )
    const column = fc.record({
      kind: fc.constantFrom('numeric' as const, 'categorical' as const),
      reference: fc.array(value, { minLength: 8, maxLength: 8 }),
      current: fc.array(value, { minLength: 5, maxLength: 5 }),
    })
    fc.assert(
      fc.property(fc.array(column, { maxLength: 4 }), fc.constantFrom('share', 'levels'), (columns, how) => {
        const { reference, current } = encodeColumns(columns, how)
        for (const cell of [...reference.cells, ...current.cells]) expect(Number.isFinite(cell)).toBe(true)
      }),
      { numRuns: 400 },
    )
  })
})

describe('withProducts', () => {
  const drawn = (seed: number, spread: number) => {
    const random = createMulberry32(seed)
    return matrixOfRows(Array.from({ length: 400 }, () => [random.normal(), spread * random.normal()]))
  }
  it('lets the domain classifier see a change of variance, in the square of its column', () => {
    const [reference, current] = [drawn(1, 1), drawn(2, 3)]
    const plain = domainClassifier(reference, current)
    const wide = withProducts(reference, current)
    if (plain.status !== 'ok' || wide.status !== 'ok') throw new Error('both have a value')
    const seen = domainClassifier(wide.reference, wide.current)
    if (seen.status !== 'ok') throw new Error(seen.reason)
    expect(plain.value).toBeLessThan(0.6)
    expect(seen.value).toBeGreaterThan(0.7)
    expect(wide.sources[topFeatures(seen.weights)[0]!.column]).toEqual([1, 1])
  })
  it('has each column, square and product once, and leaves wide rows alone', () => {
    const wide = withProducts(matrixOfRows([[1, 2, 3]]), matrixOfRows([[4, 5, 6]]))
    expect(wide).toMatchObject({ sources: [[0], [1], [2], [0, 0], [0, 1], [0, 2], [1, 1], [1, 2], [2, 2]] })
    const row = Array.from({ length: 21 }, (_, j) => j)
    expect(withProducts(matrixOfRows([row]), matrixOfRows([row]))).toMatchObject({
      reference: { columns: 21 },
    })
  })
})
