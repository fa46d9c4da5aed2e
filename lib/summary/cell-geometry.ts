/**
 * Owns what is compiled once from a grid: bounds of every cell, the scale of offsets inside it, and a table that
 * finds the cell of a value in one or two steps. Knows no counts.
 */
import { oncePer } from '@/lib/domain/once-per'
import { cellBounds, type Grid } from '@/lib/stats/grid/grid'

/** Offsets inside a cell are whole multiples of 2^-20 of its width. */
export const OFFSET_STEPS = 2 ** 20

/** Slots of the look-up table: 8 for each edge of a default grid. */
const TABLE_SLOTS = 2_048

export interface CellGeometry {
  readonly grid: Grid
  readonly lower: Float64Array
  readonly upper: Float64Array
  /** OFFSET_STEPS / width; 0 for point cells, for the open ends, and for widths that a double cannot divide by. */
  readonly scale: Float64Array
  /** Smallest tier of distances outside the grid that is told apart (`exact-sums.ts`). */
  readonly lowestTier: number
  /** Index of the cell that holds a finite value; the same answer as `locateCell`. */
  locate(value: number): number
}

/** Geometry of a grid; compiled at the first call for it. */
export const cellGeometry = oncePer(compile)

const doubles = new Float64Array(1)
const words = new Uint32Array(doubles.buffer)

/** Exponent e of a finite positive double in [2^e, 2^(e+1)); -1023 for zero and denormals. */
export function binaryExponent(value: number): number {
  doubles[0] = value
  return (((words[1] ?? 0) >>> 20) & 0x7ff) - 1023
}

function compile(grid: Grid): CellGeometry {
  const { cellCount, edges } = grid
  const lower = new Float64Array(cellCount)
  const upper = new Float64Array(cellCount)
  const scale = new Float64Array(cellCount)
  for (let cell = 0; cell < cellCount; cell++) {
    const bounds = cellBounds(grid, cell)
    lower[cell] = bounds.lower
    upper[cell] = bounds.upper
    const steps = OFFSET_STEPS / (bounds.upper - bounds.lower)
    scale[cell] = Number.isFinite(steps) ? steps : 0
  }
  const first = edges[0] ?? 0
  const last = edges[edges.length - 1] ?? 0
  const extent = last > first ? last / 2 - first / 2 : Math.abs(first) || 1
  return {
    grid,
    lower,
    upper,
    scale,
    lowestTier: Math.floor(binaryExponent(extent) / 8) - 1,
    locate: compileLocate(grid, first, last),
  }
}

/**
 * Slots of equal width over the edges; each knows how many edges lie in slots before it. The slot number is a
 * monotone function of the value, so the edges at or below a value are found among those of its own slot.
 */
function compileLocate(grid: Grid, first: number, last: number): (value: number) => number {
  const { edges, heavy, startCell, cellCount } = grid
  const perUnit = TABLE_SLOTS / (last - first)
  const usable = Number.isFinite(perUnit) && perUnit > 0
  const slotOf = (value: number) => Math.min(TABLE_SLOTS - 1, ((value - first) * perUnit) | 0)
  const edgesBefore = new Int32Array(TABLE_SLOTS + 1)
  if (usable) {
    for (const edge of edges) edgesBefore[slotOf(edge) + 1] = (edgesBefore[slotOf(edge) + 1] ?? 0) + 1
    for (let slot = 0; slot < TABLE_SLOTS; slot++)
      edgesBefore[slot + 1] = (edgesBefore[slot + 1] ?? 0) + (edgesBefore[slot] ?? 0)
  }
  const edgeCount = edges.length
  return (value) => {
    if (value < first) return 0
    if (value > last) return cellCount - 1
    let low = 0
    let high = edgeCount
    if (usable) {
      const slot = slotOf(value)
      low = edgesBefore[slot] ?? 0
      high = edgesBefore[slot + 1] ?? edgeCount
    }
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((edges[middle] ?? 0) <= value) low = middle + 1
      else high = middle
    }
    const edge = low - 1
    const cell = startCell[edge] ?? 0
    return edges[edge] === value ? cell : cell + (heavy[edge] ?? 0)
  }
}
