/** Owns the question: what is done to the fields of a model, since when, and by whose hand? */
import type { StoredFieldRules } from '@/db/contracts/rule-records'
import type { Context } from '@/lib/access/context'
import { requireScope } from '@/lib/access/principal'
import { AppError } from '@/lib/domain/errors'

const MAX_REVISIONS = 20

export interface FieldRulesAnswer {
  /** 0 while there were never any. */
  readonly revision: number
  readonly rules: StoredFieldRules['rules']
  /** Newest first. */
  readonly history: readonly StoredFieldRules[]
}

/** @throws AppError `not_found` */
export async function getFieldRules(ctx: Context, name: string): Promise<FieldRulesAnswer> {
  requireScope(ctx.principal, 'read')
  const model = await ctx.metadata.findModel(name)
  if (!model) throw new AppError('not_found', 'There is no such model.')
  const history = await ctx.metadata.listFieldRules(model.id, MAX_REVISIONS)
  return { revision: history[0]?.revision ?? 0, rules: history[0]?.rules ?? [], history }
}
