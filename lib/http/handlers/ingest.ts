/** Owns the machine endpoints that take records and labels, and what they answer. */
import * as z from 'zod'
import { ENCODINGS } from '@/lib/http/decompress'
import type { Exchange, Handler, HttpApp, Reply } from '@/lib/http/exchange'
import { firehoseReply } from '@/lib/http/handlers/firehose-reply'
import {
  deliveryId,
  firehoseIdentity,
  formatOf,
  isFirehose,
  labelFormatOf,
} from '@/lib/http/handlers/ingest-format'
import { withBody, withBytes } from '@/lib/http/read-body'
import { readQuery } from '@/lib/http/read-json'
import { jsonReply } from '@/lib/http/reply'
import { createDataReader } from '@/lib/ingest/formats/cloud-events'
import type { InflateRoom } from '@/lib/ingest/formats/inflate'
import { getLabelStatus } from '@/lib/queries/label-status'
import { appendEvents, type EventAnswer } from '@/lib/services/log/append-events'
import { appendLabels } from '@/lib/services/log/append-labels'
import { appendRecords } from '@/lib/services/log/append-records'
import type { AppendAnswer, AppendRequest } from '@/lib/services/log/append-request'
import { appendModelEvents, appendResources } from '@/lib/services/log/append-side'

/** POST: prediction records. */
export const postRecords: Handler = (app, exchange) => append(app, exchange, appendRecords)

/** POST: labels. */
export const postLabels: Handler = (app, exchange) => append(app, exchange, appendLabels)

/** POST: events of predictions, such as clicks. */
export const postEvents: Handler = (app, exchange) => append(app, exchange, appendModelEvents)

/** POST: samples of what a model's service uses. */
export const postResources: Handler = (app, exchange) => append(app, exchange, appendResources)

/** GET and HEAD: what health checks of shippers ask for. */
export const getIngest: Handler = async () => jsonReply({ ready: true })

export const LabelStatusQuery = z.object({ model: z.string().max(800) })

/** GET: whether the labels of a model found their records. */
export const getLabels: Handler = async (app, exchange) => {
  const { model } = readQuery(exchange, LabelStatusQuery)
  return jsonReply(await getLabelStatus(app.contextFor(exchange.principal), model))
}

/** GET: the limits in force. */
export const getLimits: Handler = async (app) => {
  const { limits } = app
  return jsonReply({
    max_body_bytes: limits.maxBodyBytes,
    max_decoded_bytes: limits.maxDecodedBytes,
    max_record_bytes: limits.maxRecordBytes,
    max_records: limits.maxRecords,
    max_features: limits.maxFeatures,
    max_features_per_model: limits.maxFeaturesPerModel,
    max_name_bytes: limits.maxNameBytes,
    max_id_length: limits.maxIdLength,
    max_string_bytes: limits.maxStringBytes,
    max_depth: limits.maxDepth,
    max_models: limits.maxModels,
    max_versions_per_model: limits.maxVersionsPerModel,
    max_future_ms: limits.maxFutureMs,
    max_in_flight_bytes: limits.maxInFlightBytes,
    content_encodings: ENCODINGS,
  })
}

type Answer = AppendAnswer & Partial<Pick<EventAnswer, 'waiting'>>
type Append = (ctx: ReturnType<HttpApp['contextFor']>, request: AppendRequest) => Promise<Answer>

async function append(app: HttpApp, exchange: Exchange, service: Append): Promise<Reply> {
  const { read, isBinary, events } = service === appendLabels ? labelFormatOf(exchange) : formatOf(exchange)
  const take: Append =
    events === undefined || service !== appendRecords
      ? service
      : (ctx, request) => appendEvents(ctx, request, events)
  const isDelivery = isFirehose(exchange.header)
  let delivery: string | null = null
  const send = (wire: Buffer, text: Buffer, claim: InflateRoom['claim']) => {
    if (isDelivery) delivery = deliveryId(exchange.header, text)
    return take(app.contextFor(exchange.principal), {
      model: exchange.params.model ?? null,
      wire,
      text,
      read:
        events === undefined
          ? read?.({ maxBytes: app.limits.maxDecodedBytes, claim })
          : createDataReader(events),
      backfill: exchange.query.get('backfill') === '1',
      idempotencyKey: exchange.header('idempotency-key') ?? delivery,
      ...(isDelivery ? firehoseIdentity(text, exchange.header) : {}),
    })
  }
  const answer = isBinary
    ? await withBytes(app, exchange, ({ wire, bytes, claim }) => send(wire, bytes, claim))
    : await withBody(app, exchange, ({ wire, text, claim }) => send(wire, text, claim))
  app.wakeWorker?.()
  return isDelivery ? toDelivery(answer, delivery) : toReply(answer, exchange.requestId)
}

function toDelivery(answer: AppendAnswer, requestId: string | null): Reply {
  const [first] = answer.errors
  if (!isAllRefused(answer)) return firehoseReply(requestId, 200, null, Date.now())
  return firehoseReply(requestId, 422, `No record could be taken: ${first?.message ?? ''}`, Date.now())
}

function isAllRefused({ accepted, duplicates, conflicts, rejected, labels, waiting = 0 }: Answer): boolean {
  return rejected > 0 && accepted + duplicates + conflicts + labels + waiting === 0
}

function toReply(answer: Answer, requestId: string): Reply {
  const { accepted, duplicates, conflicts, rejected, labels, waiting = 0 } = answer
  const isRefused = isAllRefused(answer)
  // What is undefined is left out. One shape for all, without copies: most answers tell of a single record.
  const body = {
    accepted,
    duplicates,
    conflicts,
    rejected,
    labels: labels > 0 ? labels : undefined,
    waiting: waiting > 0 ? waiting : undefined,
    errors: answer.errors.map((error) => ({
      index: error.index,
      prediction_id: error.predictionId,
      code: error.code,
      field: error.field,
      message: error.message,
    })),
    errors_truncated: answer.errorsTruncated,
    warnings: answer.warnings.length > 0 ? answer.warnings : undefined,
    warnings_truncated: answer.warningsTruncated || undefined,
    replayed: answer.replayed || undefined,
    code: isRefused ? 'all_refused' : undefined,
    request_id: requestId,
  }
  return jsonReply(body, isRefused ? 422 : 200)
}
