/**
 * Owns the bytes of a sample of rows: hashes first, so that two samples can be compared without unpacking, then the
 * columns, numbers by byte planes: those that pack well are packed together, the others stand behind as they are.
 */
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { ByteReader, ByteWriter } from '@/lib/summary/bytes'
import type { RowColumn, RowsHead, RowsSummary } from '@/lib/summary/rows'

/** Shorter bodies gain nothing from packing. */
const SHORTEST_PACKED = 1_024
/** No sample has more rows: refuses to allocate for bytes that are no summary. */
const MAX_ROWS = 1_000_000
const MAX_BODY_BYTES = 128 * 1_024 * 1_024

/** Fewer bytes do not show what they are. */
const FEWEST_TO_TELL = 256
/** One pair in so many alike: bytes of seven random bits pack too little to be worth it. */
const RANDOM_PAIRS = 110

const COLUMN_CODES = { labels: 0, float32: 4, float64: 8 } as const

export function writeRows(writer: ByteWriter, rows: RowsSummary): void {
  writer.varint(rows.capacity)
  writer.varint(rows.hashes.length)
  let last = 0
  for (const hash of rows.hashes) {
    writer.varint(hash - last)
    last = hash
  }
  writer.varint(rows.columns.length)
  const inner = new ByteWriter()
  const loose: Uint8Array[] = []
  for (const column of rows.columns) writeColumn(inner, loose, column)
  const body = inner.finish()
  const packed = body.length >= SHORTEST_PACKED ? deflateRawSync(body, { level: 1 }) : body
  writer.varint(body.length)
  writer.varint(packed.length)
  writer.raw(packed.length < body.length ? packed : body)
  for (const plane of loose) writer.raw(plane)
}

/** Capacity and hashes alone. */
export function readRowsHead(reader: ByteReader): RowsHead {
  const capacity = reader.varint()
  const n = reader.varint()
  if (n > MAX_ROWS) throw new RangeError('an encoded sample has no such number of rows')
  const hashes = new Float64Array(n)
  let last = 0
  for (let row = 0; row < n; row++) {
    last += reader.varint()
    hashes[row] = last
  }
  return { capacity, hashes }
}

export function readRows(reader: ByteReader): RowsSummary {
  const { capacity, hashes } = readRowsHead(reader)
  const columnCount = reader.varint()
  const body = readBody(reader)
  const columns: RowColumn[] = []
  for (let j = 0; j < columnCount; j++) columns.push(readColumn(body, reader, hashes.length))
  return { kind: 'rows', capacity, hashes, columns }
}

function readBody(reader: ByteReader): ByteReader {
  const length = reader.varint()
  const packed = reader.varint()
  if (packed >= length) return new ByteReader(reader.raw(length))
  if (length > MAX_BODY_BYTES) throw new RangeError('an encoded sample unpacks to too much')
  try {
    const body = inflateRawSync(reader.raw(packed), { maxOutputLength: Math.max(1, length) })
    if (body.length === length) return new ByteReader(body)
  } catch {
    // Told below: bytes that do not unpack are no sample, whatever zlib calls it.
  }
  throw new RangeError('an encoded sample does not unpack')
}

/** @param loose takes the planes that packing would only cost time */
function writeColumn(writer: ByteWriter, loose: Uint8Array[], column: RowColumn): void {
  if (column.kind === 'numbers') {
    const planes = toPlanes(column.values, column.width)
    const isLoose = planes.map(isRandom)
    writer.byte(column.width === 4 ? COLUMN_CODES.float32 : COLUMN_CODES.float64)
    writer.byte(isLoose.reduce((mask, flag, plane) => mask | (flag ? 1 << plane : 0), 0))
    planes.forEach((plane, at) => {
      if (isLoose[at]) loose.push(plane)
      else writer.raw(plane)
    })
    return
  }
  writer.byte(COLUMN_CODES.labels)
  const labels = [...new Set(column.values.filter((label) => label !== null))].sort()
  writer.varint(labels.length)
  for (const label of labels) writer.text(label)
  const codes = new Map(labels.map((label, code) => [label, code + 1]))
  for (const label of column.values) writer.varint(label === null ? 0 : (codes.get(label) ?? 0))
}

function readColumn(body: ByteReader, loose: ByteReader, rows: number): RowColumn {
  const code = body.byte()
  if (code === COLUMN_CODES.labels) {
    const labels: (string | null)[] = [null]
    for (let left = body.varint(); left > 0; left--) labels.push(body.text())
    const values: (string | null)[] = []
    for (let row = 0; row < rows; row++) values.push(labels[body.varint()] ?? null)
    return { kind: 'labels', values }
  }
  if (code !== COLUMN_CODES.float32 && code !== COLUMN_CODES.float64)
    throw new RangeError('an encoded sample has an unknown kind of column')
  const mask = body.byte()
  const bytes = new Uint8Array(rows * code)
  for (let plane = 0; plane < code; plane++) {
    const from = ((mask >> plane) & 1 ? loose : body).raw(rows)
    for (let row = 0, to = plane; row < rows; row++, to += code) bytes[to] = from[row] ?? 0
  }
  const floats =
    code === COLUMN_CODES.float32 ? new Float32Array(bytes.buffer) : new Float64Array(bytes.buffer)
  return { kind: 'numbers', width: code, values: Float64Array.from(floats) }
}

/** The first bytes of all floats, then the second ones …, little-endian: bytes alike come to lie together. */
function toPlanes(values: Float64Array, width: 4 | 8): Uint8Array[] {
  const floats = width === 4 ? Float32Array.from(values) : values
  const bytes = new Uint8Array(floats.buffer, floats.byteOffset, values.length * width)
  return Array.from({ length: width }, (_, first) => {
    const plane = new Uint8Array(values.length)
    for (let row = 0, from = first; row < plane.length; row++, from += width) plane[row] = bytes[from] ?? 0
    return plane
  })
}

/** Whether the bytes look drawn at random: two of them are alike hardly more often than one time in 256. */
function isRandom(plane: Uint8Array): boolean {
  if (plane.length < FEWEST_TO_TELL) return false
  const counts = new Uint32Array(256)
  for (const byte of plane) counts[byte] = (counts[byte] ?? 0) + 1
  let alike = 0
  for (const count of counts) alike += count * (count - 1)
  return alike < (plane.length * (plane.length - 1)) / RANDOM_PAIRS
}
