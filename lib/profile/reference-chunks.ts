/** Owns cutting the reference into chunks of time and summarising each: how much the reference moved by itself. */
import { columnKey } from '@/lib/domain/column'
import { CHUNK_QUALITY, type ColumnProfile, MAX_CHUNKS, type ReferenceChunk } from '@/lib/domain/profile'
import { type Cadence, nominalWindowMs, windowContaining } from '@/lib/domain/time'
import { qualityOfChunks } from '@/lib/profile/chunk-quality'
import type { InferredProblem } from '@/lib/profile/infer-problem'
import type { OutputColumns } from '@/lib/profile/measure-quality'
import type { Spill } from '@/lib/profile/spill'
import { readLabels, readNumbers, type TableColumn } from '@/lib/profile/table-values'
import { encodeSummary } from '@/lib/summary/codec'
import { type ColumnFold, createColumnFold } from '@/lib/summary/fold-column'

const CHUNK_CADENCES: readonly Cadence[] = ['1h', '1d', '1w', '1mo']
/** Summaries in all, so that a profile of very many columns stays a document that can be stored. */
const MAX_SUMMARIES = 15_000
/** A single chunk is the reference itself. */
const MIN_CHUNKS = 2

interface Chunk {
  readonly startMs: number
  readonly endMs: number
  rows: number
  readonly summaries: Record<string, string>
}

/**
 * @param instants by row, NaN where missing
 * @param columns profiles with the table columns they were made from; only features and outputs are summarised
 * @param quality what realised quality is measured from, where there are labels
 * @returns chunks in order of time; none when the reference is too short
 */
export async function chunkReference(
  instants: Float64Array,
  columns: readonly { profile: ColumnProfile; column: TableColumn }[],
  quality: { readonly outputs: OutputColumns; readonly inferred: InferredProblem },
  spill: Spill,
): Promise<ReferenceChunk[]> {
  const folded = columns.filter(({ profile, column }) => isFolded(profile, column))
  const cut = cutIntoChunks(
    instants,
    Math.max(MIN_CHUNKS, Math.floor(MAX_SUMMARIES / Math.max(1, folded.length))),
  )
  if (cut === null) return []
  for (const { profile, column } of folded) {
    const folds = cut.chunks.map(() => createColumnFold(profile))
    if (profile.kind === 'numeric') foldNumbers(await readNumbers(spill, column), cut.chunkOfRow, folds)
    else foldLabels(await readLabels(spill, column), cut.chunkOfRow, folds)
    for (const [index, fold] of folds.entries()) {
      const summaries = cut.chunks[index]?.summaries
      if (summaries)
        summaries[columnKey(profile)] = Buffer.from(encodeSummary(fold.summary())).toString('base64')
    }
  }
  const { outputs, inferred } = quality
  const measured = await qualityOfChunks(outputs, inferred, cut.chunkOfRow, cut.chunks.length, spill)
  for (const [index, encoded] of (measured ?? []).entries()) {
    const summaries = cut.chunks[index]?.summaries
    if (summaries) summaries[CHUNK_QUALITY] = encoded
  }
  return cut.chunks
}

/** Columns that drift is measured on, and whose values were all kept. */
function isFolded(profile: ColumnProfile, column: TableColumn): boolean {
  if (profile.role !== 'feature' && profile.role !== 'prediction' && profile.role !== 'score') return false
  if (profile.kind === 'numeric') return profile.grid !== null
  return profile.kind === 'categorical' && column.scanned.isCounted
}

function cutIntoChunks(
  instants: Float64Array,
  maxChunks: number,
): { chunks: Chunk[]; chunkOfRow: Int32Array } | null {
  const span = spanOf(instants)
  if (span === null) return null
  const limit = Math.min(MAX_CHUNKS, maxChunks)
  const cadence = CHUNK_CADENCES.find(
    (candidate) => (span.endMs - span.startMs) / nominalWindowMs(candidate) + 2 <= limit,
  )
  if (cadence === undefined) return null
  const byStart = new Map<number, Chunk>()
  let window = windowContaining(cadence, span.startMs)
  for (const instant of instants) {
    if (Number.isNaN(instant)) continue
    if (instant < window.startMs || instant >= window.endMs) window = windowContaining(cadence, instant)
    const chunk = byStart.get(window.startMs) ?? { ...window, rows: 0, summaries: {} }
    chunk.rows++
    byStart.set(window.startMs, chunk)
  }
  const chunks = [...byStart.values()].sort((a, b) => a.startMs - b.startMs)
  if (chunks.length < MIN_CHUNKS) return null
  return { chunks, chunkOfRow: assignRows(instants, chunks) }
}

function assignRows(instants: Float64Array, chunks: readonly Chunk[]): Int32Array {
  const rows = new Int32Array(instants.length).fill(-1)
  const starts = Float64Array.from(chunks, (chunk) => chunk.startMs)
  let current = 0
  for (const [row, instant] of instants.entries()) {
    if (Number.isNaN(instant)) continue
    const chunk = chunks[current]
    if (!chunk || instant < chunk.startMs || instant >= chunk.endMs) current = lastAtOrBefore(starts, instant)
    rows[row] = current
  }
  return rows
}

function lastAtOrBefore(starts: Float64Array, instant: number): number {
  let low = 0
  let high = starts.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((starts[middle] ?? Number.POSITIVE_INFINITY) <= instant) low = middle + 1
    else high = middle
  }
  return low - 1
}

function foldNumbers(values: Float64Array, chunkOfRow: Int32Array, folds: readonly ColumnFold[]): void {
  for (const [row, value] of values.entries()) folds[chunkOfRow[row] ?? -1]?.add(value)
}

function foldLabels(
  values: readonly (string | null)[],
  chunkOfRow: Int32Array,
  folds: readonly ColumnFold[],
): void {
  for (const [row, value] of values.entries()) folds[chunkOfRow[row] ?? -1]?.add(value)
}

/** Earliest and latest instant; null when there is none. */
export function spanOf(instants: Float64Array): { startMs: number; endMs: number } | null {
  let startMs = Number.POSITIVE_INFINITY
  let endMs = Number.NEGATIVE_INFINITY
  for (const instant of instants) {
    if (instant < startMs) startMs = instant
    if (instant > endMs) endMs = instant
  }
  return startMs <= endMs ? { startMs, endMs } : null
}
