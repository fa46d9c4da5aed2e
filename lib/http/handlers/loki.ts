/** Owns Loki's push API (grafana.com/docs/loki, HTTP API): 204 for success, as Loki's own clients know it. */
import { AppError } from '@/lib/domain/errors'
import { decompress } from '@/lib/http/decompress'
import type { Exchange, Handler, HttpApp } from '@/lib/http/exchange'
import { appendBody, firstRefused } from '@/lib/http/handlers/append-body'
import type { ProblemForm } from '@/lib/http/problem'
import { withBody, withBytes } from '@/lib/http/read-body'
import { emptyReply, jsonReply } from '@/lib/http/reply'
import { readLokiJson } from '@/lib/ingest/formats/loki-json'
import { readLokiProtobuf } from '@/lib/ingest/formats/loki-protobuf'
import type { AppendAnswer } from '@/lib/services/log/append-request'

/** POST: streams of lines. */
export const postLokiPush: Handler = async (app, exchange) => {
  const answer = await push(app, exchange)
  const first = firstRefused(answer)
  if (first === undefined) return emptyReply()
  const { index, code, message } = first
  return text(
    400,
    `${answer.rejected} lines refused, all others stored: line ${index}: ${code}: ${message}\n`,
  )
}

/** GET: what Grafana's tools look at. */
export const getLokiBuild: Handler = async () =>
  jsonReply({
    version: '3.0.0',
    revision: 'plumbline',
    branch: '',
    buildUser: '',
    buildDate: '',
    goVersion: '',
  })

/** GET: asked without a key. */
export const getLokiReady: Handler = async (app, exchange) => {
  const problem = app.contextFor(exchange.principal).logWriter?.problem() ?? null
  return problem === null ? text(200, 'ready\n') : text(503, `${problem}\n`)
}

/** Failures as plain text. */
export const lokiProblem: ProblemForm = ({ status, detail }) =>
  text(status === 422 ? 400 : status, `${detail}\n`)

function text(status: number, body: string) {
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8' }, body }
}

async function push(app: HttpApp, exchange: Exchange): Promise<AppendAnswer> {
  const type = (exchange.header('content-type') ?? '').split(';')[0]?.trim().toLowerCase()
  if (type === 'application/json') {
    return withBody(app, exchange, ({ wire, text }) =>
      appendBody(app, exchange, { wire, bytes: text }, readLokiJson),
    )
  }
  // Loki takes every other type for protobuf; here a body in a browser's type is a mistake.
  if (type !== '' && type !== 'application/x-protobuf' && type !== 'application/protobuf') {
    throw new AppError('unsupported', 'Send application/json or application/x-protobuf.', {
      reason: 'unsupported_type',
    })
  }
  // Its clients always pack, and do not say so.
  const isPacked = exchange.header('content-encoding') === null
  return withBytes(app, exchange, async ({ wire, bytes, claim }) => {
    const message = isPacked ? await decompress(bytes, 'snappy', app.limits.maxDecodedBytes, claim) : bytes
    return appendBody(app, exchange, { wire, bytes: message }, readLokiProtobuf)
  })
}
