/** Owns the bytes of what several summaries share: moments, DDSketch, SpaceSaving. Knows no whole summary. */
import { type DDSketch, DEFAULT_DDSKETCH_ALPHA } from '@/lib/stats/sketches/ddsketch'
import { emptyMoments, type Moments } from '@/lib/stats/sketches/moments'
import type { SpaceSaving } from '@/lib/stats/sketches/space-saving'
import type { ByteReader, ByteWriter } from '@/lib/summary/bytes'

const CONSTANT = 0
const SPREAD = 1
const DEFAULT_ALPHA = 0
const OWN_ALPHA = 1

/** n; then nothing, one double (all values equal), or mean, m2, m3, m4, min, max. */
export function writeMoments(writer: ByteWriter, moments: Readonly<Moments>): void {
  writer.varint(moments.n)
  if (moments.n === 0) return
  const { mean, m2, m3, m4, min, max } = moments
  if (m2 === 0 && m3 === 0 && m4 === 0 && min === mean && max === mean) {
    writer.byte(CONSTANT)
    writer.double(mean)
    return
  }
  writer.byte(SPREAD)
  for (const value of [mean, m2, m3, m4, min, max]) writer.double(value)
}

export function readMoments(reader: ByteReader): Moments {
  const n = reader.varint()
  if (n === 0) return emptyMoments()
  if (reader.byte() === CONSTANT) {
    const mean = reader.double()
    return { n, mean, m2: 0, m3: 0, m4: 0, min: mean, max: mean }
  }
  return {
    n,
    mean: reader.double(),
    m2: reader.double(),
    m3: reader.double(),
    m4: reader.double(),
    min: reader.double(),
    max: reader.double(),
  }
}

/** α if it is not 0.01, zero count, then both halves by ascending index as (gap, count). */
export function writeDDSketch(writer: ByteWriter, sketch: Readonly<DDSketch>): void {
  if (sketch.alpha === DEFAULT_DDSKETCH_ALPHA) writer.byte(DEFAULT_ALPHA)
  else {
    writer.byte(OWN_ALPHA)
    writer.double(sketch.alpha)
  }
  writer.varint(sketch.zeroCount)
  writeBuckets(writer, sketch.positive)
  writeBuckets(writer, sketch.negative)
}

export function readDDSketch(reader: ByteReader): DDSketch {
  const alpha = reader.byte() === DEFAULT_ALPHA ? DEFAULT_DDSKETCH_ALPHA : reader.double()
  const zeroCount = reader.varint()
  const positive = readBuckets(reader)
  const negative = readBuckets(reader)
  let n = zeroCount
  for (const count of positive.values()) n += count
  for (const count of negative.values()) n += count
  return { alpha, n, zeroCount, positive, negative }
}

/** Capacity, n, then the kept labels in the order of their UTF-16 code units as (label, count, error). */
export function writeSpaceSaving(writer: ByteWriter, summary: Readonly<SpaceSaving>): void {
  writer.varint(summary.capacity)
  writer.varint(summary.n)
  writer.varint(summary.items.size)
  const labels = [...summary.items.keys()].sort()
  for (const label of labels) {
    const item = summary.items.get(label)
    writer.text(label)
    writer.varint(item?.count ?? 0)
    writer.varint(item?.error ?? 0)
  }
}

export function readSpaceSaving(reader: ByteReader): SpaceSaving {
  const capacity = reader.varint()
  const n = reader.varint()
  const items = new Map<string, { count: number; error: number }>()
  for (let left = reader.varint(); left > 0; left--) {
    items.set(reader.text(), { count: reader.varint(), error: reader.varint() })
  }
  return { capacity, n, items }
}

function writeBuckets(writer: ByteWriter, buckets: ReadonlyMap<number, number>): void {
  writer.varint(buckets.size)
  let before = 0
  for (const [index, count] of [...buckets].sort((a, b) => a[0] - b[0])) {
    writer.signed(index - before)
    writer.varint(count)
    before = index
  }
}

function readBuckets(reader: ByteReader): Map<number, number> {
  const buckets = new Map<number, number>()
  let index = 0
  for (let left = reader.varint(); left > 0; left--) {
    index += reader.signed()
    buckets.set(index, reader.varint())
  }
  return buckets
}
