/** Owns reading and deleting evaluations. */
import { and, asc, eq, gte, inArray, lt, type SQL, sql } from 'drizzle-orm'
import type { EvaluationQuery, EvaluationRecords, EvaluationRow } from '@/db/contracts/evaluation-records'
import { fromJson, type Handle } from '@/db/sqlite/metadata/database'
import { toColumnRef } from '@/db/sqlite/metadata/monitor-queries'
import { evaluations, monitorStates } from '@/db/sqlite/schema/evaluations'
import { monitors } from '@/db/sqlite/schema/profiles'

const FIELDS = {
  id: evaluations.id,
  versionId: evaluations.versionId,
  monitorId: evaluations.monitorId,
  windowStartMs: evaluations.windowStartMs,
  windowEndMs: evaluations.windowEndMs,
  revision: evaluations.revision,
  verdict: evaluations.verdict,
  value: evaluations.value,
  limit: evaluations.limit,
  n: evaluations.n,
  nReference: evaluations.nReference,
  pValue: evaluations.pValue,
  pCorrected: evaluations.pCorrected,
  reason: evaluations.reason,
  historical: evaluations.historical,
  evaluatedMs: evaluations.evaluatedMs,
  metric: monitors.metric,
  family: monitors.family,
  columnName: monitors.columnName,
}

interface JoinedRow extends Omit<EvaluationRow, 'column' | 'detail'> {
  readonly family: NonNullable<EvaluationRow['column']>['family'] | null
  readonly columnName: string | null
  readonly detail: string | null
}

/** A row as pages know it. */
export function toEvaluationRow({ family, columnName, detail, ...row }: JoinedRow): EvaluationRow {
  return {
    ...row,
    column: toColumnRef({ family, columnName }),
    detail: detail === null ? {} : fromJson(detail),
  }
}

type EvaluationQueries = Omit<EvaluationRecords, 'commitVerdict' | 'listTraces'>

/** A replaced profile's monitors have rows of the same windows: only those of the active one speak. */
const IS_OF_PROFILE = sql`${monitors.profileId} = (SELECT profile_id FROM version WHERE version.id = ${monitors.versionId})`
/** Those of slices speak only where they are asked for. */
const IS_ACTIVE = sql`${IS_OF_PROFILE} AND ${monitors.sliceId} IS NULL`

/** Names of the selected columns, in order. */
const CELLS = [...Object.keys(FIELDS), 'detail']

/** A raw row under its names; the order of `FIELDS` is the guarantee of its shape. */
function fromCells(cells: readonly unknown[]): JoinedRow {
  const row: Record<string, unknown> = {}
  for (let i = 0; i < CELLS.length; i++) row[CELLS[i] as string] = cells[i]
  row.historical = row.historical === 1
  return row as unknown as JoinedRow
}

/** Looked up row by row, so that a list without details never touches their table. */
const DETAIL = sql<
  string | null
>`(SELECT detail FROM evaluation_detail WHERE evaluation_id = ${evaluations.id})`

/** Evaluations with what they are about; rows are read by `toEvaluationRow`. */
export function selectEvaluations(orm: Handle['orm'], withDetail: boolean) {
  return orm
    .select({ ...FIELDS, detail: withDetail ? DETAIL : sql<string | null>`NULL` })
    .from(evaluations)
    .innerJoin(monitors, eq(monitors.id, evaluations.monitorId))
}

export function createEvaluationQueries({ db, orm, units }: Handle): EvaluationQueries {
  const selectRows = (withDetail: boolean) => selectEvaluations(orm, withDetail)

  /** Monitors that a query speaks of, or null for all of its versions. */
  function listMonitorIds(query: EvaluationQuery): number[] | null {
    if (query.monitorId !== undefined) return [query.monitorId]
    if (!query.column && query.metric === undefined) return null
    const wanted: (SQL | undefined)[] = [inArray(monitors.versionId, [...query.versionIds]), IS_ACTIVE]
    if (query.column) {
      wanted.push(eq(monitors.family, query.column.family), eq(monitors.columnName, query.column.name))
    }
    if (query.metric !== undefined) wanted.push(sql`${monitors.metric} = ${query.metric}`)
    const rows = orm
      .select({ id: monitors.id })
      .from(monitors)
      .where(and(...wanted))
      .all()
    return rows.map(({ id }) => id)
  }

  function list(query: EvaluationQuery): EvaluationRow[] {
    const monitorIds = listMonitorIds(query)
    const wanted: (SQL | undefined)[] = [
      sql`${evaluations.isNewest} = 1`,
      gte(evaluations.windowStartMs, query.range.startMs),
      lt(evaluations.windowStartMs, query.range.endMs),
    ]
    if (monitorIds) {
      // The unary plus keeps the planner on the monitors' own index: it is the narrower one.
      wanted.push(inArray(evaluations.monitorId, monitorIds))
      wanted.push(sql`+${evaluations.versionId} IN ${[...query.versionIds]}`)
    } else {
      const speaks = query.withSlices === true ? IS_OF_PROFILE : IS_ACTIVE
      wanted.push(inArray(evaluations.versionId, [...query.versionIds]), speaks)
    }
    if (query.after) {
      const { windowStartMs, id } = query.after
      wanted.push(sql`(${evaluations.windowStartMs}, ${evaluations.id}) > (${windowStartMs}, ${id})`)
    }
    const { sql: text, params } = selectRows(query.withDetail)
      .where(and(...wanted))
      .orderBy(asc(evaluations.windowStartMs), asc(evaluations.id))
      .limit(query.limit)
      .toSQL()
    // A year of windows is tens of thousands of rows: the builder's own mapping costs many times the reading.
    return db
      .prepare(text)
      .raw()
      .all(...params)
      .map((row) => toEvaluationRow(fromCells(row as unknown[])))
  }

  return {
    listEvaluations: (query) => units.read(() => (query.versionIds.length === 0 ? [] : list(query))),
    findEvaluation: (evaluationId) =>
      units.read(() => {
        const row = selectRows(true).where(eq(evaluations.id, evaluationId)).get()
        return row ? toEvaluationRow(row) : null
      }),
    latestEvaluations: (versionIds) =>
      units.read(() => {
        const newest = sql`(SELECT e.id FROM evaluation AS e WHERE e.monitor_id = ${monitors.id}
          ORDER BY e.window_start_ms DESC, e.revision DESC LIMIT 1)`
        return selectRows(true)
          .where(
            and(inArray(monitors.versionId, [...versionIds]), IS_ACTIVE, sql`${evaluations.id} = ${newest}`),
          )
          .orderBy(asc(monitors.id))
          .all()
          .map(toEvaluationRow)
      }),
    listRevisions: (monitorId, windowStartMs) =>
      units.read(() =>
        selectRows(true)
          .where(and(eq(evaluations.monitorId, monitorId), eq(evaluations.windowStartMs, windowStartMs)))
          .orderBy(asc(evaluations.revision))
          .all()
          .map(toEvaluationRow),
      ),
    listMonitorStates: (versionId) =>
      units.read(() =>
        orm
          .select({ state: monitorStates })
          .from(monitorStates)
          .innerJoin(monitors, eq(monitors.id, monitorStates.monitorId))
          .where(eq(monitors.versionId, versionId))
          .orderBy(asc(monitorStates.monitorId))
          .all()
          .map(({ state: { memory, ...state } }) => ({
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
