/** Owns reading what was refused: kept records and counts. */
import type { LogReader, QuarantinedRecord } from '@/db/contracts/log-store'
import type { Connection } from '@/db/sqlite/connection'
import type { PartitionReaders } from '@/db/sqlite/log/partition-readers'
import type { RefusalOrigin } from '@/lib/domain/record'
import { HOUR_MS, utcDay } from '@/lib/domain/time'

type QuarantineQuery = Parameters<LogReader['listQuarantine']>[0]
type RefusalCount = Awaited<ReturnType<LogReader['countQuarantine']>>[number]

/** Kept refusals, newest first. */
export function listRefusals(readers: PartitionReaders, query: QuarantineQuery): QuarantinedRecord[] {
  const rows: QuarantinedRecord[] = []
  for (const day of readers.listDays().reverse()) {
    if (query.before && day > query.before.day) continue
    const beforeSeq = query.before?.day === day ? query.before.seq : Number.MAX_SAFE_INTEGER
    const { model = null, code = null } = query
    const db = readers.get(day)
    const found =
      db
        ?.prepare<[number, string | null, string | null, string | null, string | null, number], Row>(
          `${selectFrom(db)} WHERE quarantine.seq < ? AND (? IS NULL OR quarantine.model = ?)
           AND (? IS NULL OR code = ?) ORDER BY quarantine.seq DESC LIMIT ?`,
        )
        .all(beforeSeq, model, model, code, code, query.limit - rows.length) ?? []
    for (const row of found) rows.push(toRecord(day, row))
    if (rows.length >= query.limit) break
  }
  return rows
}

/** The kept refusals at these places; those that are gone are absent. */
export function findRefusals(
  readers: PartitionReaders,
  places: readonly { day: string; seq: number }[],
): QuarantinedRecord[] {
  return places.flatMap(({ day, seq }) => {
    const db = readers.get(day)
    const row = db?.prepare<[number], Row>(`${selectFrom(db)} WHERE quarantine.seq = ?`).get(seq)
    return row ? [toRecord(day, row)] : []
  })
}

type Row = Omit<QuarantinedRecord, 'day' | 'origin'> &
  Pick<RefusalOrigin, 'kind' | 'rules' | 'id'> & {
    state: RefusalOrigin['state'] | null
    pathModel: string | null
    around: string | null
  }

function toRecord(day: string, row: Row): QuarantinedRecord {
  const { kind, state, pathModel, around, rules, id, ...rest } = row
  const origin: RefusalOrigin | null =
    state === null
      ? null
      : { kind, state, model: pathModel, around: around === null ? null : JSON.parse(around), rules, id }
  return { day, ...rest, origin }
}

const COLUMNS = `quarantine.seq, received_ms AS receivedMs, quarantine.model, code, field, message,
  prediction_id AS predictionId, raw`

/** Files of before origins were kept have no table of them. */
function selectFrom(db: Connection): string {
  const hasOrigins =
    db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'refusal_origin'").get() !== undefined
  return hasOrigins
    ? `SELECT ${COLUMNS}, kind, state, refusal_origin.model AS pathModel, around, rules, id
       FROM quarantine LEFT JOIN refusal_origin ON refusal_origin.seq = quarantine.seq`
    : `SELECT ${COLUMNS}, NULL AS kind, NULL AS state, NULL AS pathModel, NULL AS around, NULL AS rules, NULL AS id
       FROM quarantine`
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
