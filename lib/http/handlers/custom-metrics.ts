/** Owns answering about metrics that people define: listing, trying out, saving, removing. */
import * as z from 'zod'
import {
  CUSTOM_BASELINES,
  type CustomMetric,
  DIRECTIONS,
  EXPRESSION_TYPES,
  MAX_CUSTOM_NAME,
  MAX_CUSTOM_UNIT,
  MAX_EXPRESSION,
  MISSING_REASONS,
} from '@/lib/domain/custom-metric'
import { MAX_SLICE_NAME, MAX_SLICES } from '@/lib/domain/slice'
import { toRfc3339 } from '@/lib/domain/time'
import type { Handler } from '@/lib/http/exchange'
import { idParam } from '@/lib/http/parameters'
import { readJson, readQuery } from '@/lib/http/read-json'
import { emptyReply, jsonReply } from '@/lib/http/reply'
import { InstantSchema } from '@/lib/http/schemas'
import { listCustomHistory, listCustoms } from '@/lib/queries/list-customs'
import { type CustomPreview, previewCustom } from '@/lib/queries/preview-custom'
import { removeCustom, saveCustom } from '@/lib/services/custom/save-custom'

/** A longer text is refused with the place where it becomes too long, so the bound here only keeps the body small. */
const ExpressionSchema = z
  .string()
  .max(20 * MAX_EXPRESSION)
  .describe(`Such as share(prediction = 1 where latency > 100); at most ${MAX_EXPRESSION} characters`)

export const CustomMetricBody = z.strictObject({
  name: z.string().min(1).max(MAX_CUSTOM_NAME).describe('Saved under a known name, it is the next revision'),
  expression: ExpressionSchema,
  unit: z.string().max(MAX_CUSTOM_UNIT).nullable().default(null).describe('For people, such as EUR'),
  bad: z.enum(DIRECTIONS).default('both').describe('Which way the number is bad'),
  baseline: z
    .enum(CUSTOM_BASELINES)
    .default('trailing')
    .describe('What its monitor compares with; with none it is judged by the fixed limit only'),
  fixed_limit: z.number().positive().nullable().default(null).describe('A limit in place of the learnt one'),
  slices: z
    .array(z.string().min(1).max(MAX_SLICE_NAME))
    .max(MAX_SLICES)
    .default([])
    .describe('Names of slices in which it is counted, and judged, beside the whole'),
  revision: z.number().int().min(0).default(0).describe('The revision that was changed; 0 for a new metric'),
  why: z.string().trim().max(1_000).default('').describe('Kept with the change'),
})

export const CustomPreviewBody = z.strictObject({ expression: ExpressionSchema })

export const CustomHistoryQuery = z.object({ name: z.string().min(1).max(200) })

export const CustomMetricSchema = z.object({
  id: z.number().int(),
  name: z.string(),
  revision: z.number().int(),
  expression: z.string(),
  aggregate: z.string(),
  fields: z.record(z.string(), z.enum(EXPRESSION_TYPES)).describe('Fields that it reads, with their types'),
  unit: z.string().nullable(),
  bad: z.enum(DIRECTIONS),
  baseline: z.enum(CUSTOM_BASELINES),
  fixed_limit: z.number().nullable(),
  slices: z.array(z.string()).describe('Slices in which it is counted beside the whole'),
  removed: z.boolean(),
  created: InstantSchema,
  created_by: z.string(),
  why: z.string(),
})

const Count = z.number().int()
const Missing = z.object({ absent: Count, wrong_type: Count, no_result: Count })
const Scalar = z.union([z.number(), z.string(), z.boolean(), z.null()])

export const CustomPreviewSchema = z.object({
  value: z.number().nullable().describe('Of the newest records'),
  n: z.number().int().describe('Records that have a value'),
  records: z.number().int().describe('Newest records that were looked at'),
  missing: Missing.describe('Records without a value, by reason'),
  undecided: z.number().int().describe('Records of which the condition cannot be told'),
  without: z.string().describe('The same as a sentence; empty where every record has a value'),
  fields: z.array(z.object({ name: z.string(), type: z.enum(EXPRESSION_TYPES) })),
  rows: z
    .array(
      z.object({
        prediction_id: z.string(),
        at: InstantSchema,
        inputs: z.array(z.object({ name: z.string(), value: Scalar })),
        outcome: z.enum(['value', 'missing', 'outside', 'undecided']),
        value: z.number().nullable(),
        reason: z.enum(MISSING_REASONS).nullable(),
      }),
    )
    .describe('The newest records, one by one'),
  windows: z
    .array(
      z.object({
        start: InstantSchema,
        end: InstantSchema,
        value: z.number().nullable(),
        n: z.number().int(),
        sample: z.boolean().describe('Computed from the first records of the window only'),
      }),
    )
    .describe('Windows of the last day'),
})

export const customMetricsHandler: Handler = async (app, exchange) => {
  const metrics = await listCustoms(app.contextFor(exchange.principal), exchange.params.model ?? '')
  return jsonReply({ metrics: metrics.map(toApi) })
}

export const customHistoryHandler: Handler = async (app, exchange) => {
  const { name } = readQuery(exchange, CustomHistoryQuery)
  const ctx = app.contextFor(exchange.principal)
  const revisions = await listCustomHistory(ctx, exchange.params.model ?? '', name)
  return jsonReply({ revisions: revisions.map(toApi) })
}

export const saveCustomHandler: Handler = async (app, exchange) => {
  const { fixed_limit, revision, ...rest } = await readJson(app, exchange, CustomMetricBody)
  const ctx = app.contextFor(exchange.principal)
  const wish = { ...rest, fixedLimit: fixed_limit, expected: revision }
  return jsonReply(toApi(await saveCustom(ctx, exchange.params.model ?? '', wish)))
}

export const previewCustomHandler: Handler = async (app, exchange) => {
  const { expression } = await readJson(app, exchange, CustomPreviewBody)
  const ctx = app.contextFor(exchange.principal)
  return jsonReply(toApiPreview(await previewCustom(ctx, exchange.params.model ?? '', expression)))
}

export const removeCustomHandler: Handler = async (app, exchange) => {
  await removeCustom(app.contextFor(exchange.principal), exchange.params.model ?? '', idParam(exchange))
  return emptyReply()
}

function toApi(metric: CustomMetric): z.infer<typeof CustomMetricSchema> {
  const { id, name, revision, expression, aggregate, fields, unit, bad, baseline, why } = metric
  return {
    id,
    name,
    revision,
    expression,
    aggregate,
    fields,
    unit,
    bad,
    baseline,
    fixed_limit: metric.fixedLimit,
    slices: [...(metric.slices ?? [])],
    removed: metric.isRemoved,
    created: toRfc3339(metric.createdMs),
    created_by: metric.createdBy,
    why,
  }
}

function toApiPreview(preview: CustomPreview): z.infer<typeof CustomPreviewSchema> {
  const { value, n, records, missing, undecided, without, fields } = preview
  return {
    value,
    n,
    records,
    missing,
    undecided,
    without,
    fields: [...fields],
    rows: preview.rows.map(({ predictionId, atMs, inputs, ...row }) => ({
      prediction_id: predictionId,
      at: toRfc3339(atMs),
      inputs: [...inputs],
      ...row,
    })),
    windows: preview.windows.map((window) => ({
      start: toRfc3339(window.startMs),
      end: toRfc3339(window.endMs),
      value: window.value,
      n: window.n,
      sample: window.isSample,
    })),
  }
}
