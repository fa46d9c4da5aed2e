/** Owns reading evaluations as traces for charts: the worst of each cell of time. */
import type { EvaluationRecords, TraceCell } from '@/db/contracts/evaluation-records'
import type { Handle } from '@/db/sqlite/metadata/database'
import { toColumnRef } from '@/db/sqlite/metadata/monitor-queries'
import { WORST_FIRST, worstFirst } from '@/db/sqlite/metadata/worst-evaluations'
import { BREACH_VERDICTS } from '@/lib/domain/evaluation'

interface TraceRow extends Omit<TraceCell, 'column'> {
  readonly family: NonNullable<TraceCell['column']>['family'] | null
  readonly columnName: string | null
}

/** What a point needs, and no more: every column of a row is carried through the sort of all windows of all monitors. */
const JUDGED_COLUMNS = [
  'id',
  'version_id',
  'monitor_id',
  'window_start_ms',
  'window_end_ms',
  'value',
  'limit_value',
  'n',
  'verdict',
  'revision',
]
  .map((name) => `evaluation.${name}`)
  .join(', ')

const POINT = `version_id AS versionId, monitor_id AS monitorId, metric, family, column_name AS columnName,
  window_start_ms AS windowStartMs, window_end_ms AS windowEndMs, value, limit_value AS "limit", n, verdict, revision,
  judged, breached`

/** `trace` is what one line of the chart stands for: a monitor's id, or a metric's name. */
function traceSql(trace: 'monitor.id' | 'monitor.metric'): string {
  return `
  WITH judged AS (
    SELECT ${JUDGED_COLUMNS}, monitor.metric, monitor.family, monitor.column_name,
      row_number() OVER (cell ORDER BY ${WORST_FIRST}) AS place,
      count(*) OVER cell AS judged,
      sum(verdict IN (SELECT value FROM json_each(@breaches))) OVER cell AS breached
    FROM monitor CROSS JOIN evaluation ON evaluation.monitor_id = monitor.id
    WHERE monitor.version_id IN (SELECT value FROM json_each(@versionIds))
      AND monitor.profile_id = (SELECT profile_id FROM version WHERE version.id = monitor.version_id)
      AND monitor.slice_id IS @sliceId
      AND monitor.metric IN (SELECT value FROM json_each(@metrics))
      AND (@family IS NULL OR (monitor.family = @family AND monitor.column_name = @columnName))
      AND evaluation.is_newest = 1
      AND evaluation.window_start_ms >= @startMs AND evaluation.window_start_ms < @endMs
    WINDOW cell AS (PARTITION BY monitor.version_id, ${trace}, evaluation.window_start_ms / CAST(@cellMs AS INTEGER))
  )
  SELECT ${POINT} FROM judged WHERE place = 1 ORDER BY window_start_ms, monitor_id LIMIT @limit`
}

/** The same over all columns, from the worst of each window. */
const WORST_SQL = `
  WITH judged AS (
    SELECT worst_evaluation.*, monitor.family, monitor.column_name,
      row_number() OVER (cell ORDER BY ${worstFirst('worst_evaluation')}) AS place,
      sum(judged) OVER cell AS all_judged,
      sum(breached) OVER cell AS all_breached
    FROM json_each(@versionIds) AS asked CROSS JOIN json_each(@metrics) AS wanted
    CROSS JOIN worst_evaluation ON worst_evaluation.version_id = asked.value AND worst_evaluation.metric = wanted.value
      AND window_start_ms >= @startMs AND window_start_ms < @endMs
    CROSS JOIN monitor ON monitor.id = worst_evaluation.monitor_id
    WHERE monitor.profile_id = (SELECT profile_id FROM version WHERE version.id = asked.value)
    WINDOW cell AS (PARTITION BY asked.value, wanted.value, window_start_ms / CAST(@cellMs AS INTEGER))
  )
  SELECT version_id AS versionId, monitor_id AS monitorId, metric, family, column_name AS columnName,
    window_start_ms AS windowStartMs, window_end_ms AS windowEndMs, value, limit_value AS "limit", n, verdict, revision,
    all_judged AS judged, all_breached AS breached
  FROM judged WHERE place = 1 ORDER BY window_start_ms, monitor_id LIMIT @limit`

export function createTraceQueries({ db, units }: Handle): Pick<EvaluationRecords, 'listTraces'> {
  const statements = {
    monitor: db.prepare<[object], TraceRow>(traceSql('monitor.id')),
    metric: db.prepare<[object], TraceRow>(traceSql('monitor.metric')),
    worst: db.prepare<[object], TraceRow>(WORST_SQL),
  }
  return {
    listTraces: ({ versionIds, metrics, column, sliceId, range, cellMs, by, limit }) =>
      units.read(() =>
        statements[by === 'metric' && !column ? 'worst' : by]
          .all({
            versionIds: JSON.stringify(versionIds),
            metrics: JSON.stringify(metrics),
            family: column?.family ?? null,
            columnName: column?.name ?? null,
            sliceId: sliceId ?? null,
            breaches: JSON.stringify([...BREACH_VERDICTS]),
            startMs: range.startMs,
            endMs: range.endMs,
            cellMs: Math.max(1, Math.round(cellMs)),
            limit,
          })
          .map(({ family, columnName, ...row }) => ({ ...row, column: toColumnRef({ family, columnName }) })),
      ),
  }
}
