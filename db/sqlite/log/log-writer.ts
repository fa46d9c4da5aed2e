/** Owns appending to the log: group commit, the change of day, and what happens when a commit fails. */
import { rmSync } from 'node:fs'
import type { AppendBatch, AppendOutcome, LogWriter } from '@/db/contracts/log-store'
import { makePrivateDirectory } from '@/db/sqlite/connection'
import type { Ballast } from '@/db/sqlite/log/ballast'
import { CommitQueue, type Queued } from '@/db/sqlite/log/commit-queue'
import { type CommitRows, type LastRows, rowsOf } from '@/db/sqlite/log/commit-rows'
import { loadNewest } from '@/db/sqlite/log/load-newest'
import { healPartition, listDays, partitionPath } from '@/db/sqlite/log/partition'
import { PartitionReaders } from '@/db/sqlite/log/partition-readers'
import { type CommitPlan, planCommit } from '@/db/sqlite/log/plan-commit'
import { DEDUP_HORIZON, RecordIdentities } from '@/db/sqlite/log/record-identities'
import { RequestMemory } from '@/db/sqlite/log/request-memory'
import { directScribe, type OpenScribe, type Scribe } from '@/db/sqlite/log/scribe'
import { WatchedFile } from '@/db/sqlite/log/watched-file'
import { isStorageFailure, isStorageFull, toStorageError } from '@/db/sqlite/storage-errors'
import { AppError } from '@/lib/domain/errors'
import { DAY_MS, utcDay } from '@/lib/domain/time'

export interface LogWriterOptions {
  readonly logDir: string
  readonly maxQuarantinePerDay: number
  readonly ballast: Ballast
  readonly nowMs: number
  /** Records among which duplicates are recognised. */
  readonly horizon?: number | undefined
  /** Who writes; by default the thread that calls. */
  readonly openScribe?: OpenScribe | undefined
  /** Test hook: called between the commit and its answers. */
  readonly afterCommit?: (() => void) | undefined
}

/** The day that is written to, and how many refused records it keeps. */
interface OpenDay {
  readonly day: string
  readonly endMs: number
  keptRefusals: number
}

const closingError = () =>
  new AppError('unavailable', 'The server is shutting down.', { reason: 'closing', retryAfterSeconds: 5 })

class SqliteLogWriter implements LogWriter {
  private readonly identities: RecordIdentities
  private readonly requests: RequestMemory
  private readonly readers: PartitionReaders
  private readonly scribe: Scribe
  /** The last thing that is asked of the scribe: one follows the other. */
  private lastTurn: Promise<unknown> = Promise.resolve()
  /** The day that the scribe has open. */
  private current: OpenDay | null = null
  /** Newest partition and what of it is in memory. */
  private known: LastRows & { readonly day: string }
  private readonly queue = new CommitQueue(() => this.inTurn(() => this.flush()))
  private isRecovering = false
  private isClosed = false
  private isFull = false
  /** Whether the last commit failed and nothing has gone well since. */
  private isFailing = false
  /** Days of which the write-ahead log may hold rows that were never synced: nothing in them counts before it is settled. */
  private readonly unsettled = new Set<string>()
  /** The file of the day that is open. */
  private readonly file = new WatchedFile()

  constructor(private readonly options: LogWriterOptions) {
    makePrivateDirectory(options.logDir)
    this.identities = new RecordIdentities(options.horizon ?? DEDUP_HORIZON)
    this.readers = new PartitionReaders(options.logDir)
    this.requests = new RequestMemory(this.readers)
    for (const day of listDays(options.logDir)) healPartition(options.logDir, day)
    const newest = loadNewest(this.identities, this.readers, options.horizon ?? DEDUP_HORIZON)
    let requestSeq = 0
    for (const day of this.readers.listDays()) {
      const db = this.readers.get(day)
      if (db) requestSeq = this.requests.load(db, day, 0, options.nowMs)
    }
    this.known = { day: newest?.day ?? '', seq: newest?.seq ?? 0, requestSeq }
    // Its writer may have been killed between writing and syncing.
    if (newest) this.unsettled.add(newest.day)
    options.ballast.restore()
    const { logDir, maxQuarantinePerDay, openScribe = directScribe } = options
    this.scribe = openScribe({ logDir, maxQuarantinePerDay })
  }

