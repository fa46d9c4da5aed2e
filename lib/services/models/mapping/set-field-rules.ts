/** Owns changing the rules of a model's fields: checked, versioned with who and when, in force within half a second. */
import type { StoredFieldRules } from '@/db/contracts/rule-records'
import type { Context } from '@/lib/access/context'
import { actorName, requireScope } from '@/lib/access/principal'
import { AppError } from '@/lib/domain/errors'
import { EntityNameSchema, RESERVED_MODEL_NAMES } from '@/lib/domain/model'
import { checkRules } from '@/lib/ingest/mapping/check-rules'
import { forgetFieldRules } from '@/lib/services/models/mapping/field-rules'

/**
 * Replaces the rules of a model. It may be new: rules can stand before the first record comes.
 * @param request.rules untrusted
 * @param request.expected the revision they were made from (0: there were none); null to not care
 * @throws AppError `invalid`, `conflict` (`stale_revision`)
 */
export async function setFieldRules(
  ctx: Context,
  request: { readonly model: string; readonly rules: unknown; readonly expected: number | null },
): Promise<StoredFieldRules> {
  requireScope(ctx.principal, 'admin')
  const rules = checkRules(request.rules)
  if (!ctx.secretKey && rules.some(({ treatment }) => treatment === 'hash')) {
    throw new AppError('unavailable', 'This instance has no key to hash with.', { reason: 'no_key' })
  }
  const name = EntityNameSchema.safeParse(request.model)
  if (!name.success || RESERVED_MODEL_NAMES.has(request.model))
    throw new AppError('not_found', 'There can be no model of this name.')
  const known = await ctx.metadata.findModel(request.model)
  if (!known && (await ctx.metadata.listModels()).length >= ctx.limits.maxModels)
    throw new AppError('conflict', 'The instance has reached its limit of models.')
  const model = known ?? (await ctx.metadata.registerModel(request.model, ctx.nowMs))
  const actor = actorName(ctx.principal)
  const stored = await ctx.metadata.addFieldRules(model.id, rules, actor, ctx.nowMs, request.expected)
  forgetFieldRules(ctx.metadata)
  await ctx.metadata.addAudit({
    atMs: ctx.nowMs,
    actor,
    action: 'rules.changed',
    subject: `${model.name}: revision ${stored.revision}, ${rules.length} ${rules.length === 1 ? 'field' : 'fields'}`,
  })
  return stored
}
