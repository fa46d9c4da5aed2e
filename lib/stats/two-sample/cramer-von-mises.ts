/**
 * Cramér–von Mises test of two samples: a sum of squared differences of F and G over the pooled ranks.
 *
 * Sensitive to: any change, more than KS where many small differences add up. Kinds: numeric. Range from about 0, larger is further.
 * p-value exact up to 20 rows a side, else by the limit law at the statistic's exact mean and variance; relative in the tail.
 * Ties get mid-ranks; with many of them the p-value is approximate. A constant pair is no exception and keeps its number.
 * Source: Anderson 1962; Csörgő & Faraway 1996; statistics.md 3.6; golden `cramer_von_mises`.
 * Example: {1, 2} and {3, 4} give T = 3/8, p = 1/3.
 */
import type { Outcome } from '@/lib/stats/outcome'
import { cramerVonMisesSurvival } from '@/lib/stats/special/cramer-von-mises-limit'
import { cramerVonMisesExact } from '@/lib/stats/two-sample/cramer-von-mises-exact'
import { sortedPair } from '@/lib/stats/two-sample/samples'
import { visitTies } from '@/lib/stats/two-sample/tie-groups'

const MAX_EXACT_ROWS = 20
/** Below this value of the limit law p is 1 in double precision. */
const SMALLEST_LIMIT = 0.003

export interface CramerVonMisesTest {
  readonly value: number
  readonly pValue: number
  readonly methodUsed: 'exact' | 'asymptotic'
}

/** Σ (rank - place)² of `count` neighbours in one tie group: their places are first+1 … first+count. */
function squaredGaps(count: number, rank: number, first: number): number {
  const gap = rank - first - (count + 1) / 2
  return count * gap * gap + (count * (count * count - 1)) / 12
}

/** U = n Σ (r - i)² + m Σ (s - j)² with r, s the pooled mid-ranks. */
function rankSum(x: Float64Array, y: Float64Array): number {
  let [inX, inY] = [0, 0]
  visitTies(x, y, (_value, a, b, i, j) => {
    const rank = i + j + (a + b + 1) / 2
    inX += squaredGaps(a, rank, i)
    inY += squaredGaps(b, rank, j)
  })
  return x.length * inX + y.length * inY
}

function asymptotic(value: number, n: number, m: number): number {
  const rows = n + m
  const product = n * m
  const mean = (1 + 1 / rows) / 6
  const spread = 4 * product * rows - 3 * (n * n + m * m) - 2 * product
  const variance = ((rows + 1) * spread) / (45 * rows * rows * 4 * product)
  const limit = 1 / 6 + (value - mean) / Math.sqrt(45 * variance)
  return limit < SMALLEST_LIMIT ? 1 : cramerVonMisesSurvival(limit)
}

/**
 * @param reference finite values in any order, at least 2
 * @param current finite values in any order, at least 2
 */
export function cramerVonMises(
  reference: ArrayLike<number>,
  current: ArrayLike<number>,
  { method = 'auto' }: { method?: 'auto' | 'asymptotic' } = {},
): Outcome<CramerVonMisesTest> {
  const pair = sortedPair(reference, current, 2)
  if (pair.status !== 'ok') return pair
  const { x, y } = pair
  const [n, m] = [x.length, y.length]
  const sum = rankSum(x, y)
  const value = sum / (n * m * (n + m)) - (4 * n * m - 1) / (6 * (n + m))
  const isExact = method === 'auto' && Math.max(n, m) <= MAX_EXACT_ROWS
  const pValue = isExact ? cramerVonMisesExact(sum, n, m) : asymptotic(value, n, m)
  return { status: 'ok', value, pValue, methodUsed: isExact ? 'exact' : 'asymptotic' }
}
