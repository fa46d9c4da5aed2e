/** Owns the query parameters that several routes share, and reading ids out of a path. */
import * as z from 'zod'
import { AppError } from '@/lib/domain/errors'
import type { Exchange } from '@/lib/http/exchange'

const MAX_INSTANT_MS = 8.64e15

/** `Date.parse` alone reads `-1` as a year. */
const RFC_3339 = /^\d{4}-\d\d-\d\d(?:[Tt ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:[Zz]|[+-]\d\d:\d\d)?)?$/

/** RFC 3339, or epoch milliseconds (Grafana sends those). */
export const InstantParameter = z
  .string()
  .max(40)
  .transform((text, check) => {
    const at = /^\d{1,16}$/.test(text) ? Number(text) : RFC_3339.test(text) ? Date.parse(text) : Number.NaN
    if (!Number.isNaN(at) && Math.abs(at) <= MAX_INSTANT_MS) return at
    check.addIssue({ code: 'custom', message: 'must be RFC 3339 or epoch milliseconds' })
    return z.NEVER
  })
  .meta({ format: 'date-time', description: 'RFC 3339 or epoch milliseconds' })

export const limitParameter = (fallback: number, max: number) =>
  z.coerce.number().int().min(1).max(max).default(fallback).describe(`Entries a page, at most ${max}`)

export const CursorParameter = z.string().max(60).optional().describe('`next` of the page before')

/** A positive whole number from the path. @throws AppError `not_found`: such a thing cannot exist */
export function idParam(exchange: Exchange, name = 'id'): number {
  const text = exchange.params[name] ?? ''
  if (!/^[1-9]\d{0,14}$/.test(text)) throw new AppError('not_found', 'There is nothing under this id.')
  return Number(text)
}
