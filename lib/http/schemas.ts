/** Owns the schemas of answers that several routes share; they feed the OpenAPI document and the tests of real answers. */
import * as z from 'zod'

export const InstantSchema = z.string().meta({ format: 'date-time', description: 'RFC 3339, UTC' })
const CountSchema = z.number().int().min(0)

export const AppendErrorSchema = z.object({
  index: CountSchema.describe('Position in the request, from 0'),
  prediction_id: z.string().nullable(),
  code: z.string(),
  field: z.string().nullable(),
  message: z.string(),
})

export const AppendAnswerSchema = z.object({
  accepted: CountSchema.describe('Made durable by this request'),
  duplicates: CountSchema.describe('Stored before with the same content'),
  conflicts: CountSchema.describe('Stored before with other content; the first one stays'),
  rejected: CountSchema.describe('Refused, each with its reason; kept in the quarantine'),
  labels: CountSchema.optional().describe('Labels taken with the records'),
  errors: z.array(AppendErrorSchema).max(20),
  errors_truncated: z.boolean(),
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
