/** Owns finding a model and one or all of its versions by name. */
import type { Context } from '@/lib/access/context'
import { AppError } from '@/lib/domain/errors'
import type { Model, Version } from '@/lib/domain/model'
import { requireModel } from '@/lib/queries/require-model'

/**
 * The model, and the named version or all of them.
 * @throws AppError `not_found`
 */
export async function findVersions(
  ctx: Context,
  modelName: string,
  versionName: string | null,
): Promise<{ model: Model; versions: Version[] }> {
  const model = await requireModel(ctx, modelName)
  if (versionName === null) return { model, versions: await ctx.metadata.listVersions(model.id) }
  const version = await ctx.metadata.findVersion(model.id, versionName)
  if (!version) throw new AppError('not_found', 'This model has no version of this name.')
  return { model, versions: [version] }
}
