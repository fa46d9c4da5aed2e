/**
 * Population Stability Index: Σ (p-q) ln(p/q).
 *
 * Sensitive to: mass moving between bins, most where a bin empties. Kinds: numeric (binned) and categorical.
 * Range 0 … ∞, larger is further; distance, no p-value; noise floor (B-1)(1/n+1/m).
 * Zero rules: Evidently replaces each zero share by 0.0001 (golden `psi`); for monitoring every count gets half an
 * observation, which keeps it finite and smooth. Source: statistics.md 4.2.
 * Example: shares [0.5, 0.5] and [0.4, 0.6] give 0.0405.
 */
import { type Score, undefinedBecause } from '@/lib/stats/outcome'

/** PSI of two vectors of positive shares. */
export function psiOfShares(reference: ArrayLike<number>, current: ArrayLike<number>): number {
  let sum = 0
  for (let j = 0; j < reference.length; j++) {
    const p = reference[j]!
    const q = current[j]!
    sum += (p - q) * Math.log(p / q)
  }
  return Math.max(0, sum)
}

/** Evidently's zero rule for one side: 0.0001, or a millionth of the smallest share when that is not larger. */
export function fillZeroShares(shares: ArrayLike<number>): number[] {
  const all = Array.from(shares)
  const smallest = all.reduce((least, share) => (share > 0 && share < least ? share : least), 1)
  const fill = smallest <= 0.0001 ? Math.max(Number.MIN_VALUE, smallest / 1e6) : 0.0001
  return all.map((share) => (share === 0 ? fill : share))
}

const isCount = (value: unknown) =>
  typeof value === 'number' && value >= 0 && value < Number.POSITIVE_INFINITY

/** PSI of counts on shared bins, each share (count + ½)/(total + B/2); bins empty on both sides are left out. */
export function psiOfCounts(reference: ArrayLike<number>, current: ArrayLike<number>): Score {
  if (reference.length !== current.length) return undefinedBecause('length_mismatch')
  const p: number[] = []
  const q: number[] = []
  let n = 0
  let m = 0
  for (let j = 0; j < reference.length; j++) {
    if (!isCount(reference[j]) || !isCount(current[j])) return undefinedBecause('invalid_value')
    if (reference[j]! + current[j]! === 0) continue
    p.push(reference[j]!)
    q.push(current[j]!)
    n += reference[j]!
    m += current[j]!
  }
  if (n === 0 || m === 0) return undefinedBecause('too_few_values')
  // More rows than whole numbers can count: half an observation would vanish beside them.
  if (!(n + m <= Number.MAX_SAFE_INTEGER)) return undefinedBecause('invalid_value')
  const half = p.length / 2
  const value = psiOfShares(
    p.map((count) => (count + 0.5) / (n + half)),
    q.map((count) => (count + 0.5) / (m + half)),
  )
  return { status: 'ok', value }
}
