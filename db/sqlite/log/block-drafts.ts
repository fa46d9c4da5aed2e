/** Owns a block being filled for one commit; knows nothing of SQL. */
import { BlockText } from '@/db/sqlite/log/block-codec'
import type { PredictionRecord } from '@/lib/domain/record'

/** Caps of one block: large enough to be cheap, small enough to decode at once. */
const MAX_BLOCK_RECORDS = 5_000
const MAX_BLOCK_BYTES = 4_000_000

/** What the records of one block share. */
export interface BlockHead {
  readonly model: string
  readonly version: string
  readonly backfill: boolean
  readonly receivedMs: number
}

export class BlockDraft {
  readonly records: PredictionRecord[] = []
  minMs = Number.POSITIVE_INFINITY
  maxMs = Number.NEGATIVE_INFINITY
  private readonly text = new BlockText()
  /** Halves of the fingerprints: high, low, high, low … */
  private readonly halves: number[] = []

  constructor(
    readonly head: BlockHead,
    /** Ordinal of the first record; the others follow. */
    readonly firstOrdinal: number,
  ) {}

  get isFull(): boolean {
    return this.records.length >= MAX_BLOCK_RECORDS || this.text.length >= MAX_BLOCK_BYTES
  }

  add(record: PredictionRecord, featureText: string | undefined, high: number, low: number): void {
    this.records.push(record)
    this.text.add(record, featureText)
    this.halves.push(high, low)
    if (record.at < this.minMs) this.minMs = record.at
    if (record.at > this.maxMs) this.maxMs = record.at
  }

  encodeBody(): Buffer {
    return this.text.encode()
  }

  encodeFingerprints(): Buffer {
    // Memory of its own, as the body's.
    const bytes = Buffer.allocUnsafeSlow(this.halves.length * 4)
    for (let i = 0; i < this.halves.length; i++) bytes.writeUInt32LE(this.halves[i] as number, i * 4)
    return bytes
  }
}
