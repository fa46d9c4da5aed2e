/** Owns which records the newest part of the log holds: fingerprint → place. Knows nothing of their content. */
import type { Connection } from '@/db/sqlite/connection'
import { BlockDirectory, type RecordPlace } from '@/db/sqlite/log/block-directory'
import { FingerprintIndex } from '@/db/sqlite/log/fingerprint-index'

/** Records among which duplicates are recognised, at least. */
export const DEDUP_HORIZON = 10_000_000

export class RecordIdentities {
  private readonly index: FingerprintIndex
  private readonly directory = new BlockDirectory()

  constructor(horizon: number = DEDUP_HORIZON) {
    this.index = new FingerprintIndex(horizon)
  }

  get nextOrdinal(): number {
    return this.index.nextOrdinal
  }

  get firstOrdinal(): number {
    return this.index.firstOrdinal
  }

  /** Makes room for records that are about to be loaded. */
  reserve(records: number): void {
    this.index.reserve(records)
  }

  add(high: number, low: number): number {
    return this.index.add(high, low)
  }

  /** Ordinal of the newest record with this fingerprint before an ordinal, or -1. */
  find(high: number, low: number, before?: number): number {
    return this.index.find(high, low, before)
  }

  addBlock(day: string, seq: number, firstOrdinal: number): void {
    this.directory.add(day, seq, firstOrdinal)
  }

  locate(ordinal: number): RecordPlace | null {
    return this.directory.locate(ordinal)
  }

  /** Takes back everything from this ordinal on. */
  truncate(nextOrdinal: number): void {
    this.index.truncate(nextOrdinal)
    this.directory.truncate(nextOrdinal)
  }

  /** Forgets what lies beyond the horizon. */
  trim(): void {
    this.index.trim()
    this.directory.trim(this.index.firstOrdinal)
  }

  /**
   * Adds the blocks of a partition after `afterSeq` and returns the last one's number.
   * Reads only the small columns: they lie before the body in the row.
   */
  load(db: Connection, day: string, afterSeq: number): number {
    let lastSeq = afterSeq
    const rows = db
      .prepare<[number], { seq: number; fingerprints: Buffer }>(
        'SELECT seq, fingerprints FROM record_block WHERE seq > ? ORDER BY seq',
      )
      .iterate(afterSeq)
    for (const { seq, fingerprints } of rows) {
      this.directory.add(day, seq, this.index.nextOrdinal)
      const halves = new DataView(fingerprints.buffer, fingerprints.byteOffset, fingerprints.byteLength)
      for (let at = 0; at < halves.byteLength; at += 8) {
        this.index.add(halves.getUint32(at, true), halves.getUint32(at + 4, true))
      }
      lastSeq = seq
    }
    this.trim()
    return lastSeq
  }
}
