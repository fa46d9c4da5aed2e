/** Owns the routes of monitors, and of how versions are deployed. */
import * as z from 'zod'
import {
  backTestHandler,
  MonitorChangeBody,
  MonitorSettingsBody,
  monitorHistoryHandler,
  monitorsHandler,
  updateMonitorHandler,
  updateVersionHandler,
  VersionChange,
} from '@/lib/http/handlers/monitors'
import { VersionQuery } from '@/lib/http/queries-models'
import type { Route } from '@/lib/http/route'
import { VersionSchema } from '@/lib/http/schemas'
import { BackTestSchema, MonitorHistorySchema, MonitorSchema } from '@/lib/http/schemas-monitors'

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
    readsOnly: true,
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
    summary: 'Change a monitor: on or off, method, limit, policy, severity, owner; what is not named stays',
    body: MonitorChangeBody,
    response: MonitorSchema,
    handler: updateMonitorHandler,
  },
  {
    method: 'GET',
    path: '/api/v1/monitors/{id}/history',
    readsOnly: true,
    access: 'read',
    summary: 'Who changed a monitor, when, how and why; newest first',
    response: MonitorHistorySchema,
    handler: monitorHistoryHandler,
  },
  {
    method: 'POST',
    path: '/api/v1/monitors/{id}/back-test',
    readsOnly: true,
    access: 'read',
    summary:
      'How often the monitor would have fired in the last 30 days with these settings; changes nothing',
    body: MonitorSettingsBody,
    response: BackTestSchema,
    handler: backTestHandler,
  },
]
