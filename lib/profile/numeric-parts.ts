/** Owns what a profile keeps of numbers: moments, quantiles and the reference grid. */
import type { GridJson, MomentsJson } from '@/lib/domain/profile'
import { buildGrid, countOnGrid, type Grid } from '@/lib/stats/grid/grid'
import { quantileOfSorted } from '@/lib/stats/quantile'
import { addToMoments, emptyMoments, type Moments } from '@/lib/stats/sketches/moments'

export interface NumericParts {
  readonly moments: MomentsJson
  readonly quantiles: Readonly<Record<string, number>>
  readonly grid: GridJson
  readonly distinct: number
  readonly min: number
  readonly max: number
}

const QUANTILES = [0, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 1] as const

/**
 * @param values in row order, NaN where missing
 * @returns null when there are no values
 */
export function summariseNumbers(values: Float64Array): NumericParts | null {
  const present = values.filter((value) => !Number.isNaN(value))
  if (present.length === 0) return null
  const moments = emptyMoments()
  for (const value of present) addToMoments(moments, value)
  const sorted = present.slice().sort()
  const grid = buildGrid(sorted)
  const { counts, sums } = countOnGrid(grid, present)
  return {
    moments: momentsJson(moments),
    quantiles: Object.fromEntries(QUANTILES.map((p) => [String(p), quantile(sorted, p)])),
    grid: {
      edges: [...grid.edges],
      heavy: heavyEdges(grid),
      counts: [...counts],
      // A sum of values near the largest double may overflow; the mean times the count cannot tell more.
      sums: Array.from(sums, (sum) => (Number.isFinite(sum) ? sum : Math.sign(sum) * Number.MAX_VALUE)),
    },
    distinct: countRuns(sorted),
    min: moments.min,
    max: moments.max,
  }
}

/** Between neighbours whose distance has no double there is no interpolation: the lower one stands. */
function quantile(sorted: Float64Array, probability: number): number {
  const value = quantileOfSorted(sorted, probability)
  if (value !== null && Number.isFinite(value)) return value
  return sorted[Math.floor(probability * (sorted.length - 1))] ?? 0
}

/** Moments as they are stored: JSON has no infinities. */
export function momentsJson(moments: Readonly<Moments>): MomentsJson {
  const finite = (value: number) =>
    Number.isFinite(value) ? value : Math.sign(value) * Number.MAX_VALUE || 0
  return {
    n: moments.n,
    mean: finite(moments.mean),
    m2: finite(moments.m2),
    m3: finite(moments.m3),
    m4: finite(moments.m4),
    min: moments.n === 0 ? null : moments.min,
    max: moments.n === 0 ? null : moments.max,
  }
}

function heavyEdges(grid: Grid): number[] {
  return Array.from(grid.heavy.keys()).filter((edge) => grid.heavy[edge] === 1)
}

function countRuns(sorted: Float64Array): number {
  let runs = 0
  let before = Number.NaN
  for (const value of sorted) {
    if (value !== before) runs++
    before = value
  }
  return runs
}
