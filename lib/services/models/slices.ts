/** Owns saving a slice of a model, changing it, and letting it go. */
import type { Context } from '@/lib/access/context'
import { actorName, requireScope } from '@/lib/access/principal'
import { AppError } from '@/lib/domain/errors'
import { MAX_SLICES, type Slice, type SliceCondition } from '@/lib/domain/slice'
import { requireModel } from '@/lib/queries/require-model'

/**
 * Saves a slice under its name. Other conditions than before make another slice of that name: its history is read again
 * from the kept log by the worker. The same conditions change nothing.
 * @throws AppError `not_found`; `conflict` when the model has ten others; `forbidden`
 */
export async function putSlice(
  ctx: Context,
  wish: { readonly model: string; readonly name: string; readonly conditions: readonly SliceCondition[] },
): Promise<Slice> {
  requireScope(ctx.principal, 'admin')
  const model = await requireModel(ctx, wish.model)
  const { name, conditions } = wish
  const actor = actorName(ctx.principal)
  const saved = await ctx.metadata.putSlice(
    { modelId: model.id, name, conditions, createdMs: ctx.nowMs, createdBy: actor },
    MAX_SLICES,
  )
  await ctx.metadata.addAudit({
    atMs: ctx.nowMs,
    actor,
    action: 'slice.saved',
    subject: `${model.name}: ${saved.name}, revision ${saved.revision}`,
  })
  return saved
}

/**
 * Lets a slice go: it is neither summarised nor judged any more, and its open alerts end at once. What was
 * gathered ages out like everything else.
 * @throws AppError `not_found`, `forbidden`
 */
export async function endSlice(ctx: Context, sliceId: number): Promise<void> {
  requireScope(ctx.principal, 'admin')
  const actor = actorName(ctx.principal)
  const slice = await ctx.metadata.findSlice(sliceId)
  if (!slice || !(await ctx.metadata.endSlice(sliceId, actor, ctx.nowMs)))
    throw new AppError('not_found', 'There is no such slice.', { reason: 'unknown_slice' })
  await ctx.metadata.addAudit({ atMs: ctx.nowMs, actor, action: 'slice.deleted', subject: slice.name })
}
