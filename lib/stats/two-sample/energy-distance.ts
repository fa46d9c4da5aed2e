/**
 * Energy distance in one dimension: √(2 ∫ (F-G)²).
 *
 * Sensitive to: any change, most to shifts. Kinds: numeric. Range 0 … ∞ in the root of the column's unit; distance, no
 * p-value. Source: Székely & Rizzo 2013; statistics.md 3.9; golden `energy_distance`. Example: {0} and {2} give 2.
 */
import type { Score } from '@/lib/stats/outcome'
import { sortedPair } from '@/lib/stats/two-sample/samples'
import { visitTies } from '@/lib/stats/two-sample/tie-groups'

/** A unit in which a range that overflows does not, and the square root of a tiny one does not vanish. */
function scaleFor(range: number): number {
  if (!Number.isFinite(range)) return 0.5
  return range < 1e-280 ? 2 ** 500 : 1
}

/**
 * @param reference finite values in any order
 * @param current finite values in any order
 */
export function energyDistance(reference: ArrayLike<number>, current: ArrayLike<number>): Score {
  const pair = sortedPair(reference, current, 1)
  if (pair.status !== 'ok') return pair
  const { x, y } = pair
  const [n, m] = [x.length, y.length]
  const range = Math.max(x[n - 1]!, y[m - 1]!) - Math.min(x[0]!, y[0]!)
  const scale = scaleFor(range)
  let previous = 0
  let sum = 0
  let lost = 0
  visitTies(x, y, (value, _a, _b, i, j) => {
    // Shares gathered before this value hold on the gap below it; the first gap has none.
    const gap = (i * m - j * n) / (n * m)
    const term = i + j === 0 ? 0 : gap * gap * (value * scale - previous * scale)
    const next = sum + term
    lost += sum >= term ? sum - next + term : term - next + sum
    sum = next
    previous = value
  })
  return { status: 'ok', value: Math.sqrt(2 / scale) * Math.sqrt(sum + lost) }
}
