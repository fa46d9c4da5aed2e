/** Owns the bytes of a grid summary: sparse counts, whole-number sums, moments. */
import type { Grid } from '@/lib/stats/grid/grid'
import { emptyMoments, type Moments } from '@/lib/stats/sketches/moments'
import type { ByteReader, ByteWriter } from '@/lib/summary/bytes'
import { OFFSET_STEPS } from '@/lib/summary/cell-geometry'
import { readMoments, writeMoments } from '@/lib/summary/codec-parts'
import { type ExactSums, emptyExactSums, plainSums, type TieredSum } from '@/lib/summary/exact-sums'
import { mergeFiniteMoments } from '@/lib/summary/finite-moments'
import type { GridSummary } from '@/lib/summary/types'

const MIDDLE = OFFSET_STEPS / 2
/** No grid has more: refuses to allocate for bytes that are no summary. */
const MAX_CELLS = 100_000

/** @throws RangeError for a summary without whole-number sums, or whose counts and moments disagree */
export function writeGrid(writer: ByteWriter, summary: GridSummary): void {
  const { values, exact, moments } = summary
  if (!exact) throw new RangeError('a grid summary without whole-number sums cannot be encoded')
  if (values.n !== moments.n) throw new RangeError('counts and moments of a summary disagree')
  writer.varint(summary.missing)
  writer.varint(summary.typeChanged)
  writer.varint(summary.outOfRange)
  writeMoments(writer, moments)
  const { counts } = values
  writer.varint(counts.length)
  const lastCell = counts.length - 1
  let empty = 0
  for (let cell = 0; cell <= lastCell; cell++) {
    const count = counts[cell] ?? 0
    if (count === 0) {
      empty++
      continue
    }
    if (empty > 0) {
      writer.varint(0)
      writer.varint(empty)
      empty = 0
    }
    writer.varint(count)
    if (cell === 0) writeTiers(writer, exact.below)
    else if (cell === lastCell) writeTiers(writer, exact.above)
    else writer.signed((exact.offsets[cell] ?? 0) - count * MIDDLE)
  }
}

/** Adds up encoded grid summaries of one grid without making an object for each. */
export class GridTotal {
  private missing = 0
  private typeChanged = 0
  private outOfRange = 0
  private moments: Moments = emptyMoments()
  private counts = new Float64Array(0)
  private exact: ExactSums = emptyExactSums(0)

  /** Reads to the end of the bytes. @throws RangeError when cells differ in number or the bytes are no summary */
  add(reader: ByteReader): this {
    this.missing += reader.varint()
    this.typeChanged += reader.varint()
    this.outOfRange += reader.varint()
    this.moments = mergeFiniteMoments(this.moments, readMoments(reader))
    const cellCount = reader.varint()
    if (this.counts.length === 0) {
      if (cellCount < 3 || cellCount > MAX_CELLS) throw new RangeError('an encoded summary has no such grid')
      this.counts = new Float64Array(cellCount)
      this.exact = emptyExactSums(cellCount)
    }
    if (cellCount !== this.counts.length) throw new RangeError('summaries on different grids do not merge')
    this.addCells(reader)
    return this
  }

  /** The total. `values.sums` is empty without the grid. */
  summary(grid?: Grid): GridSummary {
    const { counts, exact, moments } = this
    if (grid && grid.cellCount !== counts.length)
      throw new RangeError('a summary was decoded with another grid')
    const sums = grid ? plainSums(grid, counts, exact) : new Float64Array(0)
    return {
      kind: 'grid',
      missing: this.missing,
      typeChanged: this.typeChanged,
      outOfRange: this.outOfRange,
      moments,
      values: { n: moments.n, counts, sums, min: moments.min, max: moments.max },
      exact,
      ...(grid && { grid }),
    }
  }

  private addCells(reader: ByteReader): void {
    const { counts, exact } = this
    const { offsets } = exact
    const lastCell = counts.length - 1
    for (let cell = 0; !reader.atEnd; cell++) {
      const count = reader.varint()
      if (count === 0) {
        cell += reader.varint() - 1
        continue
      }
      if (cell > lastCell) throw new RangeError('an encoded summary has too many cells')
      counts[cell] = (counts[cell] ?? 0) + count
      if (cell === 0) addTiers(reader, exact.below)
      else if (cell === lastCell) addTiers(reader, exact.above)
      else offsets[cell] = (offsets[cell] ?? 0) + reader.signed() + count * MIDDLE
    }
  }
}

function writeTiers(writer: ByteWriter, sum: TieredSum): void {
  writer.varint(sum.size)
  for (const [tier, steps] of [...sum].sort((a, b) => a[0] - b[0])) {
    writer.signed(tier)
    writer.varint(steps)
  }
}

function addTiers(reader: ByteReader, sum: TieredSum): void {
  for (let left = reader.varint(); left > 0; left--) {
    const tier = reader.signed()
    sum.set(tier, (sum.get(tier) ?? 0) + reader.varint())
  }
}
