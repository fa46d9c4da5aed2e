/**
 * Owns drawing the sample of records, bucket by bucket. Most records of a large bucket are refused by one comparison: it
 * is remembered which hashes the latest buckets hold already. Knows no storage.
 */
import type { ColumnProfile, Profile } from '@/lib/domain/profile'
import type { PredictionRecord } from '@/lib/domain/record'
import { featuresAt, type RecordTable } from '@/lib/domain/record-table'
import { rowHash, rowHashOfBytes } from '@/lib/summary/row-hash'
import {
  type RowColumn,
  type RowsSummary,
  sampledColumns,
  sampledLabel,
  sampledNumber,
  widthOf,
} from '@/lib/summary/rows'

/** Buckets whose hashes are remembered: the current hour and day, and some that late records fall into. */
const MAX_REMEMBERED = 16

/** The records of smallest hash of one bucket, as far as they were seen. */
class Draw {
  private hashes: number[] = []
  private records: PredictionRecord[] = []

  /**
   * @param known ascending hashes that the bucket holds already
   * @param limit records above it cannot be among the smallest
   */
  constructor(
    private readonly capacity: number,
    private readonly known: Float64Array,
    public limit: number,
  ) {}

  add(hash: number, record: PredictionRecord): void {
    this.hashes.push(hash)
    this.records.push(record)
    if (this.hashes.length >= 2 * this.capacity) this.shrink()
  }

  /** The smallest hashes of the bucket, and this draw's records among them in the order of their hashes. */
  finish(): { known: Float64Array; rows: { hash: number; record: PredictionRecord }[] } {
    this.shrink()
    const order = Array.from(this.hashes.keys()).sort(
      (a, b) => (this.hashes[a] ?? 0) - (this.hashes[b] ?? 0) || a - b,
    )
    const rows: { hash: number; record: PredictionRecord }[] = []
    for (const at of order) {
      const [hash, record] = [this.hashes[at], this.records[at]]
      if (hash !== undefined && record && hash !== rows.at(-1)?.hash) rows.push({ hash, record })
    }
    return { known: this.smallest(), rows }
  }

  /** Lets go of what is no longer among the smallest. */
  private shrink(): void {
    const smallest = this.smallest()
    if (smallest.length < this.capacity) return
    this.limit = smallest[this.capacity - 1] ?? this.limit
    const kept = Array.from(this.hashes.keys()).filter((at) => (this.hashes[at] ?? 0) <= this.limit)
    this.records = kept.flatMap((at) => this.records[at] ?? [])
    this.hashes = kept.map((at) => this.hashes[at] ?? 0)
  }

  /** Different hashes of the bucket, those that were known and those of this draw, ascending. */
  private smallest(): Float64Array {
    const all = new Float64Array(this.known.length + this.hashes.length)
    all.set(this.known)
    all.set(this.hashes, this.known.length)
    all.sort()
    let count = 0
    for (let i = 0; i < all.length && count < this.capacity; i++) {
      if (count === 0 || all[i] !== all[count - 1]) all[count++] = all[i] ?? 0
    }
    return all.slice(0, count)
  }
}

export class RowSampler {
  private readonly columns: readonly (ColumnProfile & { readonly width: 4 | 8 })[]
  /** By bucket, least recently used first. */
  private readonly known = new Map<string, Float64Array>()
  private hour: { startMs: number; draw: Draw } | null = null
  private day: { startMs: number; draw: Draw } | null = null

  constructor(
    profile: Profile,
    private readonly capacity: number,
  ) {
    this.columns = sampledColumns(profile).map((column) => ({ ...column, width: widthOf(column) }))
  }

  /** The next records belong to this hour of this day; buckets come one after another. */
  begin(hourMs: number, dayMs: number): void {
    if (this.hour?.startMs !== hourMs) this.hour = { startMs: hourMs, draw: this.drawOf(`hour ${hourMs}`) }
    if (this.day?.startMs !== dayMs) this.day = { startMs: dayMs, draw: this.drawOf(`day ${dayMs}`) }
  }

  add(record: PredictionRecord): void {
    const { hour, day } = this
    if (!hour || !day) return
    const hash = rowHash(record.id, record.at)
    if (hash <= hour.draw.limit) hour.draw.add(hash, record)
    if (hash <= day.draw.limit) day.draw.add(hash, record)
  }

  addTable(table: RecordTable): void {
    const { hour, day } = this
    if (!hour || !day) return
    const { bytes, starts, ends } = table.ids
    for (let row = 0; row < table.length; row++) {
      const hash = rowHashOfBytes(bytes, starts[row] ?? 0, ends[row] ?? 0, table.at[row] ?? 0)
      if (hash > hour.draw.limit && hash > day.draw.limit) continue
      const record = featuresAt(table, row)
      if (hash <= hour.draw.limit) hour.draw.add(hash, record)
      if (hash <= day.draw.limit) day.draw.add(hash, record)
    }
  }

  /** What the records since `begin` add to their hour; null when it is nothing. */
  finishHour(): RowsSummary | null {
    const { hour } = this
    this.hour = null
    return hour && this.finish(`hour ${hour.startMs}`, hour.draw)
  }

  finishDay(): RowsSummary | null {
    const { day } = this
    this.day = null
    return day && this.finish(`day ${day.startMs}`, day.draw)
  }

  private drawOf(bucket: string): Draw {
    const known = this.known.get(bucket) ?? new Float64Array(0)
    const isFull = known.length >= this.capacity
    return new Draw(this.capacity, known, isFull ? (known.at(-1) ?? 0) : Number.POSITIVE_INFINITY)
  }

  private finish(bucket: string, draw: Draw): RowsSummary | null {
    const { known, rows } = draw.finish()
    this.known.delete(bucket)
    this.known.set(bucket, known)
    for (const oldest of this.known.keys()) {
      if (this.known.size <= MAX_REMEMBERED) break
      this.known.delete(oldest)
    }
    if (rows.length === 0) return null
    return {
      kind: 'rows',
      capacity: this.capacity,
      hashes: Float64Array.from(rows, ({ hash }) => hash),
      columns: this.columns.map((column) => columnOf(column, rows)),
    }
  }
}

function columnOf(
  { name, kind, type, width }: ColumnProfile & { readonly width: 4 | 8 },
  rows: readonly { readonly record: PredictionRecord }[],
): RowColumn {
  const cellOf = ({ f }: PredictionRecord) => (Object.hasOwn(f, name) ? f[name] : undefined)
  if (kind === 'numeric') {
    const values = Float64Array.from(rows, ({ record }) => sampledNumber(cellOf(record), width))
    return { kind: 'numbers', width, values }
  }
  return { kind: 'labels', values: rows.map(({ record }) => sampledLabel(cellOf(record), type)) }
}
