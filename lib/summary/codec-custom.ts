/** Owns the bytes of the summary of a custom metric. */
import { MISSING_REASONS, type MissingReason } from '@/lib/domain/custom-metric'
import { type DDSketch, emptyDDSketch } from '@/lib/stats/sketches/ddsketch'
import type { ByteReader, ByteWriter } from '@/lib/summary/bytes'
import { type CustomSummary, NOTHING_MISSING } from '@/lib/summary/custom'
import { readTotal, writeTotal } from '@/lib/summary/exact-total'

const HAS_EXTREMES = 1
const HAS_SKETCH = 2

export function writeCustom(writer: ByteWriter, summary: CustomSummary): void {
  const { n, missing, undecided, extremes, sketch } = summary
  writer.signed(n)
  for (const reason of MISSING_REASONS) writer.signed(missing[reason])
  writer.signed(undecided)
  writeTotal(writer, summary.sum)
  writeTotal(writer, summary.squares)
  writer.byte((extremes ? HAS_EXTREMES : 0) + (sketch ? HAS_SKETCH : 0))
  if (extremes) {
    writer.double(extremes.min)
    writer.double(extremes.max)
  }
  if (!sketch) return
  writer.signed(sketch.zeroCount)
  for (const half of [sketch.positive, sketch.negative]) {
    writer.varint(half.size)
    let before = 0
    for (const [index, count] of [...half].sort((a, b) => a[0] - b[0])) {
      writer.signed(index - before)
      writer.signed(count)
      before = index
    }
  }
}

/** @throws RangeError for bytes that are no such summary */
export function readCustom(reader: ByteReader): CustomSummary {
  const n = reader.signed()
  const missing: Record<MissingReason, number> = { ...NOTHING_MISSING }
  for (const reason of MISSING_REASONS) missing[reason] = reader.signed()
  const undecided = reader.signed()
  const sum = readTotal(reader)
  const squares = readTotal(reader)
  const flags = reader.byte()
  const extremes = flags & HAS_EXTREMES ? { min: reader.double(), max: reader.double() } : null
  const sketch = flags & HAS_SKETCH ? readSketch(reader) : null
  return { kind: 'custom', n, missing, undecided, sum, squares, extremes, sketch }
}

function readSketch(reader: ByteReader): DDSketch {
  const sketch = emptyDDSketch()
  sketch.zeroCount = reader.signed()
  sketch.n = sketch.zeroCount
  for (const half of [sketch.positive, sketch.negative]) {
    let index = 0
    for (let left = reader.varint(); left > 0; left--) {
      index += reader.signed()
      const count = reader.signed()
      half.set(index, count)
      sketch.n += count
    }
  }
  return sketch
}
