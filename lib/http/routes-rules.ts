/** Owns the routes of what is done to fields, and of the records that were refused. */
import * as z from 'zod'
import {
  getMappingHandler,
  PreviewBody,
  PreviewSchema,
  previewMappingHandler,
  putMappingHandler,
  RulesBody,
  RulesSchema,
} from '@/lib/http/handlers/mapping'
import {
  RefusedQuery,
  ReplayBody,
  ReplaySchema,
  refusedHandler,
  replayHandler,
} from '@/lib/http/handlers/quarantine'
import type { Route } from '@/lib/http/route'
import { NextCursorSchema, RefusedSchema } from '@/lib/http/schemas'

export const RULE_ROUTES: readonly Route[] = [
  {
    method: 'GET',
    path: '/api/v1/models/{model}/mapping',
    access: 'read',
    summary: 'What is done to the fields of a model before anything is written',
    response: RulesSchema,
    handler: getMappingHandler,
  },
  {
    method: 'PUT',
    path: '/api/v1/models/{model}/mapping',
    access: 'admin',
    summary: 'Replace the rules of a model; they hold within half a second',
    body: RulesBody,
    response: RulesSchema,
    handler: putMappingHandler,
  },
  {
    method: 'POST',
    path: '/api/v1/models/{model}/mapping/preview',
    access: 'admin',
    summary: 'What rules would make of the last records received; nothing is stored',
    body: PreviewBody,
    response: PreviewSchema,
    handler: previewMappingHandler,
  },
  {
    method: 'GET',
    path: '/api/v1/refused',
    access: 'read',
    summary: 'Refused records (the quarantine), newest first',
    query: RefusedQuery,
    response: z.object({ refused: z.array(RefusedSchema), next: NextCursorSchema }),
    produces: ['application/json', 'text/csv', 'application/x-ndjson'],
    handler: refusedHandler,
  },
  {
    method: 'POST',
    path: '/api/v1/refused/replay',
    access: 'admin',
    summary: 'Take refused records that can be read now; asking twice stores once',
    body: ReplayBody,
    response: ReplaySchema,
    handler: replayHandler,
  },
]
