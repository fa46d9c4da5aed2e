/** Owns reading and deleting evaluations. */
import { and, asc, eq, inArray, lt, sql } from 'drizzle-orm'
import type { ArrivalRow, EvaluationRecords, ExcessRow } from '@/db/contracts/evaluation-records'
import { fromJson, type Handle } from '@/db/sqlite/metadata/database'
import { prepareEvaluationLists } from '@/db/sqlite/metadata/evaluation-lists'
import { IS_ACTIVE, selectEvaluations, toEvaluationRow } from '@/db/sqlite/metadata/evaluation-rows'
import { evaluations, monitorStates } from '@/db/sqlite/schema/evaluations'
import { monitors } from '@/db/sqlite/schema/profiles'

type EvaluationQueries = Omit<EvaluationRecords, 'commitVerdicts' | 'listTraces'>

export function createEvaluationQueries({ db, orm, units }: Handle): EvaluationQueries {
  const selectRows = () => selectEvaluations(orm, true)
  const list = prepareEvaluationLists({ db, orm })

  /** A month of windows for every version that has labels: hundreds of thousands of rows a tick, so no wider than needed. */
  const arrivalsOf = db.prepare<
    [string, number, number],
    Omit<ArrivalRow, 'historical'> & { readonly historical: number }
  >(
    `SELECT monitor_id AS monitorId, window_start_ms AS windowStartMs, window_end_ms AS windowEndMs, verdict, value,
       (SELECT json_extract(detail, '$.delayMs') FROM evaluation_detail WHERE evaluation_id = evaluation.id) AS delayMs,
       historical, evaluated_ms AS evaluatedMs
     FROM evaluation
     WHERE monitor_id IN (SELECT value FROM json_each(?)) AND window_start_ms >= ? AND window_start_ms < ?
     AND is_newest = 1
     ORDER BY monitor_id, window_start_ms`,
  )

  /** A month of hours of all slices of a version is half a million rows. */
  const pValuesOf = db.prepare<
    [string, number, number],
    { readonly windowStartMs: number; readonly pValue: number }
  >(
    `SELECT window_start_ms AS windowStartMs, p_value AS pValue FROM evaluation
     WHERE monitor_id IN (SELECT value FROM json_each(?)) AND window_start_ms >= ? AND window_start_ms < ?
     AND is_newest = 1 AND p_value IS NOT NULL`,
  )

  /** Every open alert has one. */
  const excessesOf = db.prepare<[string], ExcessRow>(
    `SELECT id AS evaluationId, verdict, value, limit_value AS "limit",
       (SELECT json_extract(detail, '$.limitRatio') FROM evaluation_detail WHERE evaluation_id = evaluation.id) AS told
     FROM evaluation WHERE id IN (SELECT value FROM json_each(?))`,
  )

  const statesOf = orm
    .select({ state: monitorStates })
    .from(monitorStates)
    .innerJoin(monitors, eq(monitors.id, monitorStates.monitorId))
    .where(eq(monitors.versionId, sql.placeholder('versionId')))
    .orderBy(asc(monitorStates.monitorId))
    .prepare()

  return {
    listEvaluations: (query) => units.read(() => (query.versionIds.length === 0 ? [] : list(query))),
    listArrivals: (monitorIds, { startMs, endMs }) =>
      units.read(() =>
        arrivalsOf
          .all(JSON.stringify(monitorIds), startMs, endMs)
          .map(({ historical, ...row }) => ({ ...row, historical: historical === 1 })),
      ),
    listPValues: (monitorIds, { startMs, endMs }) =>
      units.read(() => pValuesOf.all(JSON.stringify(monitorIds), startMs, endMs)),
    findEvaluation: (evaluationId) =>
      units.read(() => {
        const row = selectRows().where(eq(evaluations.id, evaluationId)).get()
        return row ? toEvaluationRow(row) : null
      }),
    listExcesses: (evaluationIds) => units.read(() => excessesOf.all(JSON.stringify(evaluationIds))),
    latestEvaluations: (versionIds) =>
      units.read(() => {
        const newest = sql`(SELECT e.id FROM evaluation AS e WHERE e.monitor_id = ${monitors.id}
          ORDER BY e.window_start_ms DESC, e.revision DESC LIMIT 1)`
        return selectRows()
          .where(
            and(inArray(monitors.versionId, [...versionIds]), IS_ACTIVE, sql`${evaluations.id} = ${newest}`),
          )
          .orderBy(asc(monitors.id))
          .all()
          .map(toEvaluationRow)
      }),
    listRevisions: (monitorId, windowStartMs) =>
      units.read(() =>
        selectRows()
          .where(and(eq(evaluations.monitorId, monitorId), eq(evaluations.windowStartMs, windowStartMs)))
          .orderBy(asc(evaluations.revision))
          .all()
          .map(toEvaluationRow),
      ),
    listMonitorStates: (versionId) =>
      units.read(() =>
        statesOf.all({ versionId }).map(({ state: { memory, ...state } }) => ({
          ...state,
          recent: fromJson(state.recent),
          ...(memory === null ? {} : { memory: fromJson(memory) }),
        })),
      ),
    lastEvaluatedWindow: (versionId) =>
      units.read(() => {
        const row = orm
          .select({ start: evaluations.windowStartMs })
          .from(evaluations)
          .where(and(eq(evaluations.versionId, versionId), sql`${evaluations.isNewest} = 1`))
          .orderBy(sql`${evaluations.windowStartMs} DESC`)
          .limit(1)
          .get()
        return row?.start ?? null
      }),
    deleteEvaluationsBefore: (instantMs, maxRows) =>
      units.write(() => {
        const old = orm
          .select({ id: evaluations.id })
          .from(evaluations)
          // History judged today is kept for the retention counted from today.
          .where(and(lt(evaluations.windowStartMs, instantMs), lt(evaluations.evaluatedMs, instantMs)))
          .limit(maxRows)
        return orm.delete(evaluations).where(inArray(evaluations.id, old)).run().changes
      }),
  }
}
