/** Owns the schemas of answers about monitors. */
import * as z from 'zod'
import { CAUSES } from '@/lib/domain/monitor'
import { CountSchema, FamilySchema, InstantSchema, VerdictSchema } from '@/lib/http/schemas'
import { DRIFT_METHODS } from '@/lib/stats/methods'

export const MonitorSchema = z.object({
  id: z.number().int(),
  version: z.string(),
  metric: z.string(),
  unit: z.string().describe('Unit of the metric'),
  column: z.string().nullable().describe('Null for a metric of the whole version'),
  family: FamilySchema,
  slice: z.string().nullable().describe('Slice that it watches; null: the whole version'),
  baseline: z.enum(['training', 'trailing', 'same_hour_of_week', 'none']),
  method: z
    .enum(DRIFT_METHODS.map(({ id }) => id))
    .nullable()
    .describe('Distance between window and reference; null where no distributions are compared'),
  effect_floor: z.number().describe('Smallest effect that counts, in the unit of the metric'),
  cause: z.enum(CAUSES),
  severity: z.enum(['warning', 'critical']),
  enabled: z.boolean(),
  fixed_limit: z.number().nullable().describe('A limit set by hand in place of the calibrated one'),
  owner: z.string().nullable().describe("Asked first; null: the model's owner"),
  runbook_url: z.string().nullable(),
  fire_count: CountSchema.describe('It fires when so many …'),
  fire_of: CountSchema.describe('… of the latest so many windows breach'),
  recover_count: CountSchema.describe('It recovers when so many windows in a row lie …'),
  recover_share: z.number().describe('… below this share of the limit'),
})

export const MonitorHistorySchema = z.object({
  revisions: z.array(
    z.object({
      at: InstantSchema,
      actor: z.string(),
      why: z.string(),
      before: z.looseObject({}).describe('The settings that changed, as they were'),
      after: z.looseObject({}).describe('The same settings as they became'),
    }),
  ),
})

const TestedRuleSchema = z.object({
  alerts: z.array(
    z.object({
      onset: InstantSchema,
      fired: InstantSchema,
      ended: InstantSchema.nullable().describe('Null: it fires still'),
      peak: z
        .number()
        .nullable()
        .describe('Its worst value: the lowest where falling is bad, else the largest'),
    }),
  ),
  windows: z.array(
    z.object({
      start: InstantSchema,
      end: InstantSchema,
      value: z.number().nullable(),
      limit: z.number().nullable(),
      n: z.number(),
      verdict: VerdictSchema,
    }),
  ),
})

export const BackTestSchema = z.object({
  from: InstantSchema,
  to: InstantSchema,
  sentence: z.string(),
  past: TestedRuleSchema.describe('As the windows were judged when they came'),
  changed: TestedRuleSchema.describe('As they would have been with the change'),
})
