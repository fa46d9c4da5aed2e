/** Owns gathering requests for one commit: those that arrive within some turns of the event loop share it. Knows no storage. */
import type { AppendBatch, AppendOutcome } from '@/db/contracts/log-store'
import type { AppError } from '@/lib/domain/errors'

/** Records of one commit; more wait for the next. */
const MAX_COMMIT_RECORDS = 20_000

/** Turns of the event loop that a commit waits while more requests keep arriving: well under 2 ms. */
const MAX_GATHERING_TURNS = 16

/** A request that waits for its commit. */
export interface Queued {
  readonly batch: AppendBatch
  resolve(outcome: AppendOutcome): void
  reject(error: AppError): void
}

const countRecords = (batch: AppendBatch) =>
  batch.records.reduce((sum, group) => sum + group.records.length, 0)

export class CommitQueue {
  private queue: Queued[] = []
  private gathered = 0
  private turns = 0
  /** Whether a commit is being gathered or made. */
  private isScheduled = false

  /** @param commit takes what waits, and is done when all of that was answered */
  constructor(private readonly commit: () => Promise<void>) {}

  get isEmpty(): boolean {
    return this.queue.length === 0
  }

  /** Resolves when the commit that it belongs to answers it. */
  add(batch: AppendBatch): Promise<AppendOutcome> {
    return new Promise((resolve, reject) => {
      this.queue.push({ batch, resolve, reject })
      this.schedule()
    })
  }

  /** What goes into the next commit. */
  take(): Queued[] {
    let records = 0
    let count = 0
    while (count < this.queue.length && records < MAX_COMMIT_RECORDS) {
      records += countRecords((this.queue[count++] as Queued).batch)
    }
    return this.queue.splice(0, count)
  }

  private schedule(): void {
    if (this.isScheduled) return
    this.isScheduled = true
    this.gathered = 0
    this.turns = 0
    setImmediate(this.gather)
  }

  /** Commits once a turn of the event loop brought nothing new; while a commit is made, the next one gathers. */
  private readonly gather = (): void => {
    if (this.queue.length > this.gathered && this.turns < MAX_GATHERING_TURNS) {
      this.gathered = this.queue.length
      this.turns++
      setImmediate(this.gather)
      return
    }
    void this.commit().finally(() => {
      this.isScheduled = false
      if (this.queue.length > 0) this.schedule()
    })
  }
}
