/** Owns folding the values of a numeric column with a profile into a grid summary. */
import type { ColumnProfile } from '@/lib/domain/profile'
import type { Scalar } from '@/lib/domain/record'
import type { Grid } from '@/lib/stats/grid/grid'
import { emptyMoments, type Moments } from '@/lib/stats/sketches/moments'
import { momentsOf } from '@/lib/summary/batch-moments'
import { type CellGeometry, cellGeometry } from '@/lib/summary/cell-geometry'
import type { ColumnFold } from '@/lib/summary/column-fold'
import {
  addDistance,
  type ExactSums,
  emptyExactSums,
  offsetInCell,
  plainSums,
} from '@/lib/summary/exact-sums'
import { mergeFiniteMoments } from '@/lib/summary/finite-moments'
import type { GridSummary } from '@/lib/summary/types'

/** Values are handled column by column in tight loops of this many. */
const BUFFER_SIZE = 512

/** A numeric column. A cell of the summary is found by the profile's grid. */
export class NumericFold implements ColumnFold {
  private readonly geometry: CellGeometry
  private readonly check: Check
  private readonly buffer = new Float64Array(BUFFER_SIZE)
  private length = 0
  private counts: Float64Array
  private exact: ExactSums
  private moments: Moments = emptyMoments()
  private missing = 0
  private typeChanged = 0
  private outOfRange = 0

  constructor(
    column: ColumnProfile,
    private readonly grid: Grid,
  ) {
    this.geometry = cellGeometry(grid)
    this.check = checkOf(column)
    this.counts = new Float64Array(grid.cellCount)
    this.exact = emptyExactSums(grid.cellCount)
  }

  add(value: Scalar | undefined, times = 1): void {
    if (typeof value === 'number') for (let i = 0; i < times; i++) this.addNumber(value)
    else if (value === undefined || value === null || value === '') this.missing += times
    else this.typeChanged += times
  }

  addNumbers(values: Float64Array): void {
    for (let i = 0; i < values.length; i++) this.addNumber(values[i] ?? 0)
  }

  private addNumber(value: number): void {
    // NaN and infinities: no arithmetic gives a finite number back.
    if (value - value !== 0) {
      this.missing++
      return
    }
    // Adding 0 turns -0 into 0, so that the smallest value does not depend on order.
    this.buffer[this.length++] = value + 0
    if (this.length === BUFFER_SIZE) this.flush()
  }

  summary(): GridSummary {
    this.flush()
    const { grid, moments } = this
    const counts = this.counts.slice()
    const exact = {
      offsets: this.exact.offsets.slice(),
      below: new Map(this.exact.below),
      above: new Map(this.exact.above),
    }
    return {
      kind: 'grid',
      missing: this.missing,
      typeChanged: this.typeChanged,
      outOfRange: this.outOfRange,
      moments: { ...moments },
      values: {
        n: moments.n,
        counts,
        sums: plainSums(grid, counts, exact),
        min: moments.min,
        max: moments.max,
      },
      exact,
      grid,
    }
  }

  reset(): void {
    this.length = 0
    this.counts.fill(0)
    this.exact.offsets.fill(0)
    this.exact.below.clear()
    this.exact.above.clear()
    this.moments = emptyMoments()
    this.missing = 0
    this.typeChanged = 0
    this.outOfRange = 0
  }

  private flush(): void {
    const { buffer, length, counts, exact, geometry, check } = this
    if (length === 0) return
    const { offsets } = exact
    const { lower, scale, upper, lowestTier } = geometry
    const lastCell = counts.length - 1
    for (let i = 0; i < length; i++) {
      const value = buffer[i] ?? 0
      const cell = geometry.locate(value)
      counts[cell] = (counts[cell] ?? 0) + 1
      if (cell === 0) addDistance(exact.below, (upper[0] ?? 0) - value, lowestTier)
      else if (cell === lastCell) addDistance(exact.above, value - (lower[lastCell] ?? 0), lowestTier)
      else offsets[cell] = (offsets[cell] ?? 0) + offsetInCell(value, lower[cell] ?? 0, scale[cell] ?? 0)
      if (value < check.min || value > check.max || (check.whole && value % 1 !== 0)) this.outOfRange++
    }
    const part = momentsOf(buffer, length)
    this.moments = this.moments.n === 0 ? part : mergeFiniteMoments(this.moments, part)
    this.length = 0
  }
}

interface Check {
  readonly min: number
  readonly max: number
  readonly whole: boolean
}

/** All expectations on numbers as one interval, and whether only whole numbers are fine. */
function checkOf(column: ColumnProfile): Check {
  let min = Number.NEGATIVE_INFINITY
  let max = Number.POSITIVE_INFINITY
  let whole = false
  for (const expectation of column.expectations) {
    if (expectation.kind === 'range') {
      min = Math.max(min, expectation.min)
      max = Math.min(max, expectation.max)
    } else if (expectation.kind === 'positive') {
      min = Math.max(min, expectation.zeroAllowed ? 0 : Number.MIN_VALUE)
    } else if (expectation.kind === 'type') whole = expectation.type === 'integer'
  }
  return { min, max, whole }
}
