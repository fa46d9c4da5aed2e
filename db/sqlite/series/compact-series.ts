/** Owns dropping what is too old from the series tables, a bounded number of rows at a time. */
import type { SeriesStore } from '@/db/contracts/series-store'
import type { Connection } from '@/db/sqlite/connection'
import { LEVEL_NUMBER } from '@/db/sqlite/series/levels'
import { STARTS } from '@/db/sqlite/series/read-summaries'
import { BUCKET_LEVELS, BUCKET_SIZE_MS, type BucketLevel } from '@/lib/domain/time'

type CompactLimits = Parameters<SeriesStore['compact']>[0]

/** Pages given back to the file system after a step. */
const VACUUM_PAGES = 256

/** Makes the two halves of a step: the deletion (inside a transaction), and giving the room back (outside). */
export function prepareCompaction(db: Connection) {
  const nextSeries = db.prepare<[number, number], { version_id: number; profile_id: number }>(
    `SELECT version_id, profile_id FROM summary WHERE (version_id, profile_id) > (?, ?)
     ORDER BY version_id, profile_id LIMIT 1`,
  )
  const droppable = db
    .prepare<[object], number>(
      `${STARTS} SELECT starts.start_ms FROM starts LEFT JOIN late_bucket AS late
       ON late.version_id = @versionId AND late.profile_id = @profileId AND late.level = @level
       AND late.start_ms = starts.start_ms
       WHERE starts.start_ms IS NOT NULL AND coalesce(late.arrived_ms, 0) < @keepMs LIMIT @limit`,
    )
    .pluck()
  const dropBucket = db.prepare(
    'DELETE FROM summary WHERE version_id = ? AND profile_id = ? AND level = ? AND start_ms = ?',
  )
  const dropLate = db.prepare(
    'DELETE FROM late_bucket WHERE version_id = ? AND profile_id = ? AND level = ? AND start_ms = ?',
  )
  const dropPending = db.prepare(
    `DELETE FROM pending_label WHERE (model_id, prediction_id) IN
     (SELECT model_id, prediction_id FROM pending_label WHERE received_ms < ? LIMIT ?)`,
  )
  const dropPendingEvents = db.prepare(
    `DELETE FROM pending_event WHERE (model_id, prediction_id, event) IN
     (SELECT model_id, prediction_id, event FROM pending_event WHERE received_ms < ? LIMIT ?)`,
  )
  const dropJoined = db.prepare(
    `DELETE FROM joined_label WHERE (model_id, prediction_id) IN
     (SELECT model_id, prediction_id FROM joined_label WHERE keep_from_ms < ? LIMIT ?)`,
  )

  /** Drops buckets of one series and level that ended, and arrived, before `keepMs`; returns rows deleted. */
  function dropBuckets(
    versionId: number,
    profileId: number,
    level: BucketLevel,
    keepMs: number,
    maxRows: number,
  ): number {
    const key = { versionId, profileId, level: LEVEL_NUMBER[level] }
    // A bucket that ends exactly at the instant goes: ranges are half open.
    const range = { startMs: Number.MIN_SAFE_INTEGER, endMs: keepMs - BUCKET_SIZE_MS[level] + 1 }
    let deleted = 0
    for (const start of droppable.all({ ...key, ...range, keepMs, limit: maxRows })) {
      if (deleted >= maxRows) break
      deleted += dropBucket.run(versionId, profileId, key.level, start).changes
      dropLate.run(versionId, profileId, key.level, start)
    }
    return deleted
  }

  return {
    /** Deletes up to about `maxRows` rows (whole buckets) and returns how many. */
    deleteStep(limits: CompactLimits, maxRows: number): number {
      const endBy = { minute: limits.minuteMs, hour: limits.hourMs, day: limits.dayMs }
      let deleted = 0
      let series = nextSeries.get(-1, -1)
      while (series && deleted < maxRows) {
        for (const level of BUCKET_LEVELS) {
          if (deleted >= maxRows) break
          deleted += dropBuckets(series.version_id, series.profile_id, level, endBy[level], maxRows - deleted)
        }
        series = nextSeries.get(series.version_id, series.profile_id)
      }
      if (deleted < maxRows) deleted += dropPending.run(limits.pendingLabelMs, maxRows - deleted).changes
      if (deleted < maxRows)
        deleted += dropPendingEvents.run(limits.pendingLabelMs, maxRows - deleted).changes
      // A label can be corrected as long as its record's day bucket is kept.
      if (deleted < maxRows) deleted += dropJoined.run(limits.dayMs, maxRows - deleted).changes
      return deleted
    },

    giveBackRoom(): void {
      db.pragma(`incremental_vacuum(${VACUUM_PAGES})`)
    },
  }
}
