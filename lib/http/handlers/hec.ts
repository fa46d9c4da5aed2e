/** Owns Splunk's HTTP Event Collector, without acknowledgements: an answer is one. */
import type { Exchange, Handler, HttpApp, Reply } from '@/lib/http/exchange'
import { appendBody, firstRefused } from '@/lib/http/handlers/append-body'
import type { Problem, ProblemForm } from '@/lib/http/problem'
import { withBody } from '@/lib/http/read-body'
import { jsonReply } from '@/lib/http/reply'
import { createRawReader, readHecEvents } from '@/lib/ingest/formats/hec'
import type { BodyReader } from '@/lib/ingest/read-records'

/** POST: events as JSON. */
export const postHecEvents: Handler = (app, exchange) => append(app, exchange, readHecEvents)

/** POST: lines of one source, named in the query. */
export const postHecRaw: Handler = (app, exchange) =>
  append(app, exchange, createRawReader(exchange.query.get('source')))

/** GET: asked without a token. */
export const getHecHealth: Handler = async (app, exchange) =>
  app.contextFor(exchange.principal).logWriter?.problem() == null
    ? jsonReply({ text: 'HEC is healthy', code: 17 })
    : jsonReply({ text: 'HEC is unhealthy, queues are full', code: 18 }, 503)

async function append(app: HttpApp, exchange: Exchange, read: BodyReader): Promise<Reply> {
  const answer = await withBody(app, exchange, ({ wire, text }) =>
    appendBody(app, exchange, { wire, bytes: text }, read),
  )
  const first = firstRefused(answer)
  if (first === undefined) return jsonReply({ text: 'Success', code: 0 })
  const isEmpty = first.code === 'missing_field' && first.message.startsWith('Event field')
  const said = isEmpty
    ? { text: 'Event field is required', code: 12 }
    : { text: 'Invalid data format', code: 6 }
  return jsonReply({ ...said, 'invalid-event-number': first.index, reason: first.message }, 400)
}

/** Failures in the codes of Splunk's documentation ("Troubleshoot HTTP Event Collector"). */
export const hecProblem: ProblemForm = (problem) => {
  const { status, text, code } = said(problem)
  return jsonReply({ text, code, reason: problem.detail }, status)
}

function said({ status, code }: Problem): { status: number; text: string; code: number } {
  if (status === 401)
    return code === 'bad_key'
      ? { status: 403, text: 'Invalid token', code: 4 }
      : { status, text: 'Token is required', code: 2 }
  if (status === 403) return { status, text: 'Token disabled', code: 1 }
  if (status === 503 || status === 429) return { status, text: 'Server is busy', code: 9 }
  if (status === 500) return { status, text: 'Internal server error', code: 8 }
  if (code === 'empty_body') return { status: 400, text: 'No data', code: 5 }
  return { status: status === 422 ? 400 : status, text: 'Invalid data format', code: 6 }
}
