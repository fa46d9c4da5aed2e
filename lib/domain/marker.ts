/** Owns the noun marker: something that people or pipelines did, shown as a line on charts. */
import * as z from 'zod'
import { EntityNameSchema } from '@/lib/domain/model'

export const MARKER_KINDS = ['deploy', 'config', 'data'] as const
export type MarkerKind = (typeof MARKER_KINDS)[number]

/** A marker as it is sent; times are RFC 3339 on the wire and epoch milliseconds here. */
export const NewMarkerSchema = z.object({
  kind: z.enum(MARKER_KINDS),
  title: z
    .string()
    .trim()
    .min(1)
    .max(200)
    .refine((text) => !/\p{Cc}/u.test(text), 'must not hold control characters'),
  model: EntityNameSchema.nullable().default(null),
  version: EntityNameSchema.nullable().default(null),
  link: z
    .url({ protocol: /^https?$/ })
    .max(2_000)
    .nullable()
    .default(null),
})

export interface Marker {
  readonly id: number
  readonly atMs: number
  readonly kind: MarkerKind
  readonly title: string
  /** null: concerns every model. */
  readonly model: string | null
  readonly version: string | null
  readonly link: string | null
  readonly createdBy: string
  readonly createdMs: number
}
