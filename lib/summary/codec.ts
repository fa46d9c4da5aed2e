/**
 * Owns the stored form of summaries: one version byte, one kind byte, then the kind's own layout.
 * docs/summary-format.md describes every byte. Knows no storage.
 */
import type { Grid } from '@/lib/stats/grid/grid'
import { ByteReader, ByteWriter } from '@/lib/summary/bytes'
import { readCustom, writeCustom } from '@/lib/summary/codec-custom'
import { GridTotal, writeGrid } from '@/lib/summary/codec-grid'
import {
  readDDSketch,
  readMoments,
  readSpaceSaving,
  writeDDSketch,
  writeMoments,
  writeSpaceSaving,
} from '@/lib/summary/codec-parts'
import { readRows, readRowsHead, writeRows } from '@/lib/summary/codec-rows'
import { readQuality, readTraffic, writeQuality, writeTraffic } from '@/lib/summary/codec-version'
import { readEvents, writeEvents } from '@/lib/summary/events'
import { mergeSummaries, subtractQuality } from '@/lib/summary/merge'
import { addsNothing, type RowsHead } from '@/lib/summary/rows'
import type { CategorySummary, SketchSummary, Summary } from '@/lib/summary/types'

/** Raised when the layout changes; older layouts stay readable. */
export const SUMMARY_FORMAT = 1

const KIND_CODES = {
  grid: 1,
  sketch: 2,
  categories: 3,
  traffic: 4,
  quality: 5,
  rows: 6,
  events: 7,
  custom: 8,
} as const

/**
 * The bytes of a summary: equal summaries have equal bytes.
 * @throws RangeError for a grid summary that has no whole-number sums
 */
export function encodeSummary(summary: Summary): Uint8Array {
  const writer = new ByteWriter()
  writer.byte(SUMMARY_FORMAT)
  writer.byte(KIND_CODES[summary.kind])
  switch (summary.kind) {
    case 'grid':
      writeGrid(writer, summary)
      break
    case 'sketch':
      writer.varint(summary.missing)
      writer.varint(summary.typeChanged)
      writeMoments(writer, summary.moments)
      writeDDSketch(writer, summary.sketch)
      break
    case 'categories':
      writer.varint(summary.missing)
      writer.varint(summary.typeChanged)
      writer.varint(summary.unseen)
      writer.varint(summary.outOfRange ?? 0)
      writeMoments(writer, summary.lengths)
      writeSpaceSaving(writer, summary.counts)
      break
    case 'traffic':
      writeTraffic(writer, summary)
      break
    case 'quality':
      writeQuality(writer, summary)
      break
    case 'rows':
      writeRows(writer, summary)
      break
    case 'events':
      writeEvents(writer, summary)
      break
    case 'custom':
      writeCustom(writer, summary)
      break
  }
  return writer.finish()
}

/**
 * The inverse of encodeSummary.
 * @param grid fills `values.sums` of a grid summary; without it they are empty
 * @throws RangeError for bytes that are no summary, or one of another grid
 */
export function decodeSummary(bytes: Uint8Array, grid?: Grid): Summary {
  const reader = new ByteReader(bytes)
  switch (readKind(reader)) {
    case KIND_CODES.grid:
      return new GridTotal().add(reader).summary(grid)
    case KIND_CODES.sketch:
      return readSketch(reader)
    case KIND_CODES.categories:
      return readCategories(reader)
    case KIND_CODES.traffic:
      return readTraffic(reader)
    case KIND_CODES.quality:
      return readQuality(reader)
    case KIND_CODES.rows:
      return readRows(reader)
    case KIND_CODES.events:
      return readEvents(reader)
    case KIND_CODES.custom:
      return readCustom(reader)
    default:
      throw new RangeError('an encoded summary has an unknown kind')
  }
}

/** The merged summary of any number of encoded ones, the fast way to a window; null for none. */
export function decodeMerged(parts: readonly Uint8Array[], grid?: Grid): Summary | null {
  if (parts.length > 1 && parts.every((part) => part[1] === KIND_CODES.grid)) {
    const total = new GridTotal()
    for (const part of parts) {
      const reader = new ByteReader(part)
      readKind(reader)
      total.add(reader)
    }
    return total.summary(grid)
  }
  let merged: Summary | null = null
  for (const part of parts) {
    const summary = decodeSummary(part, grid)
    merged = merged ? mergeSummaries(merged, summary) : summary
  }
  return merged
}

/** The bytes of the merged summary: encode(merge(decode a, decode b)). Needs no grid. */
export function mergeEncoded(a: Uint8Array, b: Uint8Array): Uint8Array {
  if (a[1] === KIND_CODES.rows && b[1] === KIND_CODES.rows && addsNothing(headOf(a), headOf(b))) return a
  const merged = decodeMerged([a, b])
  return merged === null ? a : encodeSummary(merged)
}

/**
 * The bytes of quality a without what b added to it.
 * @throws RangeError for summaries of another kind
 */
export function subtractEncoded(a: Uint8Array, b: Uint8Array): Uint8Array {
  const from = decodeSummary(a)
  const taken = decodeSummary(b)
  if (from.kind !== 'quality' || taken.kind !== 'quality')
    throw new RangeError('only quality can be taken back')
  return encodeSummary(subtractQuality(from, taken))
}

function headOf(bytes: Uint8Array): RowsHead {
  const reader = new ByteReader(bytes)
  readKind(reader)
  return readRowsHead(reader)
}

function readKind(reader: ByteReader): number {
  if (reader.byte() !== SUMMARY_FORMAT) throw new RangeError('an encoded summary has an unknown format')
  return reader.byte()
}

function readSketch(reader: ByteReader): SketchSummary {
  return {
    kind: 'sketch',
    missing: reader.varint(),
    typeChanged: reader.varint(),
    moments: readMoments(reader),
    sketch: readDDSketch(reader),
  }
}

function readCategories(reader: ByteReader): CategorySummary {
  return {
    kind: 'categories',
    missing: reader.varint(),
    typeChanged: reader.varint(),
    unseen: reader.varint(),
    outOfRange: reader.varint(),
    lengths: readMoments(reader),
    counts: readSpaceSaving(reader),
  }
}
