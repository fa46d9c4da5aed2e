/** Owns the state that lives in the URL: parsed once here, and written back by the same names in links. */
import * as z from 'zod'
import type { Query } from '@/app/links'
import { RANGE_PRESETS } from '@/lib/queries/resolve-range'

const instant = z
  .string()
  .transform((text) => Date.parse(/[zZ]|[+-]\d\d:\d\d$/.test(text) ? text : `${text}Z`))
  .refine(Number.isFinite)

const SearchSchema = z.object({
  range: z.enum(RANGE_PRESETS).nullable().catch(null),
  from: instant.nullable().catch(null),
  to: instant.nullable().catch(null),
  version: z.string().min(1).max(200).nullable().catch(null),
  tz: z.enum(['utc', 'local']).nullable().catch(null),
  window: z.coerce.number().int().min(0).nullable().catch(null),
  metric: z.string().max(40).nullable().catch(null),
  sort: z.enum(['drift', 'name', 'missing']).nullable().catch(null),
  q: z.string().trim().min(1).max(200).nullable().catch(null),
  page: z.coerce.number().int().min(1).max(100_000).nullable().catch(null),
  silences: z.coerce.number().int().min(1).max(100_000).nullable().catch(null),
  refusals: z.coerce.number().int().min(1).max(100_000).nullable().catch(null),
  state: z.enum(['open', 'acknowledged', 'silenced', 'resolved', 'historical']).nullable().catch(null),
  model: z.string().max(200).nullable().catch(null),
  slice: z.string().max(200).nullable().catch(null),
  before: z.string().max(60).nullable().catch(null),
  sender: z.string().max(40).nullable().catch(null),
  token: z.string().max(200).nullable().catch(null),
  next: z
    .string()
    .max(2_000)
    .regex(/^\/(?![/\\])[^\\]*$/)
    .nullable()
    .catch(null),
})

export type Search = z.infer<typeof SearchSchema>
export type RawSearch = Promise<Record<string, string | string[] | undefined>>

/** What the address says; anything malformed counts as absent. */
export async function parseSearch(raw: RawSearch): Promise<Search> {
  const params = await raw
  const single = (name: string) => {
    const value = params[name]
    return (Array.isArray(value) ? value[0] : value) ?? null
  }
  return SearchSchema.parse(
    Object.fromEntries(Object.keys(SearchSchema.shape).map((name) => [name, single(name)])),
  )
}

/** The part of the state that follows the reader from page to page of one model. */
export function scopeQuery(search: Search): Query {
  return {
    range: search.range,
    from: search.from === null ? null : new Date(search.from).toISOString(),
    to: search.to === null ? null : new Date(search.to).toISOString(),
    version: search.version,
    tz: search.tz,
  }
}
