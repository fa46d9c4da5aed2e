/**
 * Owns the routes of shippers that bring a protocol of their own. They lie outside `/api`: our own server leads them
 * here (lib/http/shipper-targets.ts), the route handlers of Next cannot.
 */
import * as z from 'zod'
import type { Handler } from '@/lib/http/exchange'
import { elasticProblem, postBulk } from '@/lib/http/handlers/elastic-bulk'
import {
  getCatHealth,
  getClusterHealth,
  getDataStream,
  getElasticRoot,
  getIndexTemplate,
  getLicense,
  getLifecyclePolicy,
  getTemplate,
  getXpack,
  putNothing,
  refreshNothing,
} from '@/lib/http/handlers/elastic-probes'
import { getHecHealth, hecProblem, postHecEvents, postHecRaw } from '@/lib/http/handlers/hec'
import { getLokiBuild, getLokiReady, lokiProblem, postLokiPush } from '@/lib/http/handlers/loki'
import { otlpProblem, postOtlpLogs } from '@/lib/http/handlers/otlp'
import type { Route } from '@/lib/http/route'

const ObjectSchema = z.looseObject({})
const BulkSchema = ObjectSchema.describe('Lines: an action, a document, an action, a document …')
const BulkAnswerSchema = z.object({
  took: z.number().int(),
  errors: z.boolean(),
  items: z.array(z.record(z.string(), ObjectSchema)),
})
const BulkQuery = z.object({
  filter_path: z.string().optional().describe('Which parts of the answer are wanted'),
})
const HecAnswerSchema = z.object({ text: z.string(), code: z.number().int() })
const RawQuery = z.object({ source: z.string().optional().describe('The model of lines that name none') })

const bulk = (method: 'POST' | 'PUT', path: string): Route => ({
  method,
  path,
  access: 'ingest',
  summary: "Send prediction records as to Elasticsearch's bulk API; the index is the model",
  query: BulkQuery,
  body: BulkSchema,
  consumes: ['application/x-ndjson', 'application/json', 'application/vnd.elasticsearch+x-ndjson'],
  response: BulkAnswerSchema,
  handler: postBulk,
  problem: elasticProblem,
})

const probe = (path: string, handler: Handler): Route => ({
  method: 'GET',
  path: `/es${path}`,
  access: 'any',
  summary: 'What clients of Elasticsearch ask before they send',
  response: ObjectSchema,
  handler,
  problem: elasticProblem,
})

/** Asked for, and set up where it is missing: it is there, and setting it up does nothing. */
const setUp = (path: string, handler: Handler): readonly Route[] => [
  probe(path, handler),
  { ...probe(path, putNothing), method: 'PUT', access: 'ingest', body: ObjectSchema },
]

/** Clients ask with either method. */
const refresh = (path: string): readonly Route[] => [
  probe(path, refreshNothing),
  { ...probe(path, refreshNothing), method: 'POST', access: 'ingest' },
]

const ELASTIC_ROUTES: readonly Route[] = [
  bulk('POST', '/es/_bulk'),
  bulk('PUT', '/es/_bulk'),
  bulk('POST', '/es/{index}/_bulk'),
  bulk('PUT', '/es/{index}/_bulk'),
  probe('', getElasticRoot),
  probe('/_cluster/health', getClusterHealth),
  { ...probe('/_cat/health', getCatHealth), response: undefined, produces: ['text/plain'] },
  probe('/_license', getLicense),
  probe('/_xpack', getXpack),
  ...setUp('/_ilm/policy/{name}', getLifecyclePolicy),
  ...setUp('/_index_template/{name}', getIndexTemplate),
  ...setUp('/_template/{name}', getTemplate),
  ...setUp('/_data_stream/{name}', getDataStream),
  ...refresh('/_refresh'),
  ...refresh('/{index}/_refresh'),
]

const hec = (path: string, handler: Handler, query?: z.ZodType): Route => ({
  method: 'POST',
  path: `/services/collector${path}`,
  access: 'ingest',
  summary: "Send prediction records as to Splunk's HTTP Event Collector; the source is the model",
  ...(query === undefined ? {} : { query }),
  body: ObjectSchema,
  response: HecAnswerSchema,
  handler,
  problem: hecProblem,
})

const hecHealth = (path: string): Route => ({
  method: 'GET',
  path: `/services/collector${path}`,
  access: 'public',
  summary: 'Whether events can be taken',
  response: HecAnswerSchema,
  handler: getHecHealth,
  problem: hecProblem,
})

const HEC_ROUTES: readonly Route[] = [
  ...['', '/event', '/event/1.0'].map((path) => hec(path, postHecEvents)),
  ...['/raw', '/raw/1.0'].map((path) => hec(path, postHecRaw, RawQuery)),
  ...['/health', '/health/1.0'].map(hecHealth),
]

const LOKI_ROUTES: readonly Route[] = [
  {
    method: 'POST',
    path: '/loki/api/v1/push',
    access: 'ingest',
    summary: 'Send prediction records as to Loki; the label "model" is the model',
    body: ObjectSchema,
    consumes: ['application/json', 'application/x-protobuf'],
    handler: postLokiPush,
    problem: lokiProblem,
  },
  {
    method: 'GET',
    path: '/loki/api/v1/status/buildinfo',
    access: 'any',
    summary: "What Loki's tools ask for",
    response: ObjectSchema,
    handler: getLokiBuild,
    problem: lokiProblem,
  },
  {
    method: 'GET',
    path: '/ready',
    access: 'public',
    summary: 'Whether lines can be taken',
    produces: ['text/plain'],
    handler: getLokiReady,
    problem: lokiProblem,
  },
]

const OTLP_ROUTE: Route = {
  method: 'POST',
  path: '/v1/logs',
  access: 'ingest',
  summary: 'Send prediction records as log records of OpenTelemetry; service.name is the model',
  body: ObjectSchema,
  consumes: ['application/json', 'application/x-protobuf'],
  response: z.object({
    partialSuccess: z.object({ rejectedLogRecords: z.string(), errorMessage: z.string() }).optional(),
  }),
  produces: ['application/json', 'application/x-protobuf'],
  handler: postOtlpLogs,
  problem: otlpProblem,
}

export const SHIPPER_ROUTES: readonly Route[] = [OTLP_ROUTE, ...ELASTIC_ROUTES, ...HEC_ROUTES, ...LOKI_ROUTES]
