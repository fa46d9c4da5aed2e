/** Owns reading small JSON bodies and queries against a schema: what pages and scripts send to change something. */
import * as z from 'zod'
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
 * The query as an object that fits `schema`. A parameter that is not known would be a filter that filters nothing, so it
 * is refused, and so is one that is given twice; names that begin with `_` are the sender's own.
 * @throws AppError `invalid` (`invalid_query`) with the name of the offending parameter
 */
export function readQuery<T>(exchange: Exchange, schema: z.ZodType<T>): T {
  const { query } = exchange
  const known = schema instanceof z.ZodObject ? Object.keys(schema.shape) : null
  for (const name of query.keys()) {
    if (known === null || name.startsWith('_')) continue
    const field = name.slice(0, 100)
    if (!known.includes(name)) {
      const message = `There is no parameter "${field}" here; there are ${known.join(', ')}.`
      throw new AppError('invalid', message, { reason: 'invalid_query', field })
    }
    if (query.getAll(name).length > 1) {
      throw new AppError('invalid', `"${field}" is given twice.`, { reason: 'invalid_query', field })
    }
  }
  return check(schema, Object.fromEntries(query), 'invalid_query')
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
