/** Owns the noun slice: a named part of a model's records. Which records lie in one is decided in `lib/summary/slice-filter.ts`. */
import * as z from 'zod'

/** Every slice costs a share of what the model costs, and tests that all others are corrected for. */
export const MAX_SLICES = 10
export const MAX_CONDITIONS = 3
export const MAX_SLICE_NAME = 60
const MAX_VALUES = 50
const MAX_VALUE_LENGTH = 200

/** What a condition looks at: a column of the features, `prediction` or `score`, or a tag of the record. */
export const SLICE_SUBJECTS = ['feature', 'output', 'tag'] as const
export type SliceSubject = (typeof SLICE_SUBJECTS)[number]

const where = { on: z.enum(SLICE_SUBJECTS), name: z.string().min(1).max(MAX_VALUE_LENGTH) }

export const SliceConditionSchema = z
  .discriminatedUnion('op', [
    z.strictObject({
      ...where,
      op: z.literal('in'),
      /** As text; a number is compared as a number. */
      values: z.array(z.string().max(MAX_VALUE_LENGTH)).min(1).max(MAX_VALUES),
    }),
    z.strictObject({
      ...where,
      op: z.literal('range'),
      /** From this number on; null: no lower end. */
      atLeast: z.number().nullable().default(null),
      /** Up to this number, without it; null: no upper end. */
      below: z.number().nullable().default(null),
    }),
    z.strictObject({ ...where, op: z.literal('missing') }),
  ])
  .refine(({ on, name }) => on !== 'output' || name === 'prediction' || name === 'score', {
    message: 'an output is prediction or score',
  })
  .refine(
    (condition) =>
      condition.op !== 'range' ||
      (condition.atLeast !== null && condition.below !== null
        ? condition.atLeast < condition.below
        : condition.atLeast !== null || condition.below !== null),
    { message: 'a range needs one end at least, and a lower end below its upper one' },
  )
export type SliceCondition = z.infer<typeof SliceConditionSchema>

export const SliceConditionsSchema = z.array(SliceConditionSchema).min(1).max(MAX_CONDITIONS)

export const SliceNameSchema = z
  .string()
  .trim()
  .min(1)
  .max(MAX_SLICE_NAME)
  .refine((text) => !/\p{Cc}/u.test(text), 'must not hold control characters')

/** A slice as monitors, alerts and routes know it. */
export interface SliceRef {
  readonly id: number
  readonly name: string
}

/** One revision of a slice: another set of conditions is another slice of the same name, with a history of its own. */
export interface Slice extends SliceRef {
  readonly modelId: number
  /** 1, 2, 3 … within the model and name. */
  readonly revision: number
  /** A record lies in the slice when all of them hold. */
  readonly conditions: readonly SliceCondition[]
  readonly createdMs: number
  readonly createdBy: string
  /** When and by whom it was changed or deleted; null while it is kept up. */
  readonly endedMs: number | null
  readonly endedBy: string | null
}

/** A condition as people write it: `region = EU`, `age from 18 to below 65`, `income is missing`. */
export function sayCondition(condition: SliceCondition): string {
  const name = condition.on === 'tag' ? `tag ${condition.name}` : condition.name
  if (condition.op === 'missing') return `${name} is missing`
  if (condition.op === 'in') {
    const [first = '', ...more] = condition.values
    return more.length === 0 ? `${name} = ${first}` : `${name} is one of ${condition.values.join(', ')}`
  }
  const { atLeast, below } = condition
  if (atLeast === null) return `${name} below ${below}`
  return below === null ? `${name} from ${atLeast} on` : `${name} from ${atLeast} to below ${below}`
}

/** All conditions of a slice in words. */
export function saySlice(conditions: readonly SliceCondition[]): string {
  return conditions.map(sayCondition).join(' and ')
}
