/** Owns appending to the log: group commit, the change of day, and what happens when a commit fails. */
import { rmSync, statSync } from 'node:fs'
import type { AppendBatch, AppendOutcome, LogWriter } from '@/db/contracts/log-store'
import { makePrivateDirectory } from '@/db/sqlite/connection'
import type { Ballast } from '@/db/sqlite/log/ballast'
import { loadNewest } from '@/db/sqlite/log/load-newest'
import {
  healPartition,
  listDays,
  openPartition,
  partitionPath,
  settlePartition,
} from '@/db/sqlite/log/partition'
import { PartitionReaders } from '@/db/sqlite/log/partition-readers'
import { PartitionWriter } from '@/db/sqlite/log/partition-writer'
import { planCommit } from '@/db/sqlite/log/plan-commit'
import { DEDUP_HORIZON, RecordIdentities } from '@/db/sqlite/log/record-identities'
import { RequestMemory } from '@/db/sqlite/log/request-memory'
import { isStorageFailure, isStorageFull, toStorageError } from '@/db/sqlite/storage-errors'
import { AppError } from '@/lib/domain/errors'
import { utcDay } from '@/lib/domain/time'

/** Records of one commit; more wait for the next. */
const MAX_COMMIT_RECORDS = 20_000

/** Turns of the event loop that a commit waits while more requests keep arriving: well under 2 ms. */
const MAX_GATHERING_TURNS = 16

export interface LogWriterOptions {
  readonly logDir: string
  readonly maxQuarantinePerDay: number
  readonly ballast: Ballast
  readonly nowMs: number
  /** Records among which duplicates are recognised. */
  readonly horizon?: number
  /** Test hook: called between the commit and its answers. */
  readonly afterCommit?: () => void
}

interface Queued {
  readonly batch: AppendBatch
  resolve(outcome: AppendOutcome): void
  reject(error: AppError): void
}

const countRecords = (batch: AppendBatch) =>
  batch.records.reduce((sum, group) => sum + group.records.length, 0)

const closingError = () =>
  new AppError('unavailable', 'The server is shutting down.', { reason: 'closing', retryAfterSeconds: 5 })

