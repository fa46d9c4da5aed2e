import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createMulberry32 } from '@/lib/stats/mulberry32'
import { choleskyFactor, ridgedFactor, solveCholesky } from '@/lib/stats/multivariate/cholesky'
import { matrixOfColumns, matrixOfRows, whyUnusable } from '@/lib/stats/multivariate/matrix'
import { scatterOf } from '@/lib/stats/multivariate/scatter'
import { standardisationOf, standardised } from '@/lib/stats/multivariate/standardise'
import { symmetricEigen } from '@/lib/stats/multivariate/symmetric-eigen'

function symmetric(seed: number, size: number): Float64Array {
  const random = createMulberry32(seed)
  const cells = new Float64Array(size * size)
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      cells[i * size + j] = random.normal()
      cells[j * size + i] = cells[i * size + j]!
    }
  }
  return cells
}

/** Products of a drawn matrix with itself: positive definite. */
function positive(seed: number, size: number): Float64Array {
  const random = createMulberry32(seed)
  const cells = Float64Array.from({ length: 3 * size * size }, () => random.normal())
  return scatterOf(cells, 3 * size, size).products
}

describe('symmetricEigen', () => {
  it('rebuilds the matrix from orthonormal vectors and descending values', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 12 }), (seed, size) => {
        const matrix = symmetric(seed, size)
        const { values, vectors } = symmetricEigen(matrix, size)
        for (let i = 0; i < size; i++) {
          if (i > 0) expect(values[i]!).toBeLessThanOrEqual(values[i - 1]!)
          for (let j = 0; j < size; j++) {
            let [rebuilt, product] = [0, 0]
            for (let k = 0; k < size; k++) {
              rebuilt += values[k]! * vectors[k * size + i]! * vectors[k * size + j]!
              product += vectors[i * size + k]! * vectors[j * size + k]!
            }
            expect(rebuilt).toBeCloseTo(matrix[i * size + j]!, 10)
            expect(product).toBeCloseTo(i === j ? 1 : 0, 12)
          }
        }
      }),
    )
  })
  it('takes zero and diagonal matrices, and 60 columns', () => {
    expect([...symmetricEigen(new Float64Array(9), 3).values]).toEqual([0, 0, 0])
    expect([...symmetricEigen(Float64Array.of(1, 0, 0, 5), 2).values]).toEqual([5, 1])
    const { values } = symmetricEigen(positive(7, 60), 60)
    expect(values.every((value) => value > 0)).toBe(true)
  })
})

describe('choleskyFactor', () => {
  it('solves what it factors', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 10 }), (seed, size) => {
        const matrix = positive(seed, size)
        const factor = choleskyFactor(matrix, size)
        if (!factor) throw new Error('the matrix is positive definite')
        const wanted = Float64Array.from({ length: size }, (_, j) => j - 2)
        const b = wanted.map((_, i) => wanted.reduce((sum, x, j) => sum + matrix[i * size + j]! * x, 0))
        solveCholesky(factor, size, b)
        b.forEach((x, j) => {
          expect(x).toBeCloseTo(wanted[j]!, 6)
        })
      }),
    )
  })
  it('refuses a singular matrix, which a reported ridge then makes solvable', () => {
    const singular = Float64Array.of(1, 1, 1, 1)
    expect(choleskyFactor(singular, 2)).toBeNull()
    expect(ridgedFactor(singular, 2)?.ridge).toBe(1e-10)
    expect(ridgedFactor(Float64Array.of(2, 0, 0, 2), 2)?.ridge).toBe(0)
    expect(ridgedFactor(new Float64Array(4), 2)).toBeNull()
  })
})

describe('standardise', () => {
  const hostile = fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.constantFrom(0, -0, 5e-324, -5e-324, 1e300, -1e300, 1.7976931348623157e308, 42, 0.1),
  )
  it('gives finite cells with mean 0 and deviation 1 on hostile columns', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(hostile, hostile), { minLength: 1, maxLength: 40 }), (rows) => {
        const matrix = matrixOfRows(rows)
        const by = standardisationOf(matrix)
        const cells = standardised(matrix, by)
        for (let j = 0; j < 2; j++) {
          // Of values that differ in their last digits the mean is known to a part of their deviation only.
          if (by.deviations[j]! < 1e-8 * Math.abs(by.means[j]!)) continue
          const column = cells.filter((_, at) => at % 2 === j)
          const mean = column.reduce((sum, value) => sum + value, 0) / rows.length
          const variance = column.reduce((sum, value) => sum + value * value, 0) / rows.length
          expect(mean).toBeCloseTo(0, 6)
          expect(variance).toBeCloseTo(by.constant[j] ? 0 : 1, 6)
        }
      }),
      { numRuns: 400 },
    )
  })
  it('keeps rows beyond all measure finite', () => {
    const by = standardisationOf(matrixOfRows([[5e-324], [0]]))
    expect([...standardised(matrixOfRows([[1e308], [-1e308]]), by)]).toEqual([1e100, -1e100])
  })
})

describe('matrices', () => {
  it('are the same from rows and from columns', () => {
    const byRow = matrixOfRows([
      [1, 2],
      [3, 4],
    ])
    expect(
      matrixOfColumns([
        [1, 3],
        [2, 4],
      ]),
    ).toEqual(byRow)
  })
  it('say why they cannot be worked with', () => {
    expect(whyUnusable(matrixOfRows([[1, 'a']]))).toBe('invalid_value')
    expect(whyUnusable(matrixOfRows([[1, null]]))).toBe('invalid_value')
    expect(whyUnusable(matrixOfRows([[1, 2], [3]]))).toBe('invalid_value')
    expect(whyUnusable(matrixOfRows([[1, 2]]), matrixOfRows([[1]]))).toBe('length_mismatch')
    expect(whyUnusable({ rows: 2, columns: 2, cells: new Float64Array(3) })).toBe('length_mismatch')
    expect(whyUnusable(matrixOfRows([]))).toBe('too_few_values')
  })
})
