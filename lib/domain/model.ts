/** Owns the nouns model and version: what is monitored. */
import * as z from 'zod'
import { BUDGET_RANGE } from '@/lib/domain/model-choices'
import { CADENCES } from '@/lib/domain/time'

export const DEPLOYMENT_MODES = ['live', 'canary', 'shadow', 'retired'] as const
export type DeploymentMode = (typeof DEPLOYMENT_MODES)[number]

/** Version name used when a record names none. */
export const UNVERSIONED = 'unversioned'

/** Names that would collide with pages or mean something to a path. */
export const RESERVED_MODEL_NAMES: ReadonlySet<string> = new Set([
  'api',
  '_next',
  'new',
  'settings',
  '.',
  '..',
])

/** What a model or version may be called: 1–200 characters, no control characters, no slash or backslash. */
export const EntityNameSchema = z
  .string()
  .min(1)
  .max(200)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this refuses
  .regex(/^[^\u0000-\u001f\u007f-\u009f\u2028\u2029/\\]+$/)

export const VALIDATION_MODES = ['strict', 'log_only'] as const

/** How a model is judged; editable in the UI. */
export const ModelSettingsSchema = z.object({
  /** Length of one judged window. */
  cadence: z.enum(CADENCES).default('1h'),
  /** How long after its end a window waits for late records, in milliseconds. */
  allowedLatenessMs: z
    .number()
    .int()
    .min(0)
    .max(7 * 86_400_000)
    .default(600_000),
  /** False alarms that are put up with, in a fortnight: the significance asked of a window follows from it. */
  falseAlarmBudget: z.number().min(BUDGET_RANGE[0]).max(BUDGET_RANGE[1]).default(1),
  /** What a check before the prediction answers for a record that the reference does not expect: refused, or only counted. */
  validation: z.enum(VALIDATION_MODES).default('strict'),
  /** Who is asked first; shown on alerts. */
  owner: z.string().max(200).nullable().default(null),
  runbookUrl: z
    .url({ protocol: /^https?$/ })
    .max(2_000)
    .nullable()
    .default(null),
})
export type ModelSettings = z.infer<typeof ModelSettingsSchema>

export interface Model {
  readonly id: number
  readonly name: string
  readonly createdMs: number
  readonly settings: ModelSettings
}

export interface Version {
  readonly id: number
  readonly modelId: number
  readonly name: string
  readonly mode: DeploymentMode
  readonly createdMs: number
  /** The active profile, or null while the version is not monitored. */
  readonly profileId: number | null
  /** Event time of the newest record summarised so far, or null. */
  readonly lastRecordMs: number | null
  /** Event time of the oldest record summarised so far, or null. */
  readonly firstRecordMs: number | null
}
