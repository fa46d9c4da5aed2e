/** Owns reading what was refused: kept records and counts. */
import type { LogReader, QuarantinedRecord } from '@/db/contracts/log-store'
import type { PartitionReaders } from '@/db/sqlite/log/partition-readers'
import { HOUR_MS, utcDay } from '@/lib/domain/time'

type QuarantineQuery = Parameters<LogReader['listQuarantine']>[0]
type RefusalCount = Awaited<ReturnType<LogReader['countQuarantine']>>[number]

/** Kept refusals, newest first. */
export function listRefusals(readers: PartitionReaders, query: QuarantineQuery): QuarantinedRecord[] {
  const rows: QuarantinedRecord[] = []
  for (const day of readers.listDays().reverse()) {
    if (query.before && day > query.before.day) continue
    const beforeSeq = query.before?.day === day ? query.before.seq : Number.MAX_SAFE_INTEGER
    const found =
      readers
        .get(day)
        ?.prepare<[number, string | null, string | null, number], Omit<QuarantinedRecord, 'day'>>(
          `SELECT seq, received_ms AS receivedMs, model, code, field, message, prediction_id AS predictionId, raw
           FROM quarantine WHERE seq < ? AND (? IS NULL OR model = ?) ORDER BY seq DESC LIMIT ?`,
        )
        .all(beforeSeq, query.model ?? null, query.model ?? null, query.limit - rows.length) ?? []
    for (const row of found) rows.push({ day, ...row })
    if (rows.length >= query.limit) break
  }
  return rows
}

/** Refusals of the hours that reach beyond `sinceMs`, by model and code, largest first. */
export function countRefusals(readers: PartitionReaders, sinceMs: number): RefusalCount[] {
  const counts = new Map<string, RefusalCount>()
  const firstDay = utcDay(Math.max(0, sinceMs))
  for (const day of readers.listDays()) {
    if (day < firstDay) continue
    const rows =
      readers
        .get(day)
        ?.prepare<[number, number], { model: string; code: string; count: number; lastMs: number }>(
          `SELECT model, code, sum(count) AS count, max(last_ms) AS lastMs FROM refusal_count
           WHERE hour_ms > ? AND last_ms >= ? GROUP BY model, code`,
        )
        .all(sinceMs - HOUR_MS, sinceMs) ?? []
    for (const { model, code, count, lastMs } of rows) {
      const key = `${model}\u0000${code}`
      const earlier = counts.get(key)
      counts.set(key, {
        model: model === '' ? null : model,
        code,
        count: count + (earlier?.count ?? 0),
        lastMs: Math.max(lastMs, earlier?.lastMs ?? 0),
      })
    }
  }
  return [...counts.values()].sort((a, b) => b.count - a.count)
}
