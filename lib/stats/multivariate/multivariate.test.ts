import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createMulberry32 } from '@/lib/stats/mulberry32'
import { domainClassifier, topFeatures } from '@/lib/stats/multivariate/domain-classifier'
import { hotellingT2 } from '@/lib/stats/multivariate/hotelling-t2'
import { mahalanobisDistances } from '@/lib/stats/multivariate/mahalanobis'
import { type Matrix, matrixOfRows } from '@/lib/stats/multivariate/matrix'
import { fitPca, pcaReconstruction, reconstruct } from '@/lib/stats/multivariate/pca-reconstruction'
import { separationAuc } from '@/lib/stats/multivariate/separation'

/** Rows of normal draws; the last column follows the others. */
function drawnRows(seed: number, rows: number, columns: number, shift = 0): number[][] {
  const random = createMulberry32(seed)
  return Array.from({ length: rows }, () => {
    const free = Array.from({ length: columns - 1 }, () => random.normal() + shift)
    return [...free, free.reduce((sum, value) => sum + value, 0) + 0.5 * random.normal()]
  })
}

function shuffledRows(rows: readonly number[][], seed: number): number[][] {
  const random = createMulberry32(seed)
  const shuffled = [...rows]
  for (let i = rows.length - 1; i > 0; i--) {
    const j = random.below(i + 1)
    ;[shuffled[i], shuffled[j]] = [shuffled[j]!, shuffled[i]!]
  }
  return shuffled
}

function ok<T extends { status: string }>(outcome: T): Extract<T, { status: 'ok' }> {
  expect(outcome.status).toBe('ok')
  return outcome as Extract<T, { status: 'ok' }>
}

const hostile = fc.oneof(
  fc.double({ noDefaultInfinity: true, noNaN: true }),
  fc.integer({ min: -2, max: 2 }),
  fc.constantFrom(0, -0, 5e-324, 1e300, -1e300, 1.7976931348623157e308, 1e-300),
)
const hostileMatrix = fc
  .array(fc.tuple(hostile, hostile, hostile), { maxLength: 14 })
  .map((rows) => matrixOfRows(rows))
/** The same with now and then a cell that is no number. */
const brokenMatrix = fc
  .array(
    fc.tuple(hostile, fc.oneof(hostile, fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, 'a', null))),
    {
      maxLength: 9,
    },
  )
  .map((rows) => matrixOfRows(rows))

const kernels: readonly [string, (reference: Matrix, current: Matrix) => { readonly status: string }][] = [
  ['PCA reconstruction', pcaReconstruction],
  ['domain classifier', domainClassifier],
  ['Hotelling', hotellingT2],
  ['Mahalanobis', mahalanobisDistances],
]

/** Every number anywhere inside. */
function numbersIn(value: unknown): number[] {
  if (typeof value === 'number') return [value]
  if (value instanceof Float64Array) return [...value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(numbersIn) : []
}

describe.each(kernels)('%s', (_, kernel) => {
  it('answers finite numbers or a reason on hostile rows', () => {
    fc.assert(
      fc.property(fc.oneof(hostileMatrix, brokenMatrix), hostileMatrix, (reference, current) => {
        const found = kernel(reference, current)
        if (found.status !== 'ok') return
        for (const number of numbersIn(found)) expect(Number.isFinite(number)).toBe(true)
      }),
      { numRuns: 300 },
    )
  })
  it('names what is wrong', () => {
    const rows = drawnRows(1, 20, 3)
    const good = matrixOfRows(rows)
    const reasonOf = (reference: Matrix, current: Matrix) => kernel(reference, current)
    expect(reasonOf(good, matrixOfRows(drawnRows(2, 20, 2)))).toMatchObject({ reason: 'length_mismatch' })
    expect(reasonOf(good, matrixOfRows([[1, Number.NaN, 2]]))).toMatchObject({ reason: 'invalid_value' })
    expect(reasonOf(good, matrixOfRows([[1, 'x', 2]]))).toMatchObject({ reason: 'invalid_value' })
    expect(reasonOf(good, { rows: 0, columns: 3, cells: new Float64Array(0) })).toMatchObject({
      reason: 'too_few_values',
    })
    expect(reasonOf(matrixOfRows(rows.slice(0, 1)), good)).toMatchObject({ reason: 'too_few_values' })
    const constant = matrixOfRows(rows.map(() => [1, 0.1, 1e300]))
    expect(reasonOf(constant, constant)).toMatchObject({ reason: 'constant' })
  })
  it('gives the same answer twice and leaves its input alone', () => {
    const [reference, current] = [matrixOfRows(drawnRows(3, 60, 4)), matrixOfRows(drawnRows(4, 40, 4, 0.5))]
    const before = [reference.cells.slice(), current.cells.slice()]
    expect(kernel(reference, current)).toEqual(kernel(reference, current))
    expect([reference.cells, current.cells]).toEqual(before)
  })
})

describe('invariance', () => {
  it('PCA and Hotelling do not care about the order of rows or the units of columns', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 2, max: 6 }), (seed, columns) => {
        const [before, now] = [drawnRows(seed, 50, columns), drawnRows(seed + 1, 30, columns, 0.4)]
        const inUnits = (rows: number[][]) => rows.map((row) => row.map((value, j) => value * 10 ** j + j))
        const variants = [
          [before, now],
          [shuffledRows(before, 1), shuffledRows(now, 2)],
          [inUnits(before), inUnits(now)],
        ].map(([a, b]) => [matrixOfRows(a!), matrixOfRows(b!)] as const)
        const errors = variants.map(([a, b]) => ok(pcaReconstruction(a, b)).current.meanError)
        const tests = variants.map(([a, b]) => ok(hotellingT2(a, b)).value)
        for (const error of errors) expect(error / errors[0]!).toBeCloseTo(1, 6)
        for (const test of tests) expect(test / tests[0]!).toBeCloseTo(1, 6)
      }),
      { numRuns: 40 },
    )
  })
})

