/**
 * Owns how large a divergence of the second order (Jensen–Shannon, squared Hellinger, PSI) is by chance on given counts.
 *
 * When nothing changed, the t rows of a bin fall to either side by a fair lot, A ~ Bin(t, n/(n+m)). For many rows a bin adds
 * h/8 (1 - share) on average, h = 1/n + 1/m, with the variance of a chi-square; for few rows, where the square root and
 * the logarithm bend, mean and variance are added up over all splits. The sum is taken as a multiple of a chi-square with
 * the same two moments. Source: Satterthwaite 1946; statistics.md section 2 (first order).
 */
import type { BinCounts } from '@/lib/stats/methods/pair'
import { chiSquareCritical } from '@/lib/stats/special/incomplete-gamma'

/** What a bin adds to the divergence, from its shares on both sides. */
export type Contribution = (p: number, q: number) => number

export interface SplitNoise {
  readonly mean: number
  readonly variance: number
}

/** While the smaller side expects at most so many rows of a bin, its splits are gone through. */
const MOST_EXACT_ROWS = 30
/** Splits beyond this chance change nothing. */
const NEGLIGIBLE = 1e-16

/** Whether the smaller side expects so few of a bin's t rows that its splits are gone through one by one. */
export const isFewRows = (t: number, n: number, m: number) =>
  t * (Math.min(n, m) / (n + m)) <= MOST_EXACT_ROWS && Number.isInteger(t)

/** Moments of one bin of t rows over all its splits, from none on the smaller side upwards. */
export function exactMoments(t: number, n: number, m: number, contribution: Contribution): SplitNoise {
  const isSmallCurrent = m <= n
  const odds = Math.min(n, m) / Math.max(n, m)
  const expected = (t * odds) / (1 + odds)
  let probability = (1 + odds) ** -t
  let [mean, square] = [0, 0]
  for (let few = 0; few <= t && (few <= expected || probability > NEGLIGIBLE); few++) {
    const rest = t - few
    const value = isSmallCurrent ? contribution(rest / n, few / m) : contribution(few / n, rest / m)
    mean += probability * value
    square += probability * value * value
    probability *= (rest / (few + 1)) * odds
  }
  return { mean, variance: Math.max(0, square - mean * mean) }
}

/**
 * @param counts both sides not empty
 * @param contribution close to scale · (p-q)²/(p+q)/4 for small changes
 * @param scale 1 for squared Hellinger, 1/ln 2 for Jensen–Shannon in base 2, 8 for PSI
 */
export function splitNoise(
  { reference, current }: BinCounts,
  contribution: Contribution,
  scale: number,
): SplitNoise {
  const total = (counts: readonly number[]) => counts.reduce((sum, count) => sum + count, 0)
  const [n, m] = [total(reference), total(current)]
  const bin = ((1 / n + 1 / m) / 8) * scale
  let [mean, variance] = [0, 0]
  for (let j = 0; j < reference.length; j++) {
    const t = reference[j]! + current[j]!
    if (t === 0) continue
    const rest = 1 - t / (n + m)
    const part = isFewRows(t, n, m)
      ? exactMoments(t, n, m, contribution)
      : { mean: bin * rest, variance: 2 * bin * bin * rest }
    mean += part.mean
    variance += part.variance
  }
  return { mean, variance }
}

/** The divergence that chance alone exceeds with probability alpha. */
export function splitNoiseLimit({ mean, variance }: SplitNoise, alpha: number): number {
  if (!(variance > 0)) return mean
  const unit = variance / (2 * mean)
  return unit * chiSquareCritical(alpha, mean / unit)
}
