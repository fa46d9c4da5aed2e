/** Owns reading blocks from a position on, across partitions; knows nothing of refusals or single records. */
import type { LabelBlock, LogPosition, RecordBlock } from '@/db/contracts/log-store'
import { decodeBlock } from '@/db/sqlite/log/block-codec'
import type { PartitionReaders } from '@/db/sqlite/log/partition-readers'
import type { Label, PredictionRecord } from '@/lib/domain/record'

interface BlockRow {
  readonly seq: number
  readonly received_ms: number
  readonly backfill: number
  readonly model: string
  readonly version: string
  readonly body: Buffer
}

const toRecordBlock = (day: string, row: BlockRow): RecordBlock => ({
  position: { day, seq: row.seq },
  model: row.model,
  version: row.version,
  receivedMs: row.received_ms,
  backfill: row.backfill === 1,
  records: decodeBlock<PredictionRecord>(row.body),
})

/**
 * Partitions to read after a position, oldest first, with the number to read after. The list is taken before
 * anything is read: a partition that has a later one can no longer grow, so nothing is ever skipped.
 */
function* partitionsAfter(readers: PartitionReaders, position: LogPosition | null) {
  for (const day of readers.listDays()) {
    if (position && day < position.day) continue
    const db = readers.get(day)
    if (db) yield { day, db, afterSeq: position?.day === day ? position.seq : 0 }
  }
}

/** Blocks after `position` until `maxRecords` is reached; at least one block if there is any. */
export function readRecordBlocks(
  readers: PartitionReaders,
  position: LogPosition | null,
  maxRecords: number,
): RecordBlock[] {
  const blocks: RecordBlock[] = []
  let records = 0
  for (const { day, db, afterSeq } of partitionsAfter(readers, position)) {
    const rows = db
      .prepare<[number], BlockRow>(
        'SELECT seq, received_ms, backfill, model, version, body FROM record_block WHERE seq > ? ORDER BY seq',
      )
      .iterate(afterSeq)
    for (const row of rows) {
      const block = toRecordBlock(day, row)
      blocks.push(block)
      records += block.records.length
      if (records >= maxRecords) return blocks
    }
  }
  return blocks
}

/** The same for one version, up to and including `until`. */
export function readVersionBlocks(
  readers: PartitionReaders,
  version: { model: string; version: string },
  position: LogPosition | null,
  until: LogPosition,
  maxRecords: number,
): RecordBlock[] {
  const blocks: RecordBlock[] = []
  let records = 0
  for (const { day, db, afterSeq } of partitionsAfter(readers, position)) {
    if (day > until.day) break
    const lastSeq = day === until.day ? until.seq : Number.MAX_SAFE_INTEGER
    const rows = db
      .prepare<[string, string, number, number], BlockRow>(
        `SELECT seq, received_ms, backfill, model, version, body FROM record_block INDEXED BY record_block_version
         WHERE model = ? AND version = ? AND seq > ? AND seq <= ? ORDER BY seq`,
      )
      .iterate(version.model, version.version, afterSeq, lastSeq)
    for (const row of rows) {
      const block = toRecordBlock(day, row)
      blocks.push(block)
      records += block.records.length
      if (records >= maxRecords) return blocks
    }
  }
  return blocks
}

/** Label blocks after `position` until `maxLabels` is reached; their numbers run apart from those of record blocks. */
export function readLabelBlocks(
  readers: PartitionReaders,
  position: LogPosition | null,
  maxLabels: number,
): LabelBlock[] {
  const blocks: LabelBlock[] = []
  let labels = 0
  for (const { day, db, afterSeq } of partitionsAfter(readers, position)) {
    const rows = db
      .prepare<[number], { seq: number; received_ms: number; model: string; body: Buffer }>(
        'SELECT seq, received_ms, model, body FROM label_block WHERE seq > ? ORDER BY seq',
      )
      .iterate(afterSeq)
    for (const { seq, received_ms: receivedMs, model, body } of rows) {
      const block = { position: { day, seq }, model, receivedMs, labels: decodeBlock<Label>(body) }
      blocks.push(block)
      labels += block.labels.length
      if (labels >= maxLabels) return blocks
    }
  }
  return blocks
}
