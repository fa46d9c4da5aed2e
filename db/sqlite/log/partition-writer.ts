/** Owns the statements that write to one day's partition. */
import { statSync } from 'node:fs'
import type { Connection } from '@/db/sqlite/connection'
import type { BlockRow, CommitRows, LabelRow } from '@/db/sqlite/log/commit-rows'
import { openPartition, partitionPath, settlePartition } from '@/db/sqlite/log/partition'
import { RefusalWriter } from '@/db/sqlite/log/refusal-writer'
import type { RequestRow } from '@/db/sqlite/log/request-memory'

/** A reader that never lets go would let the write-ahead log grow: beyond this a blocking checkpoint is tried. */
const WAL_SOFT_LIMIT_BYTES = 48 * 1024 * 1024
const COMMITS_BETWEEN_WAL_CHECKS = 64

function prepareStatements(db: Connection) {
  return {
    block: db.prepare(
      `INSERT INTO record_block (seq, received_ms, backfill, model, version, count, min_ms, max_ms, fingerprints, body)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    labels: db.prepare(
      'INSERT INTO label_block (seq, received_ms, model, count, body) VALUES (?, ?, ?, ?, ?)',
    ),
    request: db.prepare(
      `INSERT INTO request (seq, received_ms, kind, scope, value, body_hash, accepted, duplicates, conflicts, labels, refused)
       VALUES (@seq, @received_ms, @kind, @scope, @value, @body_hash, @accepted, @duplicates, @conflicts, @labels, @refused)`,
    ),
    span: db.prepare(
      `UPDATE span SET records = records + @records, min_ms = min(coalesce(min_ms, @minMs), @minMs),
       max_ms = max(coalesce(max_ms, @maxMs), @maxMs)`,
    ),
  }
}

export class PartitionWriter {
  readonly db: Connection
  private readonly path: string
  private readonly statements: ReturnType<typeof prepareStatements>
  private readonly refusals: RefusalWriter
  /** Prepared once: to make a transaction costs a small commit a tenth of its time. */
  private readonly writeAll: (rows: CommitRows) => void
  private nextLabelSeq: number
  private commits = 0

  /** @param isUnsettled whether the file may hold rows that were never synced */
  constructor(
    { logDir, maxQuarantinePerDay }: { readonly logDir: string; readonly maxQuarantinePerDay: number },
    day: string,
    isUnsettled: boolean,
  ) {
    this.path = partitionPath(logDir, day)
    this.db = openPartition(logDir, day)
    try {
      if (isUnsettled) settlePartition(this.db)
      this.statements = prepareStatements(this.db)
      this.refusals = new RefusalWriter(this.db, maxQuarantinePerDay)
      this.writeAll = this.db.transaction((rows: CommitRows) => this.write(rows)).immediate
      this.nextLabelSeq = Number(
        this.db.prepare('SELECT coalesce(max(seq), 0) + 1 FROM label_block').pluck().get(),
      )
    } catch (error) {
      this.db.close()
      throw error
    }
  }

  /** Refused records kept on this day. */
  get keptRefusals(): number {
    return this.refusals.kept
  }

  /** Writes rows in one transaction and one fsync. */
  commit(rows: CommitRows): void {
    this.writeAll(rows)
    if (++this.commits % COMMITS_BETWEEN_WAL_CHECKS === 0) this.boundWal()
  }

  /** Writes and syncs without changing anything. */
  tryWriting(): void {
    this.db.prepare('UPDATE span SET records = records').run()
  }

  /** Moves the write-ahead log into the file and closes. */
  close(): void {
    if (!this.db.open) return
    try {
      this.db.pragma('wal_checkpoint(TRUNCATE)')
    } finally {
      this.db.close()
    }
  }

  private write({ blocks, labels, requests, refusals }: CommitRows): void {
    for (const block of blocks) this.writeBlock(block)
    for (const row of labels) this.writeLabels(row)
    for (const row of requests) this.writeRequest(row)
    for (const batch of refusals) this.refusals.write(batch)
  }

  private writeBlock(row: BlockRow): void {
    const { count, minMs, maxMs } = row
    this.statements.block.run(
      row.seq,
      row.receivedMs,
      row.backfill ? 1 : 0,
      row.model,
      row.version,
      count,
      minMs,
      maxMs,
      row.fingerprints,
      row.body,
    )
    this.statements.span.run({ records: count, minMs, maxMs })
  }

  private writeLabels({ receivedMs, model, count, body }: LabelRow): void {
    this.statements.labels.run(this.nextLabelSeq++, receivedMs, model, count, body)
  }

  private writeRequest(row: RequestRow): void {
    this.statements.request.run(row)
  }

  private boundWal(): void {
    const wal = statSync(`${this.path}-wal`, { throwIfNoEntry: false })
    if (wal && wal.size > WAL_SOFT_LIMIT_BYTES) this.db.pragma('wal_checkpoint(TRUNCATE)')
  }
}