  append(batch: AppendBatch): Promise<AppendOutcome> {
    return this.isClosed ? Promise.reject(closingError()) : this.queue.add(batch)
  }

  async countRefused(day: string): Promise<number> {
    if (this.current?.day === day) return this.current.keptRefusals
    return Number(this.readers.get(day)?.prepare('SELECT count(*) FROM quarantine').pluck().get() ?? 0)
  }

  dropPartitionsBefore(oldestDay: string): Promise<string[]> {
    return this.inTurn(async () => this.drop(oldestDay))
  }

  private drop(oldestDay: string): string[] {
    const dropped = listDays(this.options.logDir).filter((day) => day < oldestDay && day !== this.known.day)
    for (const day of dropped) {
      const path = partitionPath(this.options.logDir, day)
      for (const file of [path, `${path}-wal`, `${path}-shm`]) rmSync(file, { force: true })
    }
    this.readers.listDays()
    return dropped
  }

  async close(): Promise<void> {
    if (this.isClosed) return
    this.isClosed = true
    while (!this.queue.isEmpty) await this.inTurn(() => this.flush())
    await this.inTurn(async () => {
      this.readers.close()
      this.closePartition()
      try {
        await this.scribe.ask({ kind: 'close' })
      } finally {
        await this.scribe.end()
      }
    })
  }

