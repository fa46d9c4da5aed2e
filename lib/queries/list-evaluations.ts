/** Owns the question: what was measured and judged, window by window? As the API tells it. */
import type { EvaluationRow } from '@/db/contracts/evaluation-records'
import type { Context } from '@/lib/access/context'
import { requireScope } from '@/lib/access/principal'
import { type ColumnRef, parseColumnKey } from '@/lib/domain/column'
import { AppError } from '@/lib/domain/errors'
import type { EvaluationDetail, Verdict } from '@/lib/domain/evaluation'
import type { Version } from '@/lib/domain/model'
import { type TimeRange, toRfc3339 } from '@/lib/domain/time'
import { findVersions } from '@/lib/queries/find-versions'

export interface EvaluationWish {
  readonly model: string
  readonly version: string | null
  /** Name of a column, with or without its family: `MedInc`, `output:score`. */
  readonly column: string | null
  readonly metric: string | null
  readonly range: TimeRange
  readonly limit: number
  /** `next` of the page before. */
  readonly cursor: string | null
  readonly withDetail: boolean
}

export interface ApiEvaluation {
  readonly id: number
  readonly version: string
  readonly metric: string
  readonly column: string | null
  readonly family: string | null
  readonly window_start: string
  readonly window_end: string
  readonly verdict: Verdict
  readonly value: number | null
  readonly limit: number | null
  readonly n: number
  readonly n_reference: number | null
  readonly p_value: number | null
  readonly p_corrected: number | null
  readonly reason: string
  readonly revision: number
  readonly historical: boolean
  readonly evaluated: string
  readonly detail?: EvaluationDetail
}

export interface EvaluationPage {
  readonly evaluations: readonly ApiEvaluation[]
  /** Cursor of the next page, or null. */
  readonly next: string | null
}

/**
 * One page of evaluations in order of window and id; of a window judged more than once, the newest judgement.
 * @throws AppError `not_found` for an unknown model, version or column, `invalid` for a cursor that is none
 */
export async function listEvaluations(ctx: Context, wish: EvaluationWish): Promise<EvaluationPage> {
  requireScope(ctx.principal, 'read')
  const { versions } = await findVersions(ctx, wish.model, wish.version)
  const rows = await ctx.metadata.listEvaluations({
    versionIds: versions.map((version) => version.id),
    column: wish.column === null ? undefined : await findColumn(ctx, versions, wish.column),
    metric: wish.metric ?? undefined,
    range: wish.range,
    limit: wish.limit + 1,
    after: wish.cursor === null ? undefined : parseCursor(wish.cursor),
    withDetail: wish.withDetail,
  })
  const names = new Map(versions.map((version) => [version.id, version.name]))
  const page = rows.slice(0, wish.limit)
  const last = page.at(-1)
  return {
    evaluations: page.map((row) => toApi(row, names.get(row.versionId) ?? '', wish.withDetail)),
    next: rows.length > wish.limit && last ? `${last.windowStartMs}.${last.id}` : null,
  }
}

async function findColumn(ctx: Context, versions: readonly Version[], wanted: string): Promise<ColumnRef> {
  if (/^(input|output|software):/.test(wanted)) return parseColumnKey(wanted)
  for (const version of versions) {
    const columns = await ctx.metadata.listColumns(version.id)
    const found =
      columns.find((column) => column.name === wanted && column.family === 'input') ??
      columns.find((column) => column.name === wanted)
    if (found) return { family: found.family, name: found.name }
  }
  throw new AppError('not_found', 'This model has no column of this name.', { field: 'column' })
}

function parseCursor(text: string): { windowStartMs: number; id: number } {
  const match = /^(-?\d{1,15})\.(\d{1,15})$/.exec(text)
  if (!match)
    throw new AppError('invalid', 'This cursor is not one of ours.', {
      reason: 'invalid_query',
      field: 'cursor',
    })
  return { windowStartMs: Number(match[1]), id: Number(match[2]) }
}

function toApi(row: EvaluationRow, version: string, withDetail: boolean): ApiEvaluation {
  return {
    id: row.id,
    version,
    metric: row.metric,
    column: row.column?.name ?? null,
    family: row.column?.family ?? null,
    window_start: toRfc3339(row.windowStartMs),
    window_end: toRfc3339(row.windowEndMs),
    verdict: row.verdict,
    value: row.value,
    limit: row.limit,
    n: row.n,
    n_reference: row.nReference,
    p_value: row.pValue,
    p_corrected: row.pCorrected,
    reason: row.reason,
    revision: row.revision,
    historical: row.historical,
    evaluated: toRfc3339(row.evaluatedMs),
    ...(withDetail ? { detail: row.detail } : {}),
  }
}
