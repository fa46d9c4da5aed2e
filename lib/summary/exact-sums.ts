/**
 * Owns the sums of a grid summary in a form that adds up to the same bits in any order: whole numbers only.
 * docs/summary-format.md proves the error bounds. Knows no encoding.
 */
import type { Grid } from '@/lib/stats/grid/grid'
import { binaryExponent, cellGeometry, OFFSET_STEPS } from '@/lib/summary/cell-geometry'

/** Bits of a tier's whole numbers below its leading exponent: a distance is kept to 2^-18 of itself. */
const TIER_BITS = 17
const TIER_WIDTH = 8
const MIDDLE = OFFSET_STEPS / 2

/** Sum of distances from the outer edge: whole multiples of 2^(8·tier - 17), by tier. Never holds a zero. */
export type TieredSum = Map<number, number>

export interface ExactSums {
  /** For each cell Σ of offsets from its lower end in 2^-20 of its width; cells without a width count half. Open ends: 0. */
  readonly offsets: Float64Array
  /** Distances below the first edge. */
  readonly below: TieredSum
  /** Distances above the last edge. */
  readonly above: TieredSum
}

/** Sums of no values on a grid of this many cells. */
export function emptyExactSums(cellCount: number): ExactSums {
  return { offsets: new Float64Array(cellCount), below: new Map(), above: new Map() }
}

/** Offset of a value inside its cell, 0 … 2^20; the middle for cells without a usable width. */
export function offsetInCell(value: number, lower: number, scale: number): number {
  return scale === 0 ? MIDDLE : Math.round((value - lower) * scale)
}

/** Adds a distance ≥ 0, in place. */
export function addDistance(sum: TieredSum, distance: number, lowestTier: number): void {
  const finite = Math.min(distance, Number.MAX_VALUE)
  const tier = Math.max(lowestTier, Math.floor(binaryExponent(finite) / TIER_WIDTH))
  const steps = Math.round(finite / unitOf(tier))
  if (steps > 0) sum.set(tier, (sum.get(tier) ?? 0) + steps)
}

/** Sums of the union of two samples; the arguments are left alone. */
export function mergeExactSums(a: ExactSums, b: ExactSums): ExactSums {
  return {
    offsets: a.offsets.map((sum, cell) => sum + (b.offsets[cell] ?? 0)),
    below: mergeTiered(a.below, b.below),
    above: mergeTiered(a.above, b.above),
  }
}

/** Plain sums of the values, one a cell: a function of whole numbers only, so the same in any order of merging. */
export function plainSums(grid: Grid, counts: Float64Array, exact: ExactSums): Float64Array {
  const { lower, upper } = cellGeometry(grid)
  const lastCell = grid.cellCount - 1
  const sums = new Float64Array(grid.cellCount)
  for (let cell = 1; cell < lastCell; cell++) {
    const count = counts[cell] ?? 0
    if (count === 0) continue
    const share = (exact.offsets[cell] ?? 0) / OFFSET_STEPS
    const low = lower[cell] ?? 0
    const high = upper[cell] ?? 0
    sums[cell] = low === high ? count * low : low * (count - share) + high * share
  }
  sums[0] = (counts[0] ?? 0) * (upper[0] ?? 0) - totalDistance(exact.below)
  sums[lastCell] = (counts[lastCell] ?? 0) * (lower[lastCell] ?? 0) + totalDistance(exact.above)
  for (const [cell, sum] of [
    [0, sums[0]],
    [lastCell, sums[lastCell]],
  ] as const) {
    if (!Number.isFinite(sum)) sums[cell] = cell === 0 ? -Number.MAX_VALUE : Number.MAX_VALUE
  }
  return sums
}

function totalDistance(sum: TieredSum): number {
  let total = 0
  for (const [tier, steps] of [...sum].sort((a, b) => b[0] - a[0])) total += steps * unitOf(tier)
  return total
}

function mergeTiered(a: TieredSum, b: TieredSum): TieredSum {
  const sum = new Map(a)
  for (const [tier, steps] of b) sum.set(tier, (sum.get(tier) ?? 0) + steps)
  return sum
}

function unitOf(tier: number): number {
  return 2 ** (TIER_WIDTH * tier - TIER_BITS)
}
