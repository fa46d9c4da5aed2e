/**
 * Maximum mean discrepancy of two samples of rows with a Gaussian kernel, squared and unbiased, with permutation p-value.
 *
 * Sensitive to: any change of the joint distribution at the scale of the reference. Kinds: numeric, one column or several
 * (standardise several first). Range about 0 (also a little below) … 2; p-value by relabelling rows, seeded. O((n+m)²): more than
 * 1,000 rows a side are sampled. Source: Gretton et al. 2012; statistics.md 3.10; golden `mmd_rbf`.
 * Example: two equal constant samples give 0, p = 1.
 */
import { createMulberry32, type Mulberry32 } from '@/lib/stats/mulberry32'
import { type Matrix, whyUnusable } from '@/lib/stats/multivariate/matrix'
import { type Outcome, undefinedBecause } from '@/lib/stats/outcome'
import { pooledKernel } from '@/lib/stats/two-sample/mmd-kernel'

const MAX_ROWS = 1_000
const MIN_ROWS = 2
const DEFAULT_PERMUTATIONS = 499
/** Sums of kernels in another order differ by rounding only; such values count as equal. */
const SLACK = 1e-12

export interface MmdTest {
  readonly value: number
  /** (1 + count) / (1 + permutations) of values at least as large: never 0. */
  readonly pValue: number
  /** The share of them alone, as peers report it: may be 0. */
  readonly permutedShare: number
  readonly sigma: number
  readonly permutations: number
  readonly seed: number
  /** Whether rows were left out to bound the work. */
  readonly sampled: boolean
}

function shuffled(length: number, random: Mulberry32): Uint32Array {
  const order = new Uint32Array(length)
  for (let i = 0; i < length; i++) order[i] = i
  for (let i = length - 1; i >= 1; i--) {
    const j = random.below(i + 1)
    const kept = order[i]!
    order[i] = order[j]!
    order[j] = kept
  }
  return order
}

function atMostRows(matrix: Matrix, random: Mulberry32): Matrix {
  if (matrix.rows <= MAX_ROWS) return matrix
  const { columns } = matrix
  const cells = new Float64Array(MAX_ROWS * columns)
  const order = shuffled(matrix.rows, random)
  for (let i = 0; i < MAX_ROWS; i++) {
    const from = order[i]! * columns
    cells.set(matrix.cells.subarray(from, from + columns), i * columns)
  }
  return { rows: MAX_ROWS, columns, cells }
}

/** The rows at some places of an order, ascending: the kernel is then read line by line. */
function membersOf(order: Uint32Array, from: number, to: number): Uint32Array {
  return order.slice(from, to).sort()
}

/** The statistic by labels; row sums leave only the smaller side's own pairs to be added up. */
function discrepancy(kernel: Float64Array, rowSums: Float64Array, order: Uint32Array, n: number): number {
  const rows = order.length
  const m = rows - n
  const members = n <= m ? membersOf(order, 0, n) : membersOf(order, n, rows)
  let inside = 0
  let touching = 0
  let all = 0
  for (let i = 0; i < rows; i++) all += rowSums[i]!
  for (let i = 0; i < members.length; i++) {
    const row = members[i]! * rows
    touching += rowSums[members[i]!]!
    let sum = 0
    for (let j = 0; j < i; j++) sum += kernel[row + members[j]!]!
    inside += sum
  }
  const own = 2 * inside
  const between = touching - own
  const other = all - touching - between
  const [inReference, inCurrent] = n <= m ? [own, other] : [other, own]
  return inReference / (n * (n - 1)) + inCurrent / (m * (m - 1)) - (2 * between) / (n * m)
}

/**
 * @param reference rows of finite numbers, at least 2
 * @param current rows of the same columns, at least 2
 * @param seed of the permutations and of the sampling of rows
 */
export function mmdRbf(
  reference: Matrix,
  current: Matrix,
  { permutations = DEFAULT_PERMUTATIONS, seed }: { permutations?: number; seed: number },
): Outcome<MmdTest> {
  if (Math.min(reference.rows, current.rows) < MIN_ROWS) return undefinedBecause('too_few_values')
  const unusable = whyUnusable(reference, current)
  if (unusable) return undefinedBecause(unusable)
  const random = createMulberry32(seed)
  const [x, y] = [atMostRows(reference, random), atMostRows(current, random)]
  const rows = x.rows + y.rows
  const { sigma, cells } = pooledKernel(x, y)
  const rowSums = new Float64Array(rows)
  for (let i = 0; i < rows; i++) {
    let sum = 0
    for (let j = 0; j < rows; j++) sum += cells[i * rows + j]!
    rowSums[i] = sum
  }
  const asGiven = Uint32Array.from({ length: rows }, (_, i) => i)
  const value = discrepancy(cells, rowSums, asGiven, x.rows)
  let reached = 0
  for (let round = 0; round < permutations; round++) {
    if (discrepancy(cells, rowSums, shuffled(rows, random), x.rows) + SLACK >= value) reached++
  }
  return {
    status: 'ok',
    value,
    pValue: (1 + reached) / (1 + permutations),
    permutedShare: permutations > 0 ? reached / permutations : 1,
    sigma,
    permutations,
    seed,
    sampled: x !== reference || y !== current,
  }
}
