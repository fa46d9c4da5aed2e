/** Owns listing evaluations by what is asked of them: a text for each shape of a list, composed and prepared once. */
import type { Statement } from 'better-sqlite3'
import { and, asc, eq, fillPlaceholders, gte, inArray, lt, type SQL, sql } from 'drizzle-orm'
import type { EvaluationQuery, EvaluationRow } from '@/db/contracts/evaluation-records'
import type { Handle } from '@/db/sqlite/metadata/database'
import {
  fromCells,
  IS_ACTIVE,
  IS_OF_PROFILE,
  selectEvaluations,
  toEvaluationRow,
} from '@/db/sqlite/metadata/evaluation-rows'
import { evaluations } from '@/db/sqlite/schema/evaluations'
import { monitors } from '@/db/sqlite/schema/profiles'

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

/** The list that a query asks for; to be called within a unit of work. */
export function prepareEvaluationLists({
  db,
  orm,
}: Pick<Handle, 'db' | 'orm'>): (query: EvaluationQuery) => EvaluationRow[] {
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

  return (query) => {
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
}
