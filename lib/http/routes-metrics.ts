/** Owns the routes of what others measure us by: `/metrics`, its dashboard, and change markers. */
import * as z from 'zod'
import { MARKER_KINDS } from '@/lib/domain/marker'
import {
  addMarkerHandler,
  deleteMarkerHandler,
  MarkerBody,
  MarkersQuery,
  markersHandler,
} from '@/lib/http/handlers/markers'
import { grafanaDashboardHandler, metricsHandler } from '@/lib/http/handlers/metrics'
import type { Route } from '@/lib/http/route'
import { InstantSchema } from '@/lib/http/schemas'

const MarkerSchema = z.object({
  id: z.number().int(),
  at: InstantSchema,
  kind: z.enum(MARKER_KINDS),
  title: z.string(),
  model: z.string().nullable().describe('null: concerns every model'),
  version: z.string().nullable(),
  link: z.string().nullable(),
  created_by: z.string(),
})

export const METRICS_ROUTES: readonly Route[] = [
  {
    method: 'GET',
    path: '/metrics',
    access: 'metrics',
    summary: 'How this instance and its models are, for Prometheus',
    produces: ['text/plain'],
    handler: metricsHandler,
  },
  {
    method: 'GET',
    path: '/api/v1/grafana-dashboard',
    access: 'read',
    summary: 'A Grafana dashboard over /metrics, to be imported',
    response: z.looseObject({ title: z.string() }),
    handler: grafanaDashboardHandler,
  },
  {
    method: 'GET',
    path: '/api/v1/markers',
    access: 'read',
    summary: 'Change markers: deploys, changes of configuration and of data',
    query: MarkersQuery,
    response: z.object({ markers: z.array(MarkerSchema) }),
    handler: markersHandler,
  },
  {
    method: 'POST',
    path: '/api/v1/markers',
    access: 'ingest',
    summary:
      'Mark a deploy, a change of configuration or of data; a pipeline needs no more than a key that sends',
    body: MarkerBody,
    response: MarkerSchema,
    handler: addMarkerHandler,
  },
  {
    method: 'DELETE',
    path: '/api/v1/markers/{id}',
    access: 'admin',
    summary: 'Remove a marker',
    handler: deleteMarkerHandler,
  },
]
