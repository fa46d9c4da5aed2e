/**
 * Anderson–Darling test of two samples, mid-rank version, standardised: (A² - 1)/σ.
 *
 * Sensitive to: any change, more than KS in the tails. Kinds: numeric. Range from about -1.3, larger is further. The p-value is
 * a parabola through published critical values and limited to 0.001 … 0.25: no Benjamini–Hochberg over many columns can use it.
 * Source: Scholz & Stephens 1987 (equation 7, table 1); statistics.md 3.5; golden `anderson_ksamp`.
 * Example: {1, 2} and {3, 4} give 1.5428, p = 0.0750.
 */
import type { Outcome } from '@/lib/stats/outcome'
import { logPValueCurve, SMALLEST_LEVEL } from '@/lib/stats/two-sample/anderson-darling-levels'
import { constantPair, sortedPair } from '@/lib/stats/two-sample/samples'
import { visitTies } from '@/lib/stats/two-sample/tie-groups'

export interface AndersonDarlingTest {
  readonly value: number
  readonly pValue: number
  /** Whether the p-value stands at its floor or its ceiling. */
  readonly pValueLimit: 'at_most' | 'at_least' | null
}

/** Variance of A² for two samples of n and m values under no difference, without ties. */
function varianceOf(n: number, m: number): number {
  const rows = n + m
  const inverses = 1 / n + 1 / m
  // h = Σ 1/i for i < rows, g = Σ_{i<j<rows} 1/((rows-i) j), in one pass from the small terms.
  let running = 0
  let g = 0
  for (let k = 2; k < rows; k++) {
    running += 1 / (rows + 1 - k)
    g += running / k
  }
  const h = running + 1
  const a = 4 * g - 6 + (10 - 6 * g) * inverses
  const b = 4 * (2 * g - 4) + 16 * h + (2 * g - 14 * h - 4) * inverses - 8 * h + 4 * g - 6
  const c = 4 * (6 * h + 2 * g - 2) + 2 * (4 * h - 4 * g + 6) + (2 * h - 6) * inverses + 4 * h
  const d = 4 * (2 * h + 6) - 8 * h
  return (((a * rows + b) * rows + c) * rows + d) / ((rows - 1) * (rows - 2) * (rows - 3))
}

/** The p-value at a statistic between the ends of the table. */
function pValueOf(value: number): Pick<AndersonDarlingTest, 'pValue' | 'pValueLimit'> {
  const { lowest, highest, largestLevel, at } = logPValueCurve
  if (value < lowest) return { pValue: largestLevel, pValueLimit: 'at_least' }
  if (value > highest) return { pValue: SMALLEST_LEVEL, pValueLimit: 'at_most' }
  return { pValue: Math.exp(at(value)), pValueLimit: null }
}

/**
 * @param reference finite values in any order, at least 2
 * @param current finite values in any order, at least 2
 */
export function andersonDarling(
  reference: ArrayLike<number>,
  current: ArrayLike<number>,
): Outcome<AndersonDarlingTest> {
  const pair = sortedPair(reference, current, 2)
  if (pair.status !== 'ok') return pair
  const { x, y } = pair
  const constant = constantPair(x, y)
  if (constant) return constant
  const [n, m] = [x.length, y.length]
  const rows = n + m
  let sum = 0
  visitTies(x, y, (_value, a, b, i, j) => {
    const ties = a + b
    const rank = i + j + ties / 2
    // With two samples both differences are the same but for their sign.
    const difference = rows * (i + a / 2) - rank * n
    sum += (ties * difference * difference) / (rank * (rows - rank) - (rows * ties) / 4)
  })
  const statistic = ((rows - 1) / rows) * (sum / rows) * (1 / n + 1 / m)
  const value = (statistic - 1) / Math.sqrt(varianceOf(n, m))
  return { status: 'ok', value, ...pValueOf(value) }
}
