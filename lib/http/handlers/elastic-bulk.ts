/** Owns Elasticsearch's bulk API: what becomes of each action, in the bytes that its clients look for. */
import type { Handler, Reply } from '@/lib/http/exchange'
import { filterPath } from '@/lib/http/filter-path'
import { appendBody } from '@/lib/http/handlers/append-body'
import type { ProblemForm } from '@/lib/http/problem'
import { withBody } from '@/lib/http/read-body'
import { type BulkItem, createBulkReader } from '@/lib/ingest/formats/bulk'
import type { AppendAnswer, AppendError } from '@/lib/services/log/append-request'

/** Elastic's own clients take an answer without this for that of an impostor. */
export const PRODUCT: Readonly<Record<string, string>> = { 'x-elastic-product': 'Elasticsearch' }

const ERROR_TYPES: Readonly<Record<number, string>> = {
  400: 'illegal_argument_exception',
  401: 'security_exception',
  403: 'security_exception',
  404: 'resource_not_found_exception',
  413: 'content_too_long_exception',
  415: 'content_type_header_exception',
}

/** POST and PUT: actions and documents. */
export const postBulk: Handler = async (app, exchange) => {
  const startedAt = performance.now()
  const { read, items } = createBulkReader(exchange.params.index ?? null)
  const answer = await withBody(app, exchange, ({ wire, text }) =>
    appendBody(app, exchange, { wire, bytes: text }, read),
  )
  const outcomes = outcomesOf(items, answer)
  // Clients search the text for `"errors":false,"items":[`, so the order of the keys matters.
  const body = {
    took: Math.round(performance.now() - startedAt),
    errors: outcomes.some(({ status }) => status >= 400),
    items: items.map((item, i) => ({ [item.action]: outcomes[i] })),
  }
  const wanted = exchange.query.get('filter_path')
  return elasticReply(wanted === null ? body : filterPath(body, wanted))
}

export function elasticReply(body: unknown, status = 200): Reply {
  return {
    status,
    headers: { ...PRODUCT, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  }
}

/**
 * Failures as Elasticsearch words them; those that are worth a retry as plain text, since rsyslog takes any JSON for
 * the end of the matter and loses the batch.
 */
export const elasticProblem: ProblemForm = ({ status: ours, detail }) => {
  const status = ours === 422 ? 400 : ours
  if (status === 503 || status === 429)
    return { status, headers: { ...PRODUCT, 'content-type': 'text/plain' }, body: `${detail}\n` }
  const cause = { type: ERROR_TYPES[status] ?? 'exception', reason: detail }
  return elasticReply({ error: { root_cause: [cause], ...cause }, status }, status)
}

interface Outcome {
  readonly _index: string
  readonly _id?: string
  readonly _version?: number
  readonly result?: 'created' | 'noop'
  readonly status: number
  readonly error?: { readonly type: string; readonly reason: string }
}

function outcomesOf(items: readonly BulkItem[], answer: AppendAnswer): Outcome[] {
  const refused = new Map(answer.items.refused.map((error) => [error.index, error]))
  const duplicates = new Set(answer.items.duplicates)
  const conflicts = new Set(answer.items.conflicts)
  return items.map((item, i) => {
    const named = { _index: item.index ?? '', ...(item.id === null ? {} : { _id: item.id }) }
    const error = refused.get(i)
    if (error !== undefined) return { ...named, status: 400, error: refusalOf(error) }
    // Only the first of two records with one id is kept: also where Elasticsearch would put the second in its place.
    if (conflicts.has(i) || (duplicates.has(i) && item.action === 'create'))
      return { ...named, status: 409, error: knownOf(item) }
    const isRepeat = duplicates.has(i) || answer.replayed
    return { ...named, _version: 1, result: isRepeat ? 'noop' : 'created', status: isRepeat ? 200 : 201 }
  })
}

function refusalOf({ code, field, message }: AppendError): { type: string; reason: string } {
  return { type: code, reason: field === null ? message : `[${field}] ${message}` }
}

function knownOf({ id }: BulkItem): { type: string; reason: string } {
  const reason = `[${id ?? ''}]: version conflict, document already exists (current version [1])`
  return { type: 'version_conflict_engine_exception', reason }
}
