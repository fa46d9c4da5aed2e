/** Owns telling how a version is deployed: live, canary, shadow or retired. */
import type { Context } from '@/lib/access/context'
import { actorName, requireScope } from '@/lib/access/principal'
import { AppError } from '@/lib/domain/errors'
import { DEPLOYMENT_MODES, type DeploymentMode, type Version } from '@/lib/domain/model'

/**
 * Changes the mode of a version. A retired version is no longer missed when its records stop.
 * @throws AppError `not_found`, `invalid` for a mode that there is not, `forbidden`
 */
export async function updateVersionMode(
  ctx: Context,
  request: { readonly model: string; readonly version: string; readonly mode: DeploymentMode },
): Promise<Version> {
  requireScope(ctx.principal, 'admin')
  if (!DEPLOYMENT_MODES.includes(request.mode)) {
    throw new AppError('invalid', `A version is ${DEPLOYMENT_MODES.join(', ')}.`, { field: 'mode' })
  }
  const model = await ctx.metadata.findModel(request.model)
  const version = model && (await ctx.metadata.findVersion(model.id, request.version))
  if (!model || !version) throw new AppError('not_found', 'There is no such model or version.')
  if (version.mode === request.mode) return version
  await ctx.metadata.updateVersionMode(version.id, request.mode)
  await ctx.metadata.addAudit({
    atMs: ctx.nowMs,
    actor: actorName(ctx.principal),
    action: 'version.mode',
    subject: `${model.name} / ${version.name}: ${version.mode} to ${request.mode}`,
  })
  return { ...version, mode: request.mode }
}