class SqliteLogWriter implements LogWriter {
  private readonly identities: RecordIdentities
  private readonly requests: RequestMemory
  private readonly readers: PartitionReaders
  private current: PartitionWriter | null = null
  /** Newest partition and what of it is in memory. */
  private known: { day: string; seq: number; requestSeq: number }
  private queue: Queued[] = []
  private gathered = 0
  private turns = 0
  private isScheduled = false
  private isClosed = false
  private isFull = false
  /** Whether the last commit failed and nothing has gone well since. */
  private isFailing = false
  /** Days of which the write-ahead log may hold rows that were never synced: nothing in them counts before it is settled. */
  private readonly unsettled = new Set<string>()
  /** Identity of the file that is written to, and whether another was found in its place. */
  private file = ''
  private isStray = false

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
  }

  append(batch: AppendBatch): Promise<AppendOutcome> {
    if (this.isClosed) return Promise.reject(closingError())
    return new Promise((resolve, reject) => {
      this.queue.push({ batch, resolve, reject })
      this.schedule()
    })
  }

  async countRefused(day: string): Promise<number> {
    if (this.current?.day === day) return this.current.keptRefusals
    return Number(this.readers.get(day)?.prepare('SELECT count(*) FROM quarantine').pluck().get() ?? 0)
  }

  async dropPartitionsBefore(oldestDay: string): Promise<string[]> {
    const dropped = listDays(this.options.logDir).filter((day) => day < oldestDay && day !== this.known.day)
    for (const day of dropped) {
      const path = partitionPath(this.options.logDir, day)
      for (const file of [path, `${path}-wal`, `${path}-shm`]) rmSync(file, { force: true })
    }
    this.readers.listDays()
    return dropped
  }

  async close(): Promise<void> {
    this.isClosed = true
    while (this.queue.length > 0) this.flush()
    this.readers.close()
    this.current?.close()
    this.current = null
  }

  private schedule(): void {
    if (this.isScheduled) return
    this.isScheduled = true
    this.gathered = 0
    this.turns = 0
    setImmediate(this.gather)
  }

  /** Commits once a turn of the event loop brought nothing new: a commit itself blocks, so a queue forms meanwhile. */
  private readonly gather = (): void => {
    if (this.queue.length > this.gathered && this.turns < MAX_GATHERING_TURNS) {
      this.gathered = this.queue.length
      this.turns++
      setImmediate(this.gather)
      return
    }
    this.isScheduled = false
    if (this.queue.length === 0) return
    this.flush()
    if (this.queue.length > 0) this.schedule()
  }

  private takeQueued(): Queued[] {
    let records = 0
    let count = 0
    while (count < this.queue.length && records < MAX_COMMIT_RECORDS) {
      records += countRecords((this.queue[count++] as Queued).batch)
    }
    return this.queue.splice(0, count)
  }

  private flush(): void {
    const queued = this.takeQueued()
    try {
      this.refuseStray()
      this.refuseWhileFull()
      this.commit(queued)
    } catch (error) {
      // One request that cannot be stored must not take the others of its commit with it.
      if (queued.length > 1 && !isStorageFailure(error)) for (const one of queued) this.commitAlone(one)
      else this.refuse(queued, error)
    }
  }

  private refuse(queued: readonly Queued[], error: unknown): void {
    this.isFailing ||= isStorageFailure(error)
    for (const { reject } of queued) reject(toStorageError(error))
  }

  private commitAlone(one: Queued): void {
    try {
      this.commit([one])
    } catch (error) {
      this.refuse([one], error)
    }
  }

  private commit(queued: readonly Queued[]): void {
    const batches = queued.map(({ batch }) => batch)
    const partition = this.partitionFor(Math.max(...batches.map(({ receivedMs }) => receivedMs)))
    this.settleOthers(partition.day)
    const firstOrdinal = this.identities.nextOrdinal
    const firstRequest = this.requests.nextOrdinal
    try {
      const plan = planCommit(batches, this.identities, this.requests, this.readers)
      partition.commit(plan)
      this.options.afterCommit?.()
      // What went into a file that nobody can find is not stored.
      this.refuseStray()
      this.known = { day: partition.day, seq: partition.lastSeq, requestSeq: partition.lastRequestSeq }
      this.identities.trim()
      this.requests.trim()
      this.isFailing = false
      for (const [i, { resolve }] of queued.entries()) resolve(plan.outcomes[i] as AppendOutcome)
    } catch (error) {
      this.identities.truncate(firstOrdinal)
      this.requests.truncate(firstRequest)
      this.unsettled.add(partition.day)
      this.abandonPartition()
      if (isStorageFull(error)) {
        this.isFull = true
        this.options.ballast.release()
      }
      throw error
    }
  }

  /** After a failed commit nothing of the connection is trusted: the next commit opens the file anew and looks. */
  private abandonPartition(): void {
    this.readers.close()
    try {
      this.current?.db.close()
    } finally {
      this.current = null
    }
  }

  problem(): string | null {
    const stray = this.strayProblem()
    if (stray !== null || !this.isFailing) return stray
    return this.isFull ? 'The disk is full.' : 'The log cannot be written.'
  }

  recover(nowMs: number): void {
    if (!this.isFailing || this.isClosed) return
    try {
      this.refuseStray()
      this.refuseWhileFull()
      const partition = this.partitionFor(nowMs)
      this.settleOthers(partition.day)
      partition.tryWriting()
      this.isFailing = false
    } catch (error) {
      this.unsettled.add(this.known.day)
      this.abandonPartition()
      this.isFull ||= isStorageFull(error)
    }
  }

  /** Makes sure of what stands in the days before the one that is written to; rows there count as duplicates too. */
  private settleOthers(today: string): void {
    for (const day of this.unsettled) {
      if (day === today) continue
      if (listDays(this.options.logDir).includes(day)) {
        const db = openPartition(this.options.logDir, day)
        try {
          settlePartition(db)
        } finally {
          db.close()
        }
      }
      this.unsettled.delete(day)
    }
  }

  private strayProblem(): string | null {
    // Once a file was lost, readers may still hold it: only a new start sees one and the same log everywhere.
    this.isStray ||= this.current !== null && this.fileOf(this.current.day) !== this.file
    return this.isStray ? 'A file of the log was moved or replaced; put it back and restart.' : null
  }

  private fileOf(day: string): string {
    const stat = statSync(partitionPath(this.options.logDir, day), { throwIfNoEntry: false })
    return stat ? `${stat.dev}:${stat.ino}` : ''
  }

  private refuseStray(): void {
    const problem = this.strayProblem()
    if (problem === null) return
    throw new AppError('unavailable', `${problem} Nothing of this request was stored.`, {
      reason: 'storage_error',
      retryAfterSeconds: 30,
    })
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

  private partitionFor(nowMs: number): PartitionWriter {
    const today = utcDay(nowMs)
    // Never back to an older day when the clock is set back: readers have passed it.
    const day = [today, this.known.day].sort()[1] as string
    if (this.current?.day === day) return this.current
    this.current?.close()
    this.current = null
    const { seq, requestSeq } = this.known.day === day ? this.known : { seq: 0, requestSeq: 0 }
    const { logDir, maxQuarantinePerDay } = this.options
    this.current = new PartitionWriter(
      logDir,
      day,
      maxQuarantinePerDay,
      this.identities,
      this.requests,
      seq,
      requestSeq,
      nowMs,
      this.unsettled.has(day),
    )
    this.unsettled.delete(day)
    this.known = { day, seq: this.current.lastSeq, requestSeq: this.current.lastRequestSeq }
    this.file = this.fileOf(day)
    return this.current
  }
}

/** Opens the log for appending: reads the identities of the newest records into memory. */
export function openLogWriter(options: LogWriterOptions): LogWriter {
  return new SqliteLogWriter(options)
}
