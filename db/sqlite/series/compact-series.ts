/** Owns dropping what is too old from the series tables, a bounded number of rows at a time. */
import type { SeriesStore } from '@/db/contracts/series-store'
import type { Connection } from '@/db/sqlite/connection'
import { LEVEL_NUMBER } from '@/db/sqlite/series/levels'
import { BUCKET_LEVELS, BUCKET_SIZE_MS } from '@/lib/domain/time'

type CompactLimits = Parameters<SeriesStore['compact']>[0]

/** Pages given back to the file system after a step. */
const VACUUM_PAGES = 256

/** Makes the two halves of a step: the deletion (inside a transaction), and giving the room back (outside). */
export function prepareCompaction(db: Connection) {
  const nextSeries = db.prepare<[number, number], { version_id: number; profile_id: number }>(
    `SELECT version_id, profile_id FROM summary WHERE (version_id, profile_id) > (?, ?)
     ORDER BY version_id, profile_id LIMIT 1`,
  )
  const lastOfStep = db
    .prepare<[number, number, number, number, number], number>(
      `SELECT max(start_ms) FROM (SELECT start_ms FROM summary
       WHERE version_id = ? AND profile_id = ? AND level = ? AND start_ms <= ? ORDER BY start_ms LIMIT ?)`,
    )
    .pluck()
  const dropBuckets = db.prepare(
    'DELETE FROM summary WHERE version_id = ? AND profile_id = ? AND level = ? AND start_ms <= ?',
  )
  const dropPending = db.prepare(
    `DELETE FROM pending_label WHERE (model_id, prediction_id) IN
     (SELECT model_id, prediction_id FROM pending_label WHERE received_ms < ? LIMIT ?)`,
  )
  const dropJoined = db.prepare(
    `DELETE FROM joined_label WHERE (model_id, prediction_id) IN
     (SELECT model_id, prediction_id FROM joined_label WHERE record_ms < ? LIMIT ?)`,
  )

  return {
    /** Deletes up to about `maxRows` rows (whole buckets) and returns how many. */
    deleteStep(limits: CompactLimits, maxRows: number): number {
      const endBy = { minute: limits.minuteMs, hour: limits.hourMs, day: limits.dayMs }
      let deleted = 0
      let series = nextSeries.get(-1, -1)
      while (series && deleted < maxRows) {
        for (const level of BUCKET_LEVELS) {
          if (deleted >= maxRows) break
          const newestStart = endBy[level] - BUCKET_SIZE_MS[level]
          const key = [series.version_id, series.profile_id, LEVEL_NUMBER[level]] as const
          const until = lastOfStep.get(...key, newestStart, maxRows - deleted)
          if (until !== null && until !== undefined) deleted += dropBuckets.run(...key, until).changes
        }
        series = nextSeries.get(series.version_id, series.profile_id)
      }
      if (deleted < maxRows) deleted += dropPending.run(limits.pendingLabelMs, maxRows - deleted).changes
      // A label can be corrected as long as its record's day bucket is kept.
      if (deleted < maxRows) deleted += dropJoined.run(limits.dayMs, maxRows - deleted).changes
      return deleted
    },

    giveBackRoom(): void {
      db.pragma(`incremental_vacuum(${VACUUM_PAGES})`)
    },
  }
}
