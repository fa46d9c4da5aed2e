/** Owns reading and deleting evaluations. */
import type { Statement } from 'better-sqlite3'
import { and, asc, eq, fillPlaceholders, gte, inArray, lt, type SQL, sql } from 'drizzle-orm'
import type {
  ArrivalRow,
  EvaluationQuery,
  EvaluationRecords,
  EvaluationRow,
  ExcessRow,
} from '@/db/contracts/evaluation-records'
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

type EvaluationQueries = Omit<EvaluationRecords, 'commitVerdicts' | 'listTraces'>

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

/** Named lists of one query; their lengths are part of its text. */
interface ListShape {
  readonly withDetail: boolean
  readonly versions: number
  /** null: all monitors of the versions. */
  readonly monitors: number | null
  readonly isAfter: boolean
  readonly withSlices: boolean
}

const named = (name: string, count: number) =>
  Array.from({ length: count }, (_, i) => sql.placeholder(`${name}${i}`))
const withNames = (name: string, values: readonly number[]) =>
  values.map((value, i) => [`${name}${i}`, value])

/** The text of a list, with places for its values. */
function composeList(orm: Handle['orm'], shape: ListShape) {
  const versionIds = named('version', shape.versions)
  const wanted: (SQL | undefined)[] = [
    sql`${evaluations.isNewest} = 1`,
    gte(evaluations.windowStartMs, sql.placeholder('startMs')),
    lt(evaluations.windowStartMs, sql.placeholder('endMs')),
  ]
  if (shape.monitors === null) {
    wanted.push(inArray(evaluations.versionId, versionIds), shape.withSlices ? IS_OF_PROFILE : IS_ACTIVE)
  } else {
    // The unary plus keeps the planner on the monitors' own index: it is the narrower one.
    wanted.push(inArray(evaluations.monitorId, named('monitor', shape.monitors)))
    wanted.push(sql`+${evaluations.versionId} IN ${versionIds}`)
  }
  if (shape.isAfter) {
    const after = sql`(${sql.placeholder('afterMs')}, ${sql.placeholder('afterId')})`
    wanted.push(sql`(${evaluations.windowStartMs}, ${evaluations.id}) > ${after}`)
  }
  return selectEvaluations(orm, shape.withDetail)
    .where(and(...wanted))
    .orderBy(asc(evaluations.windowStartMs), asc(evaluations.id))
    .limit(sql.placeholder('limit'))
    .toSQL()
}

/** Lists come in few shapes; whoever asks for thousands of versions at once should not fill memory with their texts. */
const MAX_PREPARED = 200

export function createEvaluationQueries({ db, orm, units }: Handle): EvaluationQueries {
  const selectRows = (withDetail: boolean) => selectEvaluations(orm, withDetail)
  /** Composing and preparing one costs as much as reading hundreds of rows, and a tick asks for thousands of lists. */
  const prepared = new Map<string, { readonly statement: Statement; readonly params: unknown[] }>()

  function prepareList(shape: ListShape) {
    const key = JSON.stringify(shape)
    const known = prepared.get(key)
    if (known) return known
    if (prepared.size >= MAX_PREPARED) prepared.clear()
    const { sql: text, params } = composeList(orm, shape)
    // A year of windows is tens of thousands of rows: the builder's own mapping costs many times the reading.
    const made = { statement: db.prepare(text).raw(), params }
    prepared.set(key, made)
    return made
  }

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

  const monitorsOf = orm
    .select({ id: monitors.id })
    .from(monitors)
    .where(
      and(
        eq(monitors.versionId, sql.placeholder('versionId')),
        IS_ACTIVE,
        sql`(${sql.placeholder('anyMetric')} OR ${monitors.metric} = ${sql.placeholder('metric')})`,
        sql`(${sql.placeholder('anyColumn')} OR (${monitors.family} = ${sql.placeholder('family')}
          AND ${monitors.columnName} = ${sql.placeholder('name')}))`,
      ),
    )
    .prepare()

  /** Monitors that a query speaks of, or null for all of its versions. */
  function listMonitorIds({ monitorId, column, metric, versionIds }: EvaluationQuery): number[] | null {
    if (monitorId !== undefined) return [monitorId]
    if (!column && metric === undefined) return null
    const meant = {
      anyMetric: metric === undefined ? 1 : 0,
      metric: metric ?? null,
      anyColumn: column ? 0 : 1,
      family: column?.family ?? null,
      name: column?.name ?? null,
    }
    return versionIds.flatMap((versionId) => monitorsOf.all({ versionId, ...meant }).map(({ id }) => id))
  }

  function list(query: EvaluationQuery): EvaluationRow[] {
    const { versionIds, range, limit, after, withDetail } = query
    const monitorIds = listMonitorIds(query)
    if (monitorIds?.length === 0) return []
    const { statement, params } = prepareList({
      withDetail,
      versions: versionIds.length,
      monitors: monitorIds?.length ?? null,
      isAfter: after !== undefined,
      withSlices: query.withSlices === true,
    })
    const values = {
      ...range,
      limit,
      afterMs: after?.windowStartMs,
      afterId: after?.id,
      ...Object.fromEntries([...withNames('version', versionIds), ...withNames('monitor', monitorIds ?? [])]),
    }
    return statement
      .all(...fillPlaceholders(params, values))
      .map((row) => toEvaluationRow(fromCells(row as unknown[])))
  }

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
        const row = selectRows(true).where(eq(evaluations.id, evaluationId)).get()
        return row ? toEvaluationRow(row) : null
      }),
    listExcesses: (evaluationIds) => units.read(() => excessesOf.all(JSON.stringify(evaluationIds))),
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
