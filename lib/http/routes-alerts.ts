/** Owns the routes of alerts. */
import * as z from 'zod'
import {
  AlertsQuery,
  acknowledgeHandler,
  alertHandler,
  alertsHandler,
  NothingBody,
  ResolveBody,
  resolveHandler,
  SilenceBody,
  silenceHandler,
} from '@/lib/http/handlers/alerts'
import type { Route } from '@/lib/http/route'
import { NextCursorSchema } from '@/lib/http/schemas'
import { AlertSchema, AlertWithEventsSchema } from '@/lib/http/schemas-alerts'

export const ALERT_ROUTES: readonly Route[] = [
  {
    method: 'GET',
    path: '/api/v1/alerts',
    access: 'read',
    summary: 'Alerts, open ones first',
    query: AlertsQuery,
    response: z.object({ alerts: z.array(AlertSchema), next: NextCursorSchema }),
    handler: alertsHandler,
  },
  {
    method: 'GET',
    path: '/api/v1/alerts/{id}',
    access: 'read',
    summary: 'One alert with its history',
    response: AlertWithEventsSchema,
    handler: alertHandler,
  },
  {
    method: 'POST',
    path: '/api/v1/alerts/{id}/acknowledge',
    access: 'admin',
    summary: 'Say that somebody is on it: it is no longer repeated',
    body: NothingBody,
    response: AlertSchema,
    handler: acknowledgeHandler,
  },
  {
    method: 'POST',
    path: '/api/v1/alerts/{id}/resolve',
    access: 'admin',
    summary: 'End an alert by hand',
    body: ResolveBody,
    response: AlertSchema,
    handler: resolveHandler,
  },
  {
    method: 'POST',
    path: '/api/v1/alerts/{id}/silence',
    access: 'admin',
    summary: 'Keep an alert quiet for a while; it is still evaluated',
    body: SilenceBody,
    response: AlertSchema,
    handler: silenceHandler,
  },
]
