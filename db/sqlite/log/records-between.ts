/** Owns finding a few records of one version by the time they tell, without reading all of the log. */
import { decodeBlock } from '@/db/sqlite/log/block-codec'
import type { PartitionReaders } from '@/db/sqlite/log/partition-readers'
import type { PredictionRecord } from '@/lib/domain/record'

type Database = NonNullable<ReturnType<PartitionReaders['get']>>

/** Blocks of a day that are looked at; of a day with more, those that came first from the start of the span on. */
const MAX_BLOCKS = 20_000
/** Clocks of senders run ahead of ours by at most this. */
const MAX_AHEAD_MS = 3_600_000

/**
 * At most `limit` records of the version whose time lies from `startMs` to before `endMs`; those that arrived first.
 * A day of many single records is searched from the arrival of the span's first on, so only back-filled ones of such
 * a day may be missed.
 */
export function recordsBetween(
  readers: PartitionReaders,
  version: { readonly model: string; readonly version: string },
  span: { readonly startMs: number; readonly endMs: number },
  limit: number,
): PredictionRecord[] {
  const found: PredictionRecord[] = []
  for (const day of readers.listDays()) {
    const db = readers.get(day)
    if (!db || !overlaps(db, span)) continue
    for (const seq of blocksBetween(db, version, span, limit)) {
      const row = db
        .prepare<[number], { body: Buffer }>('SELECT body FROM record_block WHERE seq = ?')
        .get(seq)
      if (!row) continue
      for (const record of decodeBlock<PredictionRecord>(row.body)) {
        if (record.at < span.startMs || record.at >= span.endMs) continue
        found.push(record)
        if (found.length === limit) return found
      }
    }
  }
  return found
}

function overlaps(db: Database, { startMs, endMs }: { startMs: number; endMs: number }): boolean {
  const sql = 'SELECT 1 FROM span WHERE max_ms >= ? AND min_ms < ?'
  return db.prepare<[number, number]>(sql).get(startMs, endMs) !== undefined
}

function blocksBetween(
  db: Database,
  { model, version }: { readonly model: string; readonly version: string },
  { startMs, endMs }: { readonly startMs: number; readonly endMs: number },
  limit: number,
): number[] {
  return db
    .prepare<[string, string, number, number, number, number, number], number>(
      `SELECT seq FROM (SELECT seq, min_ms, max_ms FROM record_block INDEXED BY record_block_version
       WHERE model = ? AND version = ? AND seq >= ? ORDER BY seq LIMIT ?)
       WHERE max_ms >= ? AND min_ms < ? LIMIT ?`,
    )
    .pluck()
    .all(model, version, firstSince(db, startMs - MAX_AHEAD_MS), MAX_BLOCKS, startMs, endMs, limit)
}

/** The first block that arrived at or after an instant, by halving: blocks arrive in the order of their numbers. */
function firstSince(db: Database, atMs: number): number {
  const arrived = db
    .prepare<[number], number>('SELECT received_ms FROM record_block WHERE seq >= ? ORDER BY seq LIMIT 1')
    .pluck()
  let low = 1
  let high = 1 + (db.prepare<[], number | null>('SELECT max(seq) FROM record_block').pluck().get() ?? 0)
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    if ((arrived.get(middle) ?? Number.POSITIVE_INFINITY) < atMs) low = middle + 1
    else high = middle
  }
  return low
}