  /** Runs work that asks the scribe, or moves its files, after what came before. */
  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.lastTurn.then(work)
    this.lastTurn = done.catch(() => {})
    return done
  }

  private async flush(): Promise<void> {
    const queued = this.queue.take()
    if (queued.length === 0) return
    try {
      // Before as well as after: to write to a file that was put aside may cost what it holds.
      this.file.requireInPlace()
      this.refuseWhileFull()
      await this.commit(queued)
    } catch (error) {
      // One request that cannot be stored must not take the others of its commit with it.
      if (queued.length > 1 && !isStorageFailure(error)) for (const one of queued) await this.commitAlone(one)
      else this.refuse(queued, error)
    }
  }

  private refuse(queued: readonly Queued[], error: unknown): void {
    this.isFailing ||= isStorageFailure(error)
    for (const { reject } of queued) reject(toStorageError(error))
  }

  private async commitAlone(one: Queued): Promise<void> {
    try {
      await this.commit([one])
    } catch (error) {
      this.refuse([one], error)
    }
  }

  private async commit(queued: readonly Queued[]): Promise<void> {
    const batches = queued.map(({ batch }) => batch)
    const partition = await this.partitionFor(Math.max(...batches.map(({ receivedMs }) => receivedMs)))
    const { day } = partition
    await this.settleOthers(day)
    const firstOrdinal = this.identities.nextOrdinal
    const firstRequest = this.requests.nextOrdinal
    try {
      const plan = planCommit(batches, this.identities, this.requests, this.readers)
      const rows = rowsOf(plan, this.known)
      this.remember(day, plan, rows)
      partition.keptRefusals = await this.scribe.ask({ kind: 'commit', rows })
      this.options.afterCommit?.()
      // What went into a file that nobody can find is not stored.
      this.file.requireInPlace()
      const { seq, requestSeq } = this.known
      this.known = { day, seq: seq + rows.blocks.length, requestSeq: requestSeq + rows.requests.length }
      this.identities.trim()
      this.requests.trim()
      this.isFailing = false
      for (const [i, { resolve }] of queued.entries()) resolve(plan.outcomes[i] as AppendOutcome)
    } catch (error) {
      this.identities.truncate(firstOrdinal)
      this.requests.truncate(firstRequest)
      this.unsettled.add(day)
      await this.abandonPartition()
      if (isStorageFull(error)) {
        this.isFull = true
        this.options.ballast.release()
      }
      throw error
    }
  }

  /** Enters where the rows will lie; what fails is taken back by whoever asked. */
  private remember(day: string, plan: CommitPlan, rows: CommitRows): void {
    for (const [i, { seq }] of rows.blocks.entries()) {
      this.identities.addBlock(day, seq, plan.blocks[i]?.firstOrdinal ?? 0)
    }
    for (const row of rows.requests) this.requests.add(day, row.seq, row)
  }

  /** After a failed commit nothing of the connection is trusted: the next commit opens the file anew and looks. */
  private async abandonPartition(): Promise<void> {
    this.readers.close()
    this.closePartition()
    // What made it fail is what is told; the next one opens the file anew in any case.
    await this.scribe.ask({ kind: 'abandon' }).catch(() => {})
  }

  problem(): string | null {
    const stray = this.file.problem()
    if (stray !== null || !this.isFailing) return stray
    return this.isFull ? 'The disk is full.' : 'The log cannot be written.'
  }

  recover(nowMs: number): void {
    if (!this.isFailing || this.isClosed || this.isRecovering) return
    this.isRecovering = true
    void this.inTurn(() => this.tryAgain(nowMs)).finally(() => {
      this.isRecovering = false
    })
  }

  private async tryAgain(nowMs: number): Promise<void> {
    if (!this.isFailing || this.isClosed) return
    try {
      this.file.requireInPlace()
      this.refuseWhileFull()
      const { day } = await this.partitionFor(nowMs)
      await this.settleOthers(day)
      await this.scribe.ask({ kind: 'try' })
      this.isFailing = false
    } catch (error) {
      this.unsettled.add(this.known.day)
      await this.abandonPartition()
      this.isFull ||= isStorageFull(error)
    }
  }

  /** Makes sure of what stands in the days before the one that is written to; rows there count as duplicates too. */
  private async settleOthers(today: string): Promise<void> {
    for (const day of this.unsettled) {
      if (day === today) continue
      await this.scribe.ask({ kind: 'settle', day })
      this.unsettled.delete(day)
    }
  }

  private closePartition(): void {
    this.current = null
    this.file.release()
  }

  private refuseWhileFull(): void {
    if (!this.isFull) return
    if (!this.options.ballast.hasRoom()) {
      throw new AppError('unavailable', 'The disk is full. Nothing of this request was stored.', {
        reason: 'storage_full',
        retryAfterSeconds: 30,
      })
    }
    this.options.ballast.restore()
    this.isFull = false
  }

  private async partitionFor(nowMs: number): Promise<OpenDay> {
    // Never back to an older day when the clock is set back: readers have passed it.
    if (this.current !== null && nowMs < this.current.endMs) return this.current
    const day = [utcDay(nowMs), this.known.day].sort()[1] as string
    this.closePartition()
    const isUnsettled = this.unsettled.has(day)
    const keptRefusals = await this.scribe.ask({ kind: 'open', day, isUnsettled })
    const { seq, requestSeq } = this.known.day === day ? this.known : { seq: 0, requestSeq: 0 }
    // After a failed commit the disk may hold it all the same: only what it says counts.
    const db = this.readers.get(day)
    if (!db) throw new Error(`${day}: the partition is not there`)
    this.known = {
      day,
      seq: this.identities.load(db, day, seq),
      requestSeq: this.requests.load(db, day, requestSeq, nowMs),
    }
    this.unsettled.delete(day)
    this.file.watch(partitionPath(this.options.logDir, day))
    this.current = { day, endMs: Date.parse(day) + DAY_MS, keptRefusals }
    return this.current
  }
}

/** Opens the log for appending: reads the identities of the newest records into memory. */
export function openLogWriter(options: LogWriterOptions): LogWriter {
  return new SqliteLogWriter(options)
}
