/** Owns changing how a model is judged: cadence, lateness, false-alarm budget, owner, runbook. */
import type { Context } from '@/lib/access/context'
import { actorName, requireScope } from '@/lib/access/principal'
import { AppError } from '@/lib/domain/errors'
import { type Model, type ModelSettings, ModelSettingsSchema } from '@/lib/domain/model'
import { windowsWithin } from '@/lib/services/verdicts/reopen-windows'

const ALL_TIME = { startMs: Number.MIN_SAFE_INTEGER, endMs: Number.MAX_SAFE_INTEGER }

/**
 * Changes settings of a model; what is not named stays. A new cadence makes all windows that hold records due again.
 * @throws AppError `not_found`, `invalid`
 */
export async function updateModel(
  ctx: Context,
  request: { readonly model: string; readonly change: Partial<ModelSettings> },
): Promise<Model> {
  requireScope(ctx.principal, 'admin')
  const model = await ctx.metadata.findModel(request.model)
  if (!model) throw new AppError('not_found', 'There is no such model.')
  const parsed = ModelSettingsSchema.safeParse({ ...model.settings, ...request.change })
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw new AppError('invalid', `The setting ${issue?.path.join('.')} is not valid: ${issue?.message}.`, {
      field: issue?.path.join('.') ?? '',
    })
  }
  const changed: Model = { ...model, settings: parsed.data }
  await ctx.metadata.updateModelSettings(model.id, parsed.data)
  if (parsed.data.cadence !== model.settings.cadence) {
    for (const version of await ctx.metadata.listVersions(model.id)) {
      if (version.profileId === null) continue
      await ctx.series.addDue(await windowsWithin(ctx, changed, version.id, ALL_TIME))
    }
  }
  await ctx.metadata.addAudit({
    atMs: ctx.nowMs,
    actor: actorName(ctx.principal),
    action: 'model.updated',
    subject: model.name,
  })
  return changed
}
