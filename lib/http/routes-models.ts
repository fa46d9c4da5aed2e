/** Owns the routes that read models, columns and evaluations. */
import * as z from 'zod'
import {
  columnsHandler,
  evaluationsHandler,
  modelHandler,
  modelsHandler,
  verdictHandler,
} from '@/lib/http/handlers/models'
import { EvaluationsQuery, VerdictQuery, VersionQuery } from '@/lib/http/queries-models'
import type { Route } from '@/lib/http/route'
import {
  ColumnSchema,
  EvaluationSchema,
  JudgedRangeSchema,
  ModelSchema,
  NextCursorSchema,
} from '@/lib/http/schemas'

export const MODEL_ROUTES: readonly Route[] = [
  {
    method: 'GET',
    path: '/api/v1/models',
    readsOnly: true,
    access: 'read',
    summary: 'Models with their versions and open alerts',
    response: z.object({ models: z.array(ModelSchema) }),
    handler: modelsHandler,
  },
  {
    method: 'GET',
    path: '/api/v1/models/{model}',
    readsOnly: true,
    access: 'read',
    summary: 'One model',
    response: ModelSchema,
    handler: modelHandler,
  },
  {
    method: 'GET',
    path: '/api/v1/models/{model}/columns',
    readsOnly: true,
    access: 'read',
    summary: 'Columns with their newest and worst verdict',
    query: VersionQuery,
    response: z.object({ columns: z.array(ColumnSchema) }),
    handler: columnsHandler,
  },
  {
    method: 'GET',
    path: '/api/v1/models/{model}/evaluations',
    readsOnly: true,
    access: 'read',
    summary: 'What was measured and judged, window by window',
    query: EvaluationsQuery,
    response: z.object({ evaluations: z.array(EvaluationSchema), next: NextCursorSchema }),
    produces: ['application/json', 'text/csv'],
    handler: evaluationsHandler,
  },
  {
    method: 'GET',
    path: '/api/v1/models/{model}/verdict',
    readsOnly: true,
    access: 'read',
    summary: 'The verdict on any span, computed now from stored summaries; nothing is written',
    query: VerdictQuery,
    response: JudgedRangeSchema,
    handler: verdictHandler,
  },
]
