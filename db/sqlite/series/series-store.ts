/** Owns bucket summaries and stage positions on SQLite; knows of a summary only how to merge two. */
import type { LogPosition } from '@/db/contracts/log-store'
import type {
  JoinedLabel,
  SeriesCommit,
  SeriesStore,
  SummaryDelta,
  SummaryKey,
} from '@/db/contracts/series-store'
import type { Connection } from '@/db/sqlite/connection'
import { prepareCompaction } from '@/db/sqlite/series/compact-series'
import { LEVEL_NUMBER } from '@/db/sqlite/series/levels'
import { prepareSummaryReads } from '@/db/sqlite/series/read-summaries'
import { prepareSeriesStatements, type SeriesStatements } from '@/db/sqlite/series/series-statements'
import type { Units } from '@/db/sqlite/unit-of-work'
import { AppError } from '@/lib/domain/errors'
import { BUCKET_SIZE_MS, DAY_MS } from '@/lib/domain/time'

/** How encoded summaries are added and taken back: `lib/summary/codec.ts`. */
export interface SummaryArithmetic {
  mergeEncoded(a: Uint8Array, b: Uint8Array): Uint8Array
  subtractEncoded(a: Uint8Array, b: Uint8Array): Uint8Array
}

const keyOf = ({ versionId, profileId, level, startMs, columnId }: SummaryKey) =>
  [versionId, profileId, LEVEL_NUMBER[level], startMs, columnId] as const

const isSamePosition = (a: LogPosition | null, b: LogPosition | null) =>
  a?.day === b?.day && a?.seq === b?.seq

type JoinedRow = Omit<JoinedLabel, 'slices'> & { readonly slices: string | null }

function toJoined({ slices, ...row }: JoinedRow): JoinedLabel {
  // Written above, as a list of numbers.
  return slices === null ? row : { ...row, slices: JSON.parse(slices) as number[] }
}

function applyDeltas(
  sql: SeriesStatements,
  deltas: readonly SummaryDelta[],
  arithmetic: SummaryArithmetic,
): void {
  for (const { key, bytes } of deltas) {
    const stored = sql.summary.get(...keyOf(key))
    sql.setSummary.run(...keyOf(key), stored ? arithmetic.mergeEncoded(stored, bytes) : bytes)
  }
}

function applyRetractions(
  sql: SeriesStatements,
  deltas: readonly SummaryDelta[],
  arithmetic: SummaryArithmetic,
): void {
  for (const { key, bytes } of deltas) {
    const stored = sql.summary.get(...keyOf(key))
    // A bucket that retention dropped has nothing to take back from.
    if (stored) sql.setSummary.run(...keyOf(key), arithmetic.subtractEncoded(stored, bytes))
  }
}

/** Remembers which buckets were filled long after their time, so that retention does not drop them at once. */
function noteLateArrival(sql: SeriesStatements, { deltas, arrivedMs }: SeriesCommit): void {
  if (arrivedMs === undefined) return
  const noted = new Set<string>()
  for (const { key } of deltas) {
    const { versionId, profileId, level, startMs } = key
    if (arrivedMs - (startMs + BUCKET_SIZE_MS[level]) <= DAY_MS) continue
    const bucket = `${versionId}/${profileId}/${level}/${startMs}`
    if (noted.has(bucket)) continue
    noted.add(bucket)
    sql.arriveLate.run(versionId, profileId, LEVEL_NUMBER[level], startMs, arrivedMs)
  }
}

function applyCommit(sql: SeriesStatements, change: SeriesCommit, arithmetic: SummaryArithmetic): void {
  const stored = sql.position.get(change.stage) ?? null
  if (!isSamePosition(stored, change.from)) {
    throw new AppError('conflict', `Stage ${change.stage} has moved on since its input was read.`, {
      reason: 'position_moved',
    })
  }
  applyDeltas(sql, change.deltas, arithmetic)
  applyRetractions(sql, change.retractions ?? [], arithmetic)
  for (const window of change.dueWindows) {
    sql.touchDue.run(window.versionId, window.startMs, window.endMs, window.dueMs, window.backfill ? 1 : 0)
  }
  noteLateArrival(sql, change)
  for (const label of change.joined ?? []) {
    const slices = label.slices === undefined ? null : JSON.stringify(label.slices)
    sql.join.run({ ...label, slices, keepFromMs: Math.max(label.recordMs, change.arrivedMs ?? 0) })
  }
  for (const label of change.pending ?? []) sql.addPending.run(label)
  for (const { modelId, predictionId } of change.noLongerPending ?? [])
    sql.dropPending.run(modelId, predictionId)
  for (const event of change.pendingEvents ?? []) sql.addPendingEvent.run(event)
  for (const { modelId, predictionId } of change.noLongerPendingEvents ?? [])
    sql.dropPendingEvents.run(modelId, predictionId)
  for (const seen of change.seen ?? []) sql.see.run(seen)
  sql.setPosition.run(change.stage, change.to.day, change.to.seq)
}

/** The series store on a migrated database. */
export function createSeriesStore(db: Connection, units: Units, arithmetic: SummaryArithmetic): SeriesStore {
  const sql = prepareSeriesStatements(db)
  const reads = prepareSummaryReads(db)
  const compaction = prepareCompaction(db)
  return {
    position: (stage) => units.read(() => sql.position.get(stage) ?? null),
    commit: (change) => units.write(() => applyCommit(sql, change, arithmetic)),
    read: (query) => units.read(() => reads.read(query)),
    listStarts: (query) => units.read(() => reads.listStarts(query)),
    listDue: (nowMs, limit) =>
      units.read(() =>
        sql.listDue.all(nowMs, limit).map((row) => ({ ...row, backfill: row.backfill === 1 })),
      ),
    oldestLiveDue: (nowMs) => units.read(() => sql.oldestLiveDue.get(nowMs) ?? null),
    addDue: (windows) =>
      units.write(() => {
        for (const window of windows) {
          sql.touchDue.run(
            window.versionId,
            window.startMs,
            window.endMs,
            window.dueMs,
            window.backfill ? 1 : 0,
          )
        }
      }),
    findJoined: (modelId, predictionIds) =>
      units.read(() => {
        const rows = sql.findJoined.all(JSON.stringify(predictionIds), modelId)
        return new Map(rows.map((row) => [row.predictionId, toJoined(row)]))
      }),
    findPending: (modelId, predictionIds) =>
      units.read(() => {
        const rows = sql.findPending.all(JSON.stringify(predictionIds), modelId)
        return new Map(rows.map((row) => [row.predictionId, row]))
      }),
    countPending: (modelId) => units.read(() => sql.countPending.get(modelId) ?? 0),
    findPendingEvents: (modelId, predictionIds) =>
      units.read(() => sql.findPendingEvents.all(JSON.stringify(predictionIds), modelId)),
    countPendingEvents: (modelId) => units.read(() => sql.countPendingEvents.get(modelId) ?? 0),
    async compact(limits, maxRows) {
      const deleted = await units.write(() => compaction.deleteStep(limits, maxRows))
      if (deleted > 0) compaction.giveBackRoom()
      return deleted
    },
    async clear(versionId, profileId) {
      await units.write(() => {
        sql.clear.run(versionId, profileId)
        sql.clearLate.run(versionId, profileId)
      })
    },
    size: () => units.read(() => sql.size.get() ?? { summaries: 0, bytes: 0 }),
  }
}
