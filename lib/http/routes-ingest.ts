/** Owns the routes that machines send to. */
import * as z from 'zod'
import { ingestProblem } from '@/lib/http/handlers/firehose-reply'
import {
  getIngest,
  getLabels,
  getLimits,
  LabelStatusQuery,
  postEvents,
  postLabels,
  postRecords,
  postResources,
} from '@/lib/http/handlers/ingest'
import type { Route } from '@/lib/http/route'
import { AppendAnswerSchema, LabelStatusSchema, LimitsSchema } from '@/lib/http/schemas'

const RecordsSchema = z
  .union([z.looseObject({}), z.array(z.looseObject({}))])
  .describe('One record, a list of records, {"records": […]}, NDJSON, or objects one after another')

const BackfillSchema = z.object({
  backfill: z
    .enum(['0', '1'])
    .optional()
    .describe('1: records of any past time, which never page; needs the scope admin'),
})

const ReadySchema = z.object({ ready: z.literal(true) })
const CONSUMES = [
  'application/json',
  'application/x-ndjson',
  'text/plain',
  'application/x-www-form-urlencoded',
  'application/msgpack',
]

const TAKEN = {
  records: { summary: 'Send prediction records', handler: postRecords },
  labels: { summary: 'Send labels (late ground truth) by prediction_id', handler: postLabels },
  events: {
    summary: 'Send events (click, redo, switch_mode, or names of your own) by prediction_id',
    handler: postEvents,
  },
  resources: {
    summary: "Send samples of the memory, load and CPU of a model's service",
    handler: postResources,
  },
} as const

const append = (path: string, what: keyof typeof TAKEN, method: 'POST' | 'PUT' = 'POST'): Route => ({
  method,
  path,
  access: 'ingest',
  summary: TAKEN[what].summary,
  query: what === 'labels' ? undefined : BackfillSchema,
  body: RecordsSchema,
  consumes: what === 'labels' ? [...CONSUMES, 'text/csv'] : CONSUMES,
  response: AppendAnswerSchema,
  handler: TAKEN[what].handler,
  problem: ingestProblem,
})

const ready = (path: string): Route => ({
  method: 'GET',
  path,
  access: 'any',
  summary: 'Answers 200 while the endpoint takes data; for health checks of shippers',
  response: ReadySchema,
  handler: getIngest,
})

export const INGEST_ROUTES: readonly Route[] = [
  append('/api/v1/ingest', 'records'),
  append('/api/v1/ingest/{model}', 'records'),
  append('/api/v1/ingest', 'records', 'PUT'),
  append('/api/v1/ingest/{model}', 'records', 'PUT'),
  ready('/api/v1/ingest'),
  ready('/api/v1/ingest/{model}'),
  append('/api/v1/labels', 'labels'),
  append('/api/v1/labels/{model}', 'labels'),
  ready('/api/v1/labels'),
  ready('/api/v1/labels/{model}'),
  append('/api/v1/events', 'events'),
  append('/api/v1/events/{model}', 'events'),
  ready('/api/v1/events'),
  ready('/api/v1/events/{model}'),
  append('/api/v1/resources', 'resources'),
  append('/api/v1/resources/{model}', 'resources'),
  ready('/api/v1/resources'),
  ready('/api/v1/resources/{model}'),
  {
    method: 'GET',
    path: '/api/v1/labels/status',
    access: 'read',
    summary: 'Whether the labels of a model found their records',
    query: LabelStatusQuery,
    response: LabelStatusSchema,
    handler: getLabels,
  },
  {
    method: 'GET',
    path: '/api/v1/limits',
    access: 'any',
    summary: 'Limits of ingest in force',
    response: LimitsSchema,
    handler: getLimits,
  },
]
