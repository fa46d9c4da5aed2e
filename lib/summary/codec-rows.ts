/**
 * Owns the bytes of a sample of rows: hashes first, so that two samples can be compared without unpacking, then the
 * columns, numbers by byte planes so that they pack well.
 */
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { ByteReader, ByteWriter } from '@/lib/summary/bytes'
import type { RowColumn, RowsHead, RowsSummary } from '@/lib/summary/rows'

/** Shorter bodies gain nothing from packing. */
const SHORTEST_PACKED = 1_024
/** No sample has more rows: refuses to allocate for bytes that are no summary. */
const MAX_ROWS = 1_000_000

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
  for (const column of rows.columns) writeColumn(inner, column)
  const body = inner.finish()
  const packed = body.length >= SHORTEST_PACKED ? deflateRawSync(body, { level: 1 }) : null
  const isSmaller = packed !== null && packed.length < body.length
  writer.byte(isSmaller ? 1 : 0)
  if (isSmaller) writer.varint(body.length)
  writer.raw(isSmaller ? packed : body)
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
  const body = reader.byte() === 1 ? unpacked(reader) : reader
  const columns: RowColumn[] = []
  for (let j = 0; j < columnCount; j++) columns.push(readColumn(body, hashes.length))
  return { kind: 'rows', capacity, hashes, columns }
}

function unpacked(reader: ByteReader): ByteReader {
  const length = reader.varint()
  try {
    const body = inflateRawSync(reader.rest(), { maxOutputLength: Math.max(1, length) })
    if (body.length === length) return new ByteReader(body)
  } catch {
    // Told below: bytes that do not unpack are no sample, whatever zlib calls it.
  }
  throw new RangeError('an encoded sample does not unpack')
}

function writeColumn(writer: ByteWriter, column: RowColumn): void {
  if (column.kind === 'numbers') {
    writer.byte(column.width === 4 ? COLUMN_CODES.float32 : COLUMN_CODES.float64)
    writer.raw(toPlanes(column.values, column.width))
    return
  }
  writer.byte(COLUMN_CODES.labels)
  const labels = [...new Set(column.values.filter((label) => label !== null))].sort()
  writer.varint(labels.length)
  for (const label of labels) writer.text(label)
  const codes = new Map(labels.map((label, code) => [label, code + 1]))
  for (const label of column.values) writer.varint(label === null ? 0 : (codes.get(label) ?? 0))
}

function readColumn(reader: ByteReader, rows: number): RowColumn {
  const code = reader.byte()
  if (code === COLUMN_CODES.labels) {
    const labels: (string | null)[] = [null]
    for (let left = reader.varint(); left > 0; left--) labels.push(reader.text())
    return { kind: 'labels', values: Array.from({ length: rows }, () => labels[reader.varint()] ?? null) }
  }
  if (code !== COLUMN_CODES.float32 && code !== COLUMN_CODES.float64)
    throw new RangeError('an encoded sample has an unknown kind of column')
  return { kind: 'numbers', width: code, values: fromPlanes(reader.raw(rows * code), rows, code) }
}

/** All first bytes, then all second bytes …, little-endian: bytes alike come to lie together. */
function toPlanes(values: Float64Array, width: 4 | 8): Uint8Array {
  const numbers = width === 4 ? Float32Array.from(values) : values
  const bytes = new Uint8Array(numbers.buffer, numbers.byteOffset, values.length * width)
  const planes = new Uint8Array(bytes.length)
  for (let plane = 0, to = 0; plane < width; plane++) {
    for (let at = plane; at < bytes.length; at += width) planes[to++] = bytes[at] ?? 0
  }
  return planes
}

function fromPlanes(planes: Uint8Array, rows: number, width: 4 | 8): Float64Array {
  const bytes = new Uint8Array(rows * width)
  for (let plane = 0, from = 0; plane < width; plane++) {
    for (let at = plane; at < bytes.length; at += width) bytes[at] = planes[from++] ?? 0
  }
  return width === 4 ? Float64Array.from(new Float32Array(bytes.buffer)) : new Float64Array(bytes.buffer)
}
