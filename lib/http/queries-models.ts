/** Owns the query parameters of the routes that read models. */
import * as z from 'zod'
import { CADENCES } from '@/lib/domain/time'
import { CursorParameter, InstantParameter, limitParameter } from '@/lib/http/parameters'

export const EvaluationsQuery = z.object({
  version: z.string().optional(),
  column: z.string().optional().describe('Name, with or without its family: MedInc, output:score'),
  metric: z.string().optional(),
  from: InstantParameter.optional(),
  to: InstantParameter.optional(),
  detail: z.enum(['0', '1']).default('0').describe('1: with histograms and the steps of the verdict'),
  format: z.enum(['json', 'csv']).default('json'),
  limit: limitParameter(500, 5_000),
  cursor: CursorParameter,
})

export const VerdictQuery = z.object({
  version: z.string().optional(),
  from: InstantParameter,
  to: InstantParameter,
  step: z
    .enum(CADENCES)
    .optional()
    .describe('Cuts the range into windows of this length; without it, one window'),
  slice: z
    .string()
    .optional()
    .describe('Name of a slice: its verdicts in place of those of the whole version'),
})

export const VersionQuery = z.object({ version: z.string().optional() })
