/** Owns the question: did the labels of a model find their records? */
import type { Context } from '@/lib/access/context'
import { requireScope } from '@/lib/access/principal'
import { AppError } from '@/lib/domain/errors'

export interface LabelStatus {
  readonly model: string
  /** Labels that were looked up and wait for a record with their id. */
  readonly pending: number
  /** Days such a label waits before it is dropped. */
  readonly pending_days: number
  /** Whether every label taken so far, of any model, was looked up. */
  readonly up_to_date: boolean
}

/** @throws AppError `not_found` for a model that nothing is known of */
export async function getLabelStatus(ctx: Context, modelName: string): Promise<LabelStatus> {
  requireScope(ctx.principal, 'read')
  const waiting = await ctx.log.readLabels(await ctx.series.position('labels'), 1)
  const model = await ctx.metadata.findModel(modelName)
  // The worker registers a model when it first reads of it: until then its labels are only in the log.
  if (!model && waiting.length === 0) throw new AppError('not_found', 'There is no model of this name.')
  return {
    model: modelName,
    pending: model ? await ctx.series.countPending(model.id) : 0,
    pending_days: ctx.retention.pendingLabelDays,
    up_to_date: waiting.length === 0,
  }
}