describe('PCA reconstruction', () => {
  it('leaves nothing over of rows on a line', () => {
    const line = matrixOfRows(Array.from({ length: 30 }, (_, i) => [i, 2 * i, -i]))
    const found = ok(pcaReconstruction(line, line))
    expect(found.model.components).toBe(1)
    expect(found.current.meanError).toBeCloseTo(0, 12)
  })
  it('says which column broke the relation', () => {
    const broken = drawnRows(6, 200, 4).map((row, i) => [...row.slice(0, 3), i % 7])
    const found = ok(pcaReconstruction(matrixOfRows(drawnRows(5, 500, 4)), matrixOfRows(broken)))
    const shares = [...found.current.columnShares]
    expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12)
    expect(found.current.meanError).toBeGreaterThan(
      found.reference.meanError + 10 * found.current.samplingError!,
    )
  })
  it('measures a single row, without a sampling error', () => {
    const { model } = ok(fitPca(matrixOfRows(drawnRows(8, 50, 3))))
    const found = ok(reconstruct(model, matrixOfRows([[1, 2, 3]])))
    expect(found.samplingError).toBeNull()
    expect(found.rowErrors).toHaveLength(1)
  })
})

describe('domain classifier', () => {
  it('stays within [0, 1], is near one half without drift and near 1 with much', () => {
    const reference = matrixOfRows(drawnRows(11, 400, 4))
    expect(
      Math.abs(ok(domainClassifier(reference, matrixOfRows(drawnRows(12, 400, 4)))).value - 0.5),
    ).toBeLessThan(0.07)
    const far = ok(domainClassifier(reference, matrixOfRows(drawnRows(13, 400, 4, 50))))
    expect(far.value).toBe(1)
  })
  it('puts the shifted column first and says which way it went', () => {
    const independent = drawnRows(14, 500, 4).map((row) => row.slice(0, 3))
    const shifted = drawnRows(15, 500, 4).map(([a, b, c]) => [a!, b! - 1, c!])
    const { weights } = ok(domainClassifier(matrixOfRows(independent), matrixOfRows(shifted)))
    const [first, ...rest] = topFeatures(weights, 3)
    expect(first?.column).toBe(1)
    expect(first?.weight).toBeLessThan(0)
    expect(rest.length).toBeLessThanOrEqual(2)
    expect(topFeatures([0, 0])).toEqual([])
    expect(topFeatures([1, -3, 0, 1]).map(({ column, share }) => [column, share])).toEqual([
      [1, 0.6],
      [0, 0.2],
      [3, 0.2],
    ])
  })
})

describe('separationAuc', () => {
  it('mirrors when the sides change places and ignores monotone maps', () => {
    const sample = fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 1, maxLength: 30 })
    fc.assert(
      fc.property(sample, sample, (a, b) => {
        const auc = separationAuc(Float64Array.from(a), Float64Array.from(b))
        expect(separationAuc(Float64Array.from(b), Float64Array.from(a))).toBeCloseTo(1 - auc, 12)
        const cubed = (list: number[]) => Float64Array.from(list, (value) => value ** 3)
        expect(separationAuc(cubed(a), cubed(b))).toBe(auc)
      }),
    )
  })
})

describe('Hotelling', () => {
  it('is the square of t for one column', () => {
    const test = ok(hotellingT2(matrixOfRows([[1], [2], [3], [4]]), matrixOfRows([[2], [4], [6]])))
    const pooled = (5 + 8) / 5
    expect(test.value).toBeCloseTo(1.5 ** 2 / (pooled * (1 / 4 + 1 / 3)), 10)
  })
  it('reports the ridge of a doubled column and goes on', () => {
    const doubled = (rows: number[][]) => matrixOfRows(rows.map((row) => [...row, row[0]!]))
    const test = ok(hotellingT2(doubled(drawnRows(21, 50, 3)), doubled(drawnRows(22, 50, 3))))
    expect(test.ridge).toBeGreaterThan(0)
    expect(test.pValue).toBeGreaterThan(0)
  })
})
