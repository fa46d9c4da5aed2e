/** Owns the drawing of seeded matrices (statistics.md, section 1): one seed a column, and columns that follow others. */
import { type Generated, generateColumn, quantise } from '@/lib/stats/golden/generate'
import { createMulberry32 } from '@/lib/stats/mulberry32'
import { type Matrix, matrixOfColumns } from '@/lib/stats/multivariate/matrix'

interface LinearColumn {
  readonly seed: number
  readonly dist: 'linear'
  readonly of: readonly number[]
  readonly coef: readonly number[]
  readonly sd: number
}

type ColumnSpec = LinearColumn | { readonly seed: number; readonly dist: string }

const isLinear = (spec: ColumnSpec): spec is LinearColumn => spec.dist === 'linear'

function linearColumn(spec: LinearColumn, n: number, columns: readonly Float64Array[]): Float64Array {
  const random = createMulberry32(spec.seed)
  return Float64Array.from({ length: n }, (_, i) => {
    const sum = spec.of.reduce((total, k, at) => total + spec.coef[at]! * columns[k]![i]!, 0)
    return quantise(sum + spec.sd * random.normal())
  })
}

/** Draws the input of a case: `{"gen_matrix": {"n", "columns"}}`. */
export function generateMatrix(input: unknown): Matrix {
  const { n, columns } = (input as { gen_matrix: { n: number; columns: readonly ColumnSpec[] } }).gen_matrix
  const drawn: Float64Array[] = []
  for (const spec of columns) {
    if (isLinear(spec)) drawn.push(linearColumn(spec, n, drawn))
    else drawn.push(Float64Array.from(generateColumn({ ...spec, n } as Generated, {}) as readonly number[]))
  }
  return matrixOfColumns(drawn)
}
