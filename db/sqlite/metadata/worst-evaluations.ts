/** Owns the worst evaluation of each metric and window: kept up in the transaction of every verdict. */
import type { Connection } from '@/db/sqlite/connection'
import { BREACH_VERDICTS } from '@/lib/domain/evaluation'
import { METRICS } from '@/lib/domain/metric'

/** Metrics that are bad when they fall: the smallest value is the worst. */
const FALLING = METRICS.filter(({ bad }) => bad === 'down')
  .map(({ id }) => `'${id}'`)
  .join(', ')

/** What makes one evaluation worse than another on a chart: how far it went towards its limit, then its value. */
export const WORST_FIRST = worstFirst('evaluation')

/** The same for another table that holds value and limit. */
export function worstFirst(table: 'evaluation' | 'worst_evaluation'): string {
  const id = table === 'evaluation' ? 'evaluation.id' : 'evaluation_id'
  return `
  CASE WHEN monitor.metric IN (${FALLING}) THEN ${table}.limit_value / nullif(${table}.value, 0)
    ELSE ${table}.value / nullif(${table}.limit_value, 0) END DESC NULLS LAST,
  CASE WHEN monitor.metric IN (${FALLING}) THEN -${table}.value ELSE ${table}.value END DESC NULLS LAST,
  ${id}`
}

/** What a point of a chart shows of an evaluation. */
const POINT_COLUMNS = 'monitor_id, window_end_ms, verdict, value, limit_value, n, revision'

/** Chooses anew, for one window, among the newest evaluations of the active profile's monitors. Runs inside the caller's transaction. */
export function prepareWorstEvaluations(db: Connection): (versionId: number, windowStartMs: number) => void {
  const refresh = db.prepare<[object]>(`
    INSERT OR REPLACE INTO worst_evaluation
      (version_id, metric, window_start_ms, evaluation_id, ${POINT_COLUMNS}, judged, breached)
    SELECT @versionId, metric, @windowStartMs, id, ${POINT_COLUMNS}, judged, breached FROM (
      SELECT evaluation.*, monitor.metric,
        row_number() OVER (cell ORDER BY ${WORST_FIRST}) AS place,
        count(*) OVER cell AS judged,
        sum(verdict IN (SELECT value FROM json_each(@breaches))) OVER cell AS breached
      FROM evaluation CROSS JOIN monitor ON monitor.id = evaluation.monitor_id
      WHERE evaluation.version_id = @versionId AND evaluation.window_start_ms = @windowStartMs
        AND evaluation.is_newest = 1
        AND monitor.profile_id = (SELECT profile_id FROM version WHERE version.id = @versionId)
        AND monitor.slice_id IS NULL
      WINDOW cell AS (PARTITION BY monitor.metric)
    ) WHERE place = 1`)
  const breaches = JSON.stringify([...BREACH_VERDICTS])
  return (versionId, windowStartMs) => refresh.run({ versionId, windowStartMs, breaches })
}
