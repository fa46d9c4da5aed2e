/** Owns answering what is done to the fields of a model, changing it, and trying it out. */
import * as z from 'zod'
import { FieldRuleSchema, FieldRulesSchema } from '@/lib/domain/field-rule'
import { toRfc3339 } from '@/lib/domain/time'
import type { Handler } from '@/lib/http/exchange'
import { readJson } from '@/lib/http/read-json'
import { jsonReply } from '@/lib/http/reply'
import { InstantSchema } from '@/lib/http/schemas'
import { getFieldRules } from '@/lib/queries/field-rules'
import { previewRules } from '@/lib/services/models/mapping/preview-rules'
import { setFieldRules } from '@/lib/services/models/mapping/set-field-rules'

export const RulesBody = z.object({
  rules: FieldRulesSchema,
  revision: z
    .number()
    .int()
    .min(0)
    .nullable()
    .default(null)
    .describe('The revision that was changed: another one in between is a conflict'),
})

export const PreviewBody = z.object({ rules: FieldRulesSchema })

const ShownFieldSchema = z.object({ path: z.string(), value: z.string() })

export const PreviewSchema = z.object({
  records: z.array(
    z.object({
      received: InstantSchema,
      source: z.enum(['received', 'stored']),
      before: z.array(ShownFieldSchema),
      after: z.array(ShownFieldSchema),
      refused: z.object({ field: z.string().nullable(), message: z.string() }).nullable(),
    }),
  ),
})

const RevisionSchema = z.object({
  revision: z.number().int(),
  rules: z.array(FieldRuleSchema),
  changed: InstantSchema,
  changed_by: z.string(),
})

export const RulesSchema = z.object({
  revision: z.number().int().describe('0 while there were never any rules'),
  rules: z.array(FieldRuleSchema),
  history: z.array(RevisionSchema).describe('Newest first'),
})

export const getMappingHandler: Handler = async (app, exchange) =>
  jsonReply(toApi(await getFieldRules(app.contextFor(exchange.principal), exchange.params.model ?? '')))

export const putMappingHandler: Handler = async (app, exchange) => {
  const { rules, revision } = await readJson(app, exchange, RulesBody)
  const ctx = app.contextFor(exchange.principal)
  const model = exchange.params.model ?? ''
  await setFieldRules(ctx, { model, rules, expected: revision })
  return jsonReply(toApi(await getFieldRules(ctx, model)))
}

export const previewMappingHandler: Handler = async (app, exchange) => {
  const { rules } = await readJson(app, exchange, PreviewBody)
  const records = await previewRules(app.contextFor(exchange.principal), exchange.params.model ?? '', rules)
  return jsonReply({
    records: records.map(({ receivedMs, ...rest }) => ({ received: toRfc3339(receivedMs), ...rest })),
  })
}

function toApi({ revision, rules, history }: Awaited<ReturnType<typeof getFieldRules>>) {
  return {
    revision,
    rules,
    history: history.map((entry) => ({
      revision: entry.revision,
      rules: entry.rules,
      changed: toRfc3339(entry.createdMs),
      changed_by: entry.createdBy,
    })),
  }
}
