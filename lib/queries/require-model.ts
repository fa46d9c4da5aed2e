/** Owns finding a model by its name where there is nothing to say without one. */
import type { Context } from '@/lib/access/context'
import { AppError } from '@/lib/domain/errors'
import type { Model } from '@/lib/domain/model'

/** @throws AppError `not_found` */
export async function requireModel(ctx: Context, name: string): Promise<Model> {
  const model = await ctx.metadata.findModel(name)
  if (!model) throw new AppError('not_found', 'There is no model of this name.')
  return model
}
