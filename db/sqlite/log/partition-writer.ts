/** Owns the statements that write to one day's partition, and its running numbers. */
import { statSync } from 'node:fs'
import type { AppendBatch } from '@/db/contracts/log-store'
import type { Connection } from '@/db/sqlite/connection'
import { encodeBlock } from '@/db/sqlite/log/block-codec'
import type { BlockDraft } from '@/db/sqlite/log/block-drafts'
import type { RecordCounts } from '@/db/sqlite/log/deduplicate'
import { openPartition, partitionPath, settlePartition } from '@/db/sqlite/log/partition'
import type { CommitPlan, LabelDraft } from '@/db/sqlite/log/plan-commit'
import type { RecordIdentities } from '@/db/sqlite/log/record-identities'
import { RefusalWriter } from '@/db/sqlite/log/refusal-writer'
import type { RequestMemory } from '@/db/sqlite/log/request-memory'

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
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    span: db.prepare(
      `UPDATE span SET records = records + @records, min_ms = min(coalesce(min_ms, @minMs), @minMs),
       max_ms = max(coalesce(max_ms, @maxMs), @maxMs)`,
    ),
  }
}

export class PartitionWriter {
  readonly db: Connection
  private readonly statements: ReturnType<typeof prepareStatements>
  private readonly refusals: RefusalWriter
  private nextLabelSeq: number
  private commits = 0

  /**
   * @param lastSeq last block known to `identities`
   * @param lastRequestSeq last request known to `requests`
   * @param isUnsettled whether the file may hold rows that were never synced
   */
  constructor(
    private readonly logDir: string,
    readonly day: string,
    maxQuarantinePerDay: number,
    private readonly identities: RecordIdentities,
    private readonly requests: RequestMemory,
    public lastSeq: number,
    public lastRequestSeq: number,
    nowMs: number,
    isUnsettled: boolean,
  ) {
    this.db = openPartition(logDir, day)
    try {
      if (isUnsettled) settlePartition(this.db)
      this.statements = prepareStatements(this.db)
      this.refusals = new RefusalWriter(this.db, maxQuarantinePerDay)
      this.nextLabelSeq = Number(
        this.db.prepare('SELECT coalesce(max(seq), 0) + 1 FROM label_block').pluck().get(),
      )
      // After a failed commit the disk may hold it all the same: only what it says counts.
      this.lastSeq = identities.load(this.db, day, lastSeq)
      this.lastRequestSeq = requests.load(this.db, day, lastRequestSeq, nowMs)
    } catch (error) {
      this.db.close()
      throw error
    }
  }

  /** Refused records kept on this day. */
  get keptRefusals(): number {
    return this.refusals.kept
  }

  /** Writes a plan in one transaction and one fsync. */
  commit(plan: CommitPlan): void {
    this.db.transaction(() => this.write(plan)).immediate()
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

  private write(plan: CommitPlan): void {
    for (const block of plan.blocks) this.writeBlock(block)
    for (const draft of plan.labels) this.writeLabels(draft)
    for (const { batch, counts } of plan.fresh) {
      if (batch.idempotency) this.writeRequest(batch, counts)
      if (batch.refusals.length > 0) this.refusals.write(batch)
    }
  }

  private writeBlock(block: BlockDraft): void {
    const { head, records } = block
    const seq = ++this.lastSeq
    const minMs = Math.floor(block.minMs)
    const maxMs = Math.ceil(block.maxMs)
    this.statements.block.run(
      seq,
      head.receivedMs,
      head.backfill ? 1 : 0,
      head.model,
      head.version,
      records.length,
      minMs,
      maxMs,
      block.encodeFingerprints(),
      block.encodeBody(),
    )
    this.statements.span.run({ records: records.length, minMs, maxMs })
    this.identities.addBlock(this.day, seq, block.firstOrdinal)
  }

  private writeLabels({ model, receivedMs, labels }: LabelDraft): void {
    if (labels.length === 0) return
    const body = encodeBlock(labels)
    this.statements.labels.run(this.nextLabelSeq++, receivedMs, model, labels.length, body)
  }

  private writeRequest(batch: AppendBatch, counts: RecordCounts): void {
    if (!batch.idempotency) return
    const { kind, scope, value, bodyHash } = batch.idempotency
    const labels = batch.labels.reduce((sum, group) => sum + group.labels.length, 0)
    const seq = ++this.lastRequestSeq
    const { accepted, duplicates, conflicts } = counts
    this.statements.request.run(
      seq,
      batch.receivedMs,
      kind,
      scope,
      value,
      bodyHash,
      accepted,
      duplicates,
      conflicts,
      labels,
      batch.refusals.length,
    )
    this.requests.add(this.day, seq, batch.idempotency)
  }

  private boundWal(): void {
    const wal = statSync(`${partitionPath(this.logDir, this.day)}-wal`, { throwIfNoEntry: false })
    if (wal && wal.size > WAL_SOFT_LIMIT_BYTES) this.db.pragma('wal_checkpoint(TRUNCATE)')
  }
}
