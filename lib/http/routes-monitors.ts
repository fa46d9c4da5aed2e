/** Owns the routes of monitors, and of how versions are deployed. */
import * as z from 'zod'
import {
  MonitorChangeBody,
  monitorsHandler,
  updateMonitorHandler,
  updateVersionHandler,
  VersionChange,
} from '@/lib/http/handlers/monitors'
import { VersionQuery } from '@/lib/http/queries-models'
import type { Route } from '@/lib/http/route'
import { MonitorSchema, VersionSchema } from '@/lib/http/schemas'

export const MONITOR_ROUTES: readonly Route[] = [
  {
    method: 'PATCH',
    path: '/api/v1/models/{model}/versions/{version}',
    access: 'admin',
    summary: 'Say how a version is deployed: live, canary, shadow or retired',
    body: VersionChange,
    response: VersionSchema,
    handler: updateVersionHandler,
  },
  {
    method: 'GET',
    path: '/api/v1/models/{model}/monitors',
    access: 'read',
    summary: 'The rules by which a model, or one version of it, is watched',
    query: VersionQuery,
    response: z.object({ monitors: z.array(MonitorSchema) }),
    handler: monitorsHandler,
  },
  {
    method: 'PATCH',
    path: '/api/v1/monitors/{id}',
    access: 'admin',
    summary: 'Change a monitor: on or off, method, smallest effect, severity; what is not named stays',
    body: MonitorChangeBody,
    response: MonitorSchema,
    handler: updateMonitorHandler,
  },
]
