/** Owns changing what a draft expects of one column, before it is activated. */
import type { Context } from '@/lib/access/context'
import { requireScope } from '@/lib/access/principal'
import { columnKey } from '@/lib/domain/column'
import { AppError } from '@/lib/domain/errors'
import type { ColumnProfile, Expectation, StoredProfile } from '@/lib/domain/profile'
import { parseExpectations } from '@/lib/profile/profile-schema'

/**
 * Replaces the expectations of a column.
 * @param request.column its key, as `input:amount`, or its name where that is unique
 * @param request.expectations untrusted; at most one of each kind
 * @throws AppError `invalid`, `not_found`, or `conflict` once the profile is active
 */
export async function updateExpectations(
  ctx: Context,
  request: { readonly profileId: number; readonly column: string; readonly expectations: unknown },
): Promise<StoredProfile> {
  requireScope(ctx.principal, 'admin')
  const expectations = parseExpectations(request.expectations)
  const stored = await ctx.metadata.findProfile(request.profileId)
  const column = stored?.profile.columns.find(
    (candidate) => columnKey(candidate) === request.column || candidate.name === request.column,
  )
  if (!stored || !column) throw new AppError('not_found', 'There is no such profile or column.')
  checkFit(column, expectations)
  return ctx.metadata.updateExpectations(stored.id, request.column, expectations)
}

function checkFit(column: ColumnProfile, expectations: readonly Expectation[]): void {
  for (const { kind } of expectations) {
    const needsNumbers = kind === 'range' || kind === 'positive'
    const isNumber = column.type === 'integer' || column.type === 'number'
    if ((needsNumbers && !isNumber) || (kind === 'length' && column.type !== 'string')) {
      throw new AppError(
        'invalid',
        `"${column.name}" holds values of type ${column.type}: ${kind} cannot be expected of them.`,
        {
          reason: 'invalid_expectations',
          field: kind,
        },
      )
    }
  }
}
