/** Owns the blocks being filled for one commit; knows nothing of SQL. */
import type { PredictionRecord } from '@/lib/domain/record'

/** Caps of one block: large enough to be cheap, small enough to decode at once. */
export const MAX_BLOCK_RECORDS = 5_000
export const MAX_BLOCK_CHARS = 4_000_000

/** What the records of one block share. */
export interface BlockHead {
  readonly model: string
  readonly version: string
  readonly backfill: boolean
  readonly receivedMs: number
}

export class BlockDraft {
  readonly lines: string[] = []
  /** Halves of the fingerprints: high, low, high, low … */
  readonly fingerprints: number[] = []
  chars = 0
  minMs = Number.POSITIVE_INFINITY
  maxMs = Number.NEGATIVE_INFINITY

  constructor(
    readonly head: BlockHead,
    /** Ordinal of the first record; the others follow. */
    readonly firstOrdinal: number,
  ) {}

  get isFull(): boolean {
    return this.lines.length >= MAX_BLOCK_RECORDS || this.chars >= MAX_BLOCK_CHARS
  }

  add(record: PredictionRecord, line: string, high: number, low: number): void {
    this.lines.push(line)
    this.fingerprints.push(high, low)
    this.chars += line.length
    if (record.at < this.minMs) this.minMs = record.at
    if (record.at > this.maxMs) this.maxMs = record.at
  }
}
