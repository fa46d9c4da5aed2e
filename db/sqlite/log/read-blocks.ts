/** Owns reading blocks from a position on, across partitions; knows nothing of refusals or single records. */
import type { LabelBlock, LogPosition, RecordBlock } from '@/db/contracts/log-store'
import { decodeBlock, pickRecords } from '@/db/sqlite/log/block-codec'
import { readTable } from '@/db/sqlite/log/block-table'
import type { PartitionReaders } from '@/db/sqlite/log/partition-readers'
import type { Label, PredictionRecord } from '@/lib/domain/record'
import type { RecordTable } from '@/lib/domain/record-table'

interface BlockRow {
  readonly seq: number
  readonly received_ms: number
  readonly backfill: number
  readonly model: string
  readonly version: string
  readonly count: number
  readonly min_ms: number
  readonly max_ms: number
  readonly body: Buffer
}

const COLUMNS = 'seq, received_ms, backfill, model, version, count, min_ms, max_ms, body'

/** Holds the bytes of a block; its records are made when they are asked for, so that those of one block live at once. */
class StoredBlock implements RecordBlock {
  readonly position: LogPosition
  readonly model: string
  readonly version: string
  readonly receivedMs: number
  readonly backfill: boolean
  readonly count: number
  readonly minMs: number
  readonly maxMs: number
  private readonly body: Buffer

  constructor(day: string, row: BlockRow) {
    this.position = { day, seq: row.seq }
    this.model = row.model
    this.version = row.version
    this.receivedMs = row.received_ms
    this.backfill = row.backfill === 1
    this.count = row.count
    this.minMs = row.min_ms
    this.maxMs = row.max_ms
    this.body = row.body
  }

  get records(): PredictionRecord[] {
    return decodeBlock<PredictionRecord>(this.body)
  }

  get table(): RecordTable | null {
    return readTable(this.body, this.count)
  }

  get first(): PredictionRecord {
    return JSON.parse(pickRecords(this.body, [0]).get(0) ?? '') as PredictionRecord
  }
}

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
      .prepare<[number], BlockRow>(`SELECT ${COLUMNS} FROM record_block WHERE seq > ? ORDER BY seq`)
      .iterate(afterSeq)
    for (const row of rows) {
      blocks.push(new StoredBlock(day, row))
      records += row.count
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
        `SELECT ${COLUMNS} FROM record_block INDEXED BY record_block_version
         WHERE model = ? AND version = ? AND seq > ? AND seq <= ? ORDER BY seq`,
      )
      .iterate(version.model, version.version, afterSeq, lastSeq)
    for (const row of rows) {
      blocks.push(new StoredBlock(day, row))
      records += row.count
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
