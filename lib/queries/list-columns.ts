/** Owns the question: which columns does a version have, and how do they stand? As the API tells it. */
import type { EvaluationRow } from '@/db/contracts/evaluation-records'
import type { Context } from '@/lib/access/context'
import { requireScope } from '@/lib/access/principal'
import { columnKey } from '@/lib/domain/column'
import type { Verdict } from '@/lib/domain/evaluation'
import type { ColumnProfile } from '@/lib/domain/profile'
import { toRfc3339 } from '@/lib/domain/time'
import { findVersions } from '@/lib/queries/find-versions'
import { rankVerdict } from '@/lib/queries/rank-verdict'

export interface ApiColumn {
  readonly version: string
  readonly column: string
  readonly family: string
  /** Null while there is no active profile that knows it. */
  readonly type: ColumnProfile['type'] | null
  readonly kind: ColumnProfile['kind'] | null
  /** Worst verdict of its monitors in the newest window; null while none was judged. */
  readonly verdict: Verdict | null
  readonly metric: string | null
  readonly value: number | null
  readonly limit: number | null
  readonly window_start: string | null
  readonly reason: string | null
}

/**
 * Columns of a version (or of every version), at most 1,000 a version, by family and name.
 * @throws AppError `not_found`
 */
export async function listColumns(
  ctx: Context,
  modelName: string,
  versionName: string | null,
): Promise<ApiColumn[]> {
  requireScope(ctx.principal, 'read')
  const { versions } = await findVersions(ctx, modelName, versionName)
  const columns: ApiColumn[] = []
  for (const version of versions) {
    // The list comes without the reference's chunks, which are large and not needed here.
    const stored = (await ctx.metadata.listProfiles(version.id)).find((item) => item.id === version.profileId)
    const profiles = new Map((stored?.profile.columns ?? []).map((column) => [columnKey(column), column]))
    const worst = worstByColumn(await ctx.metadata.latestEvaluations([version.id]))
    for (const column of await ctx.metadata.listColumns(version.id)) {
      const key = columnKey(column)
      const evaluation = worst.get(key)
      columns.push({
        version: version.name,
        column: column.name,
        family: column.family,
        type: profiles.get(key)?.type ?? null,
        kind: profiles.get(key)?.kind ?? null,
        verdict: evaluation?.verdict ?? null,
        metric: evaluation?.metric ?? null,
        value: evaluation?.value ?? null,
        limit: evaluation?.limit ?? null,
        window_start: evaluation ? toRfc3339(evaluation.windowStartMs) : null,
        reason: evaluation?.reason ?? null,
      })
    }
  }
  return columns
}

function worstByColumn(evaluations: readonly EvaluationRow[]): Map<string, EvaluationRow> {
  const worst = new Map<string, EvaluationRow>()
  for (const evaluation of evaluations) {
    if (!evaluation.column) continue
    const key = columnKey(evaluation.column)
    const known = worst.get(key)
    if (!known || rankVerdict(evaluation.verdict) > rankVerdict(known.verdict)) worst.set(key, evaluation)
  }
  return worst
}
