/** Owns reading summaries by range: whole ranges as they lie, few columns by jumping from bucket to bucket. */
import type { SeriesStore, StoredSummary } from '@/db/contracts/series-store'
import type { Connection } from '@/db/sqlite/connection'
import { LEVEL_NUMBER } from '@/db/sqlite/series/levels'

type SummaryQuery = Parameters<SeriesStore['read']>[0]
type StartsQuery = Parameters<SeriesStore['listStarts']>[0]

/** Up to this many columns it is cheaper to jump to each than to read over the others. */
const MAX_COLUMNS_TO_JUMP = 8

const IN_SERIES = 'version_id = @versionId AND profile_id = @profileId AND level = @level'

/** The starts that have any bucket, found by seeking the next greater one each time. */
export const STARTS = `WITH RECURSIVE starts (start_ms) AS (
  SELECT * FROM (SELECT start_ms FROM summary WHERE ${IN_SERIES} AND start_ms >= @startMs AND start_ms < @endMs
    ORDER BY start_ms LIMIT 1)
  UNION ALL
  SELECT (SELECT next.start_ms FROM summary AS next WHERE ${IN_SERIES} AND next.start_ms > starts.start_ms
    AND next.start_ms < @endMs ORDER BY next.start_ms LIMIT 1) AS start_ms
  FROM starts WHERE starts.start_ms IS NOT NULL)`

/** Makes the reading functions of one connection. */
export function prepareSummaryReads(db: Connection) {
  const range = db.prepare<[object], StoredSummary>(
    `SELECT column_id AS columnId, start_ms AS startMs, bytes FROM summary
     WHERE ${IN_SERIES} AND start_ms >= @startMs AND start_ms < @endMs
     AND (@columns IS NULL OR column_id IN (SELECT value FROM json_each(@columns)))
     ORDER BY start_ms, column_id`,
  )
  const jumping = db.prepare<[object], StoredSummary>(
    `${STARTS} SELECT found.column_id AS columnId, found.start_ms AS startMs, found.bytes
     FROM starts CROSS JOIN json_each(@columns) AS wanted CROSS JOIN summary AS found
     ON found.version_id = @versionId AND found.profile_id = @profileId AND found.level = @level
     AND found.start_ms = starts.start_ms AND found.column_id = wanted.value`,
  )
  const nextProfile = db
    .prepare<[number, number], number>(
      'SELECT profile_id FROM summary WHERE version_id = ? AND profile_id > ? ORDER BY profile_id LIMIT 1',
    )
    .pluck()
  const starts = db
    .prepare<[object], number>(
      `${STARTS} SELECT start_ms FROM starts WHERE start_ms IS NOT NULL LIMIT @limit`,
    )
    .pluck()

  return {
    read(query: SummaryQuery): StoredSummary[] {
      const { versionId, profileId, columnIds } = query
      // A range may be more than a range (a window that is due): nothing else of it may take part.
      const { startMs, endMs } = query.range
      const ids = columnIds ? [...new Set(columnIds)].sort((a, b) => a - b) : null
      const key = { versionId, profileId, level: LEVEL_NUMBER[query.level], startMs, endMs }
      const statement = ids && ids.length <= MAX_COLUMNS_TO_JUMP ? jumping : range
      return statement.all({ ...key, columns: ids && JSON.stringify(ids) })
    },

    listStarts({ versionId, level, range: { startMs, endMs }, limit }: StartsQuery): number[] {
      const found = new Set<number>()
      let profileId = nextProfile.get(versionId, -1)
      while (profileId !== undefined) {
        const key = { versionId, profileId, level: LEVEL_NUMBER[level], startMs, endMs, limit }
        for (const start of starts.all(key)) found.add(start)
        profileId = nextProfile.get(versionId, profileId)
      }
      return [...found].sort((a, b) => a - b).slice(0, limit)
    },
  }
}
