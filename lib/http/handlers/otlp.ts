/** Owns OTLP/HTTP for logs, as its specification words it (opentelemetry.io/docs/specs/otlp, 1.11). */
import { AppError } from '@/lib/domain/errors'
import type { Handler, Reply } from '@/lib/http/exchange'
import { appendBody } from '@/lib/http/handlers/append-body'
import { int32Field, messageField, textField } from '@/lib/http/handlers/protobuf-writer'
import type { ProblemForm } from '@/lib/http/problem'
import { withBody, withBytes } from '@/lib/http/read-body'
import { readOtlpJson } from '@/lib/ingest/formats/otlp-json'
import { readOtlpProtobuf } from '@/lib/ingest/formats/otlp-protobuf'
import type { AppendAnswer } from '@/lib/services/log/append-request'

const JSON_TYPE = 'application/json'
const PROTOBUF_TYPE = 'application/x-protobuf'

/** The same type answers as asks, alone: the Collector compares the whole header. */
type OtlpType = typeof JSON_TYPE | typeof PROTOBUF_TYPE

/** google.rpc.Code by HTTP status. */
const RPC_CODE: Readonly<Record<number, number>> = {
  400: 3,
  401: 16,
  403: 7,
  404: 5,
  413: 8,
  415: 3,
  429: 8,
  500: 13,
  503: 14,
}
const INTERNAL = 13

/** POST: log records that are predictions. */
export const postOtlpLogs: Handler = async (app, exchange) => {
  const type = typeOf(exchange.header('content-type'))
  if (type === null) {
    throw new AppError('unsupported', `Send ${JSON_TYPE} or ${PROTOBUF_TYPE}.`, {
      reason: 'unsupported_type',
    })
  }
  const answer =
    type === PROTOBUF_TYPE
      ? await withBytes(app, exchange, (body) => appendBody(app, exchange, body, readOtlpProtobuf))
      : await withBody(app, exchange, ({ wire, text }) =>
          appendBody(app, exchange, { wire, bytes: text }, readOtlpJson),
        )
  return success(type, answer)
}

/** A google.rpc.Status in the type of the request. What cannot be read is 400 here, whatever it is elsewhere. */
export const otlpProblem: ProblemForm = ({ status: ours, detail }, header) => {
  const status = ours === 422 ? 400 : ours
  const code = RPC_CODE[status] ?? INTERNAL
  if (typeOf(header('content-type')) === PROTOBUF_TYPE) {
    const body = Buffer.concat([int32Field(1, code), textField(2, detail)])
    return { status, headers: { 'content-type': PROTOBUF_TYPE }, body }
  }
  return { status, headers: { 'content-type': JSON_TYPE }, body: JSON.stringify({ code, message: detail }) }
}

function typeOf(header: string | null): OtlpType | null {
  const type = header?.split(';')[0]?.trim().toLowerCase()
  if (type === JSON_TYPE) return JSON_TYPE
  return type === PROTOBUF_TYPE || type === 'application/protobuf' ? PROTOBUF_TYPE : null
}

/** An ExportLogsServiceResponse. */
function success(type: OtlpType, answer: AppendAnswer): Reply {
  const rejected = answer.rejected + answer.conflicts
  const headers = { 'content-type': type }
  const message = rejected === 0 ? '' : messageOf(answer)
  if (type === JSON_TYPE) {
    const partialSuccess = { rejectedLogRecords: String(rejected), errorMessage: message }
    return { status: 200, headers, body: rejected === 0 ? '{}' : JSON.stringify({ partialSuccess }) }
  }
  const partial = Buffer.concat([int32Field(1, rejected), textField(2, message)])
  return { status: 200, headers, body: rejected === 0 ? new Uint8Array() : messageField(1, partial) }
}

/** Clients write this to their own log: the reason of the first says most. */
function messageOf({ errors: [first], rejected, conflicts }: AppendAnswer): string {
  if (first === undefined) return 'The same request came before; its counts are repeated.'
  const others = rejected + conflicts - 1
  const rest = others === 0 ? '' : ` And ${others} more.`
  return `Log record ${first.index}: ${first.code}${first.field === null ? '' : ` (${first.field})`}. ${first.message}${rest}`
}
