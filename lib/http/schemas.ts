/** Owns the schemas of answers that several routes share; they feed the OpenAPI document and the tests of real answers. */
import * as z from 'zod'
import { VERDICTS } from '@/lib/domain/evaluation'
import { WARNING_CODES } from '@/lib/ingest/warnings'

export const InstantSchema = z.string().meta({ format: 'date-time', description: 'RFC 3339, UTC' })
export const CountSchema = z.number().int().min(0)

export const AppendErrorSchema = z.object({
  index: CountSchema.describe('Position in the request, from 0'),
  prediction_id: z.string().nullable(),
  code: z.string(),
  field: z.string().nullable(),
  message: z.string(),
})

export const AppendWarningSchema = z.object({
  code: z.enum(WARNING_CODES),
  field: z.string(),
  message: z.string(),
  count: CountSchema.describe('How often it occurred in this request'),
})

export const AppendAnswerSchema = z.object({
  accepted: CountSchema.describe('Made durable by this request'),
  duplicates: CountSchema.describe('Stored before with the same content'),
  conflicts: CountSchema.describe('Stored before with other content; the first one stays'),
  rejected: CountSchema.describe('Refused, each with its reason; kept in the quarantine'),
  labels: CountSchema.optional().describe('Labels taken with the records'),
  waiting: CountSchema.optional().describe('Halves of predictions that are stored and wait for the other'),
  errors: z.array(AppendErrorSchema).max(20),
  errors_truncated: z.boolean(),
  warnings: z
    .array(AppendWarningSchema)
    .max(10)
    .optional()
    .describe('What was taken, but not without a doubt; absent when there is nothing to say'),
  warnings_truncated: z.literal(true).optional(),
  replayed: z
    .literal(true)
    .optional()
    .describe('The same request was committed before; these are its counts'),
  code: z.literal('all_refused').optional(),
  request_id: z.string(),
})

export const ProblemSchema = z.looseObject({
  type: z.literal('about:blank'),
  title: z.string(),
  status: z.number().int(),
  detail: z.string(),
  code: z.string(),
  request_id: z.string(),
})

export const LimitsSchema = z.looseObject({
  max_body_bytes: CountSchema,
  max_records: CountSchema,
  content_encodings: z.array(z.string()),
})

/** Where the next page begins; null on the last one. */
export const NextCursorSchema = z.string().nullable()

export const VersionSchema = z.object({
  version: z.string(),
  mode: z.enum(['live', 'canary', 'shadow', 'retired']),
  monitored: z.boolean().describe('Whether a reference profile is active'),
  first_record: InstantSchema.nullable(),
  last_record: InstantSchema.nullable(),
  created: InstantSchema,
})

export const ModelSchema = z.object({
  model: z.string(),
  created: InstantSchema,
  cadence: z.string().describe('Length of one judged window'),
  allowed_lateness_ms: CountSchema,
  false_alarm_budget: z.number().describe('False alarms put up with in a fortnight'),
  validation: z.enum(['strict', 'log_only']),
  owner: z.string().nullable(),
  runbook_url: z.string().nullable(),
  open_alerts: z.object({ critical: CountSchema, warning: CountSchema }),
  versions: z.array(VersionSchema),
})

export const VerdictSchema = z.enum(VERDICTS)
export const FamilySchema = z.enum(['software', 'input', 'output'])

export const ColumnSchema = z.object({
  version: z.string(),
  column: z.string(),
  family: FamilySchema,
  type: z.string().nullable(),
  kind: z.string().nullable(),
  verdict: VerdictSchema.nullable().describe('Worst verdict of its monitors in the newest window'),
  metric: z.string().nullable(),
  value: z.number().nullable(),
  limit: z.number().nullable(),
  window_start: InstantSchema.nullable(),
  reason: z.string().nullable(),
})

export const EvaluationSchema = z.object({
  id: z.number().int(),
  version: z.string(),
  metric: z.string(),
  column: z.string().nullable(),
  family: FamilySchema.nullable(),
  window_start: InstantSchema,
  window_end: InstantSchema,
  verdict: VerdictSchema,
  value: z.number().nullable(),
  limit: z.number().nullable(),
  n: z.number(),
  n_reference: z.number().nullable(),
  p_value: z.number().nullable(),
  p_corrected: z
    .number()
    .nullable()
    .describe('After Benjamini–Hochberg over the columns of the version and window'),
  reason: z.string(),
  revision: z.number().int().describe('Above 1: judged again after late records or labels'),
  historical: z.boolean(),
  evaluated: InstantSchema,
  detail: z.looseObject({}).optional(),
})

export const LabelStatusSchema = z.object({
  model: z.string(),
  pending: CountSchema.describe('Labels that wait for a record with their prediction_id'),
  pending_days: z.number().describe('So long they wait'),
  up_to_date: z.boolean().describe('Whether every label taken so far was looked up'),
})

export const JudgedRangeSchema = z.object({
  version: z.string(),
  slice: z.string().nullable().describe('null: of the whole version'),
  windows: z.array(
    z.object({
      start: InstantSchema,
      end: InstantSchema,
      verdicts: z.array(
        z.object({
          metric: z.string(),
          column: z.string().nullable(),
          family: FamilySchema.nullable(),
          verdict: VerdictSchema,
          value: z.number().nullable(),
          limit: z.number().nullable(),
          n: z.number(),
          p_corrected: z.number().nullable(),
          reason: z.string(),
        }),
      ),
    }),
  ),
})

export const RefusedSchema = z.object({
  id: z.string().describe('Its place in the quarantine: names it to /api/v1/refused/replay'),
  received: InstantSchema,
  kind: z
    .enum(['records', 'labels', 'events', 'resources'])
    .nullable()
    .describe('What it was sent as; null where that was not kept'),
  model: z.string().nullable(),
  code: z.string(),
  field: z.string().nullable(),
  message: z.string(),
  prediction_id: z.string().nullable(),
  raw: z.string().describe('As far as it may be kept; names as they came'),
  taken: z.boolean().describe('Whether it was taken later'),
  cannot_be_taken: z.string().nullable().describe('Why it can never be taken, or null'),
})
