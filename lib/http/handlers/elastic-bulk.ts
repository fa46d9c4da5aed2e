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
  const { errors, texts } = outcomesOf(items, answer)
  const took = Math.round(performance.now() - startedAt)
  // Clients search the text for `"errors":false,"items":[`, so the order of the keys matters.
  const body = `{"took":${took},"errors":${errors},"items":[${texts.join(',')}]}`
  const wanted = exchange.query.get('filter_path')
  return wanted === null ? elasticText(body, 200) : elasticReply(filterPath(JSON.parse(body), wanted))
}

export function elasticReply(body: unknown, status = 200): Reply {
  return elasticText(JSON.stringify(body), status)
}

function elasticText(body: string, status: number): Reply {
  return { status, headers: { ...PRODUCT, 'content-type': 'application/json' }, body }
}

/** A wrong key is among them: it can be made right, while a batch that was given up is gone. */
const WORTH_A_RETRY: ReadonlySet<number> = new Set([401, 403, 429, 503])

/**
 * Failures as Elasticsearch words them; those that are worth a retry as plain text, since rsyslog takes any JSON for
 * the end of the matter and loses the batch.
 */
export const elasticProblem: ProblemForm = ({ status: ours, detail }) => {
  const status = ours === 422 ? 400 : ours
  if (WORTH_A_RETRY.has(status))
    return { status, headers: { ...PRODUCT, 'content-type': 'text/plain' }, body: `${detail}\n` }
  const cause = { type: ERROR_TYPES[status] ?? 'exception', reason: detail }
  return elasticReply({ error: { root_cause: [cause], ...cause }, status }, status)
}

/** What became of each item, as JSON: put together by hand, as there are thousands and most are alike. */
function outcomesOf(items: readonly BulkItem[], answer: AppendAnswer): { errors: boolean; texts: string[] } {
  const refused = new Map(answer.items.refused.map((error) => [error.index, error]))
  const duplicates = new Set(answer.items.duplicates)
  const conflicts = new Set(answer.items.conflicts)
  let errors = false
  const failed = (item: BulkItem, status: number, error: object) => {
    errors = true
    return `{"${item.action}":{${named(item)},"status":${status},"error":${JSON.stringify(error)}}}`
  }
  const texts = items.map((item, i) => {
    const error = refused.get(i)
    if (error !== undefined) return failed(item, 400, refusalOf(error))
    // Only the first of two records with one id is kept: also where Elasticsearch would put the second in its place.
    if (conflicts.has(i) || (duplicates.has(i) && item.action === 'create'))
      return failed(item, 409, knownOf(item))
    const rest = duplicates.has(i) || answer.replayed ? REPEATED : CREATED
    return `{"${item.action}":{${named(item)},${rest}}}`
  })
  return { errors, texts }
}

const CREATED = '"_version":1,"result":"created","status":201'
const REPEATED = '"_version":1,"result":"noop","status":200'

function named({ index, id }: BulkItem): string {
  const indexText = `"_index":${JSON.stringify(index ?? '')}`
  return id === null ? indexText : `${indexText},"_id":${JSON.stringify(id)}`
}

function refusalOf({ code, field, message }: AppendError): { type: string; reason: string } {
  return { type: code, reason: field === null ? message : `[${field}] ${message}` }
}

function knownOf({ id }: BulkItem): { type: string; reason: string } {
  const reason = `[${id ?? ''}]: version conflict, document already exists (current version [1])`
  return { type: 'version_conflict_engine_exception', reason }
}
