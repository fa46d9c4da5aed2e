/** Owns which requests were answered before: finds the stored row of an idempotency key. Knows nothing of records. */
import type { AppendBatch } from '@/db/contracts/log-store'
import type { Connection } from '@/db/sqlite/connection'
import { BlockDirectory } from '@/db/sqlite/log/block-directory'
import { Fingerprinter } from '@/db/sqlite/log/fingerprint'
import { FingerprintIndex } from '@/db/sqlite/log/fingerprint-index'
import type { PartitionReaders } from '@/db/sqlite/log/partition-readers'
import { DAY_MS, MINUTE_MS } from '@/lib/domain/time'

export type Idempotency = NonNullable<AppendBatch['idempotency']>

/** How long a request is recognised, by what names it. */
export const REMEMBERED_MS: Readonly<Record<Idempotency['kind'], number>> = {
  key: 7 * DAY_MS,
  body: 15 * MINUTE_MS,
}

/** Most requests remembered, whatever their age: bounds memory to about 30 bytes each. */
const REQUEST_HORIZON = 4_000_000

/** A request as stored, with the counts it was answered with. */
export interface RequestRow {
  readonly seq: number
  readonly received_ms: number
  readonly kind: Idempotency['kind']
  readonly scope: string
  readonly value: string
  readonly body_hash: string
  readonly accepted: number
  readonly duplicates: number
  readonly conflicts: number
  readonly labels: number
  readonly refused: number
}

/** Names a request among all of them as text. */
export function requestName(request: Pick<RequestRow, 'kind' | 'scope' | 'value'>): string {
  return `${request.kind}\u0000${request.scope}\u0000${request.value}`
}

export class RequestMemory {
  private readonly index = new FingerprintIndex(REQUEST_HORIZON)
  private readonly directory = new BlockDirectory()
  private readonly fingerprinter = new Fingerprinter('request')
  private lastDay = ''
  private lastSeq = 0

  constructor(private readonly readers: PartitionReaders) {}

  get nextOrdinal(): number {
    return this.index.nextOrdinal
  }

  /** Remembers a request stored as row `seq` of a day's partition. */
  add(day: string, seq: number, request: Pick<RequestRow, 'kind' | 'scope' | 'value'>): void {
    if (day !== this.lastDay || seq !== this.lastSeq + 1) this.directory.add(day, seq, this.index.nextOrdinal)
    this.lastDay = day
    this.lastSeq = seq
    this.fingerprinter.compute(requestName(request))
    this.index.add(this.fingerprinter.high, this.fingerprinter.low)
  }

  /** The stored request with this name that is still remembered at `nowMs`, or null. */
  find(request: Idempotency, nowMs: number): RequestRow | null {
    this.fingerprinter.compute(requestName(request))
    const { high, low } = this.fingerprinter
    let ordinal = this.index.find(high, low)
    while (ordinal >= 0) {
      const row = this.read(ordinal)
      if (row && requestName(row) === requestName(request)) {
        return nowMs - row.received_ms < REMEMBERED_MS[request.kind] ? row : null
      }
      ordinal = this.index.find(high, low, ordinal)
    }
    return null
  }

  /** Takes back everything from this ordinal on. */
  truncate(nextOrdinal: number): void {
    this.index.truncate(nextOrdinal)
    this.directory.truncate(nextOrdinal)
    // The next request starts a new run: its row number may be one that was taken back.
    this.lastDay = ''
  }

  trim(): void {
    this.index.trim()
    this.directory.trim(this.index.firstOrdinal)
  }

  /** Adds a partition's requests after `afterSeq` that are still remembered; returns the last row's number. */
  load(db: Connection, day: string, afterSeq: number, nowMs: number): number {
    const rows = db
      .prepare<[number, number, number], Pick<RequestRow, 'seq' | 'kind' | 'scope' | 'value'>>(
        `SELECT seq, kind, scope, value FROM request
         WHERE seq > ? AND received_ms > CASE kind WHEN 'key' THEN ? ELSE ? END ORDER BY seq`,
      )
      .iterate(afterSeq, nowMs - REMEMBERED_MS.key, nowMs - REMEMBERED_MS.body)
    for (const row of rows) this.add(day, row.seq, row)
    const last = db.prepare<[], number | null>('SELECT max(seq) FROM request').pluck().get()
    return Math.max(afterSeq, last ?? 0)
  }

  private read(ordinal: number): RequestRow | null {
    const place = this.directory.locate(ordinal)
    const db = place && this.readers.get(place.day)
    if (!place || !db) return null
    return (
      db.prepare<[number], RequestRow>('SELECT * FROM request WHERE seq = ?').get(place.seq + place.index) ??
      null
    )
  }
}
