/**
 * Owns what is asked of the one connection that writes to the log, and answering it. It plans nothing: whoever asks
 * owns the identities, waits for each answer before asking again, and says what becomes of a failure.
 */

import type { CommitRows } from '@/db/sqlite/log/commit-rows'
import { listDays, openPartition, settlePartition } from '@/db/sqlite/log/partition'
import { PartitionWriter } from '@/db/sqlite/log/partition-writer'

export interface ScribeOptions {
  readonly logDir: string
  readonly maxQuarantinePerDay: number
}

export type ScribeRequest =
  /** Opens a day's partition for writing, in place of the one before; settles it first where it may hold rows that were never synced. */
  | { readonly kind: 'open'; readonly day: string; readonly isUnsettled: boolean }
  /** Makes rows durable: answered after the sync. After a failure the connection is not to be trusted any more. */
  | { readonly kind: 'commit'; readonly rows: CommitRows }
  /** Writes and syncs without changing anything. */
  | { readonly kind: 'try' }
  /** Makes sure of what stands in the partition of another day. */
  | { readonly kind: 'settle'; readonly day: string }
  /** Closes without another look. */
  | { readonly kind: 'abandon' }
  /** Moves the write-ahead log into the file and closes. */
  | { readonly kind: 'close' }

/** Asked one thing at a time. */
export interface Scribe {
  /**
   * @returns how many refused records the open day keeps
   * @throws SQLite's error (its `code` tells)
   */
  ask(request: ScribeRequest): Promise<number>
  /** Lets go of everything; nothing may be asked afterwards. */
  end(): Promise<void>
}

export type OpenScribe = (options: ScribeOptions) => Scribe

/** Does what is asked, in the thread that calls it. */
export class Desk {
  private current: PartitionWriter | null = null

  constructor(private readonly options: ScribeOptions) {}

  answer(request: ScribeRequest): number {
    switch (request.kind) {
      case 'open':
        this.close()
        this.current = new PartitionWriter(this.options, request.day, request.isUnsettled)
        break
      case 'commit':
        this.opened.commit(request.rows)
        break
      case 'try':
        this.opened.tryWriting()
        break
      case 'settle':
        this.settle(request.day)
        break
      case 'abandon':
        this.leave()?.db.close()
        break
      case 'close':
        this.close()
    }
    return this.current?.keptRefusals ?? 0
  }

  private get opened(): PartitionWriter {
    if (!this.current) throw new Error('No partition is open.')
    return this.current
  }

  private settle(day: string): void {
    if (!listDays(this.options.logDir).includes(day)) return
    const db = openPartition(this.options.logDir, day)
    try {
      settlePartition(db)
    } finally {
      db.close()
    }
  }

  private close(): void {
    this.leave()?.close()
  }

  /** Forgets the open partition, whatever closing it brings. */
  private leave(): PartitionWriter | null {
    const left = this.current
    this.current = null
    return left
  }
}

/** A scribe in the thread that asks: it holds that thread up while the disk syncs. */
export const directScribe: OpenScribe = (options) => {
  const desk = new Desk(options)
  return {
    ask: async (request) => desk.answer(request),
    end: async () => {},
  }
}
