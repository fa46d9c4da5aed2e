/** Owns reading small JSON bodies and queries against a schema: what pages and scripts send to change something. */
import type * as z from 'zod'
import { AppError } from '@/lib/domain/errors'
import type { Exchange, HttpApp } from '@/lib/http/exchange'
import { withBody } from '@/lib/http/read-body'

/** Changes are small; only records and profiles are not. */
const MAX_JSON_BYTES = 256 * 1024
const JSON_SIZES = { maxBodyBytes: MAX_JSON_BYTES, maxDecodedBytes: MAX_JSON_BYTES }

/**
 * The body as JSON that fits `schema`.
 * @throws AppError `unsupported` without a JSON content type (a form of another site cannot send one),
 *   `invalid` (`malformed_json`, `invalid_body`), `too_large`
 */
export async function readJson<T>(app: HttpApp, exchange: Exchange, schema: z.ZodType<T>): Promise<T> {
  const type = (exchange.header('content-type') ?? '').split(';')[0]?.trim().toLowerCase()
  if (type !== 'application/json') {
    throw new AppError('unsupported', 'Send JSON with Content-Type: application/json.', {
      reason: 'unsupported_type',
    })
  }
  const value = await withBody(app, exchange, async ({ text }) => parse(text.toString('utf8')), JSON_SIZES)
  return check(schema, value, 'invalid_body')
}

/**
 * The query as an object that fits `schema`; of a repeated name the last counts.
 * @throws AppError `invalid` (`invalid_query`) with the name of the offending parameter
 */
export function readQuery<T>(exchange: Exchange, schema: z.ZodType<T>): T {
  return check(schema, Object.fromEntries(exchange.query), 'invalid_query')
}

function parse(text: string): unknown {
  if (text.trim() === '') return {}
  try {
    return JSON.parse(text)
  } catch {
    throw new AppError('invalid', 'The body is not JSON.', { reason: 'malformed_json' })
  }
}

function check<T>(schema: z.ZodType<T>, value: unknown, reason: string): T {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const issue = result.error.issues[0]
  const field = issue?.path.join('.') || undefined
  const message = issue?.message ?? 'It does not fit.'
  throw new AppError('invalid', field ? `${field}: ${message}` : message, { reason, field })
}
