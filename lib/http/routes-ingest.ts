/** Owns the routes that machines send to. */
import * as z from 'zod'
import { ingestProblem } from '@/lib/http/handlers/firehose-reply'
import {
  getIngest,
  getLabels,
  getLimits,
  LabelStatusQuery,
  postLabels,
  postRecords,
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

const append = (path: string, what: 'records' | 'labels', method: 'POST' | 'PUT' = 'POST'): Route => ({
  method,
  path,
  access: 'ingest',
  summary:
    what === 'records' ? 'Send prediction records' : 'Send labels (late ground truth) by prediction_id',
  query: what === 'records' ? BackfillSchema : undefined,
  body: RecordsSchema,
  consumes: CONSUMES,
  response: AppendAnswerSchema,
  handler: what === 'records' ? postRecords : postLabels,
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
