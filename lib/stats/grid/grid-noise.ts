/**
 * Owns how large the areas between two distribution functions are by chance, from the reference on its grid.
 *
 * When nothing changed, F-G is a Brownian bridge in F times √h, h = 1/n + 1/m. Means and variances of ∫|F-G| (half of the
 * moments of absolute normal variables) and of ∫(F-G)² follow from its covariance F(x)(1-F(y)), x < y; both double integrals
 * fall apart into products of x and y, so that one pass over the cells is enough. Source: Nabeya 1951; del Barrio, Giné &
 * Matrán 1999 (Wasserstein); Székely & Rizzo 2013 (energy); tested against drawn samples.
 */
import { cellEndsOf } from '@/lib/stats/grid/cell-ends'
import type { Grid, GridCounts } from '@/lib/stats/grid/grid'
import { ABSOLUTE_SERIES } from '@/lib/stats/special/absolute-normal'

export interface AreaNoise {
  readonly mean: number
  readonly variance: number
}

/** Calls `visit` with the width of every cell, as a part of the reference's range, and its middle level, from low to high. */
function eachLevel(
  grid: Grid,
  { n, counts, min, max }: GridCounts,
  visit: (width: number, level: number) => void,
): void {
  const ends = cellEndsOf(grid)
  const range = max - min
  if (!(range > 0) || range === Number.POSITIVE_INFINITY) return
  let before = 0
  for (let cell = 0; cell < grid.cellCount && n > 0; cell++) {
    const width = (Math.min(ends.upper[cell]!, max) - Math.max(ends.lower[cell]!, min)) / range
    const level = (before + counts[cell]! / 2) / n
    if (width > 0 && level > 0 && level < 1) visit(width, level)
    before += counts[cell]!
  }
}

/** Of ∫|F-G|, in units of the reference's range, so that nothing overflows. @param h 1/n + 1/m */
export function areaNoise(grid: Grid, reference: GridCounts, h: number): AreaNoise {
  const before = ABSOLUTE_SERIES.map(() => 0)
  let [mean, same, apart] = [0, 0, 0]
  eachLevel(grid, reference, (width, level) => {
    const spread = width * Math.sqrt(level * (1 - level))
    mean += spread
    same += spread * spread
    // ρ² of two levels is the ratio of their odds.
    const odds = level / (1 - level)
    let power = 1
    for (let k = 0; k < before.length; k++) {
      power *= odds
      apart += (ABSOLUTE_SERIES[k]! * spread * before[k]!) / power
      before[k]! += spread * power
    }
  })
  const variance = (2 / Math.PI) * h * ((Math.PI / 2 - 1) * same + 2 * apart)
  return { mean: Math.sqrt((2 * h) / Math.PI) * mean, variance }
}

/** Rounds after which the largest eigenvalue has three digits; the next one is a quarter of it or so. */
const POWER_ROUNDS = 8

/** Sum, sum of squares and largest of the eigenvalues of the covariance of F-G, h left out, in units of the reference's range. */
export interface BridgeSpectrum {
  readonly sum: number
  readonly squares: number
  readonly largest: number
}

/** By power iteration; a product with the covariance is two running sums. */
export function bridgeSpectrum(grid: Grid, reference: GridCounts): BridgeSpectrum {
  const widths: number[] = []
  const levels: number[] = []
  let [sum, same, apart, before] = [0, 0, 0, 0]
  eachLevel(grid, reference, (width, level) => {
    widths.push(width)
    levels.push(level)
    const part = width * level * (1 - level)
    sum += part
    same += part * part
    apart += width * (1 - level) ** 2 * before
    before += width * level * level
  })
  let vector = levels.map((level) => level * (1 - level))
  let largest = 0
  for (let round = 0; round < POWER_ROUNDS; round++) {
    const image = timesCovariance(widths, levels, vector)
    let [product, length] = [0, 0]
    for (let i = 0; i < image.length; i++) {
      product += widths[i]! * image[i]! * vector[i]!
      length += widths[i]! * vector[i]! * vector[i]!
    }
    largest = length > 0 ? product / length : 0
    const size = Math.max(...image.map(Math.abs), Number.MIN_VALUE)
    vector = image.map((value) => value / size)
  }
  return { sum, squares: same + 2 * apart, largest }
}

/** ∫ (min(F, F') - F F') v dx at each level. */
function timesCovariance(
  widths: readonly number[],
  levels: readonly number[],
  vector: readonly number[],
): number[] {
  const image = new Array<number>(vector.length).fill(0)
  let below = 0
  for (let i = 0; i < vector.length; i++) {
    below += widths[i]! * levels[i]! * vector[i]!
    image[i] = (1 - levels[i]!) * below
  }
  let above = 0
  for (let i = vector.length - 1; i >= 0; i--) {
    image[i]! += levels[i]! * above
    above += widths[i]! * (1 - levels[i]!) * vector[i]!
  }
  return image
}

/** Deviation and skewness of a sample on its grid, every value taken for the mean of its cell. */
export function gridSkewness({ n, counts, sums }: GridCounts): number {
  let mean = 0
  for (let cell = 0; cell < sums.length; cell++) mean += sums[cell]! / n
  let [second, third] = [0, 0]
  for (let cell = 0; cell < counts.length; cell++) {
    if (counts[cell]! === 0) continue
    const gap = sums[cell]! / counts[cell]! - mean
    second += (counts[cell]! / n) * gap * gap
    third += (counts[cell]! / n) * gap * gap * gap
  }
  const skewness = third / second ** 1.5
  return Number.isFinite(skewness) ? skewness : 0
}
