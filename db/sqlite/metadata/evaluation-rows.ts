/** Owns an evaluation as a row of the database, joined with what it is about, and which rows speak. */
import { eq, sql } from 'drizzle-orm'
import type { EvaluationRow } from '@/db/contracts/evaluation-records'
import { fromJson, type Handle } from '@/db/sqlite/metadata/database'
import { toColumnRef } from '@/db/sqlite/metadata/monitor-queries'
import { evaluations } from '@/db/sqlite/schema/evaluations'
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

/** Names of the selected columns, in order. */
const CELLS = [...Object.keys(FIELDS), 'detail']

/** A raw row under its names; the order of `FIELDS` is the guarantee of its shape. */
export function fromCells(cells: readonly unknown[]): JoinedRow {
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

/** A replaced profile's monitors have rows of the same windows: only those of the active one speak. */
export const IS_OF_PROFILE = sql`${monitors.profileId} = (SELECT profile_id FROM version WHERE version.id = ${monitors.versionId})`
/** Those of slices speak only where they are asked for. */
export const IS_ACTIVE = sql`${IS_OF_PROFILE} AND ${monitors.sliceId} IS NULL`
