/** Owns the routes of channels, of the rules that lead alerts to them, and of Plumbline's word about itself. */
import * as z from 'zod'
import { AlertRoutesSchema } from '@/lib/domain/alert-route'
import { SELF_ALERT_KINDS } from '@/lib/domain/self-alert'
import {
  alertRoutesHandler,
  PreviewBody,
  previewHandler,
  saveAlertRoutesHandler,
} from '@/lib/http/handlers/alert-routes'
import { NothingBody, SilenceBody } from '@/lib/http/handlers/alerts'
import {
  addChannelHandler,
  ChannelBody,
  ChannelChange,
  channelsHandler,
  deleteChannelHandler,
  testChannelHandler,
  updateChannelHandler,
} from '@/lib/http/handlers/channels'
import {
  acknowledgeSelfHandler,
  HeartbeatBody,
  heartbeatHandler,
  selfAlertsHandler,
  setHeartbeatHandler,
  silenceSelfHandler,
} from '@/lib/http/handlers/self'
import type { Route } from '@/lib/http/route'
import { InstantSchema } from '@/lib/http/schemas'
import { ChannelSchema } from '@/lib/http/schemas-alerts'

const ChannelTestSchema = z.object({
  delivered: z.boolean(),
  status: z.number().int().nullable(),
  reason: z.string().nullable(),
  duration_ms: z.number(),
  answer: z.string(),
})

const PreviewSchema = z.object({
  channels: z.array(z.object({ id: z.number().int(), name: z.string(), route: z.string().nullable() })),
  steps: z.array(z.object({ route: z.string(), miss: z.string().nullable().describe('null: it matches') })),
  is_default: z.boolean().describe('No route decides: everybody is told'),
})

const HeartbeatSchema = z.object({
  host: z.string().nullable().describe('null: it is off'),
  every_minutes: z.number().nullable(),
  last: z.object({ at: InstantSchema, error: z.string().nullable() }).nullable(),
})

const SelfAlertSchema = z.object({
  id: z.number().int(),
  kind: z.enum(SELF_ALERT_KINDS),
  severity: z.enum(['warning', 'critical']),
  title: z.string(),
  text: z.string(),
  fired: InstantSchema,
  resolved: InstantSchema.nullable(),
  acknowledged_by: z.string().nullable(),
  silenced_until: InstantSchema.nullable(),
})

export const CHANNEL_ROUTES: readonly Route[] = [
  {
    method: 'GET',
    path: '/api/v1/channels',
    access: 'admin',
    summary: 'Channels with their latest deliveries',
    response: z.object({ channels: z.array(ChannelSchema) }),
    handler: channelsHandler,
  },
  {
    method: 'POST',
    path: '/api/v1/channels',
    access: 'admin',
    summary: 'Add a channel; the answer holds its signing secret, once, where it has one',
    body: ChannelBody,
    response: z.object({ channel: ChannelSchema, secret: z.string().nullable() }),
    handler: addChannelHandler,
  },
  {
    method: 'PATCH',
    path: '/api/v1/channels/{id}',
    access: 'admin',
    summary: 'Change a channel: its name, whether it is on, where it leads, its secret',
    body: ChannelChange,
    handler: updateChannelHandler,
  },
  {
    method: 'DELETE',
    path: '/api/v1/channels/{id}',
    access: 'admin',
    summary: 'Remove a channel; what waits for it is cancelled',
    handler: deleteChannelHandler,
  },
  {
    method: 'POST',
    path: '/api/v1/channels/{id}/test',
    access: 'admin',
    summary: 'Send one test message now and tell what came back',
    response: ChannelTestSchema,
    handler: testChannelHandler,
  },
  {
    method: 'GET',
    path: '/api/v1/alert-routes',
    access: 'admin',
    summary: 'Which alerts go to which channels; without routes all go to all',
    response: AlertRoutesSchema,
    handler: alertRoutesHandler,
  },
  {
    method: 'PUT',
    path: '/api/v1/alert-routes',
    access: 'admin',
    summary: 'Replace all routes, at the revision that was read',
    body: AlertRoutesSchema,
    response: AlertRoutesSchema,
    handler: saveAlertRoutesHandler,
  },
  {
    method: 'POST',
    path: '/api/v1/alert-routes/preview',
    access: 'admin',
    summary: 'Who would hear of such an alert, now or at another time, by the stored or by other routes',
    body: PreviewBody,
    response: PreviewSchema,
    handler: previewHandler,
  },
  {
    method: 'GET',
    path: '/api/v1/heartbeat',
    access: 'admin',
    summary: 'Where the sign of life goes, and whether the last one arrived',
    response: HeartbeatSchema,
    handler: heartbeatHandler,
  },
  {
    method: 'PUT',
    path: '/api/v1/heartbeat',
    access: 'admin',
    summary: 'Send a sign of life to an outside watcher while everything works, or stop doing so',
    body: HeartbeatBody,
    response: HeartbeatSchema,
    handler: setHeartbeatHandler,
  },
  {
    method: 'GET',
    path: '/api/v1/self-alerts',
    access: 'read',
    summary: 'What is wrong with Plumbline itself, and what was: destinations, lag, disk, shippers',
    response: z.object({ alerts: z.array(SelfAlertSchema) }),
    handler: selfAlertsHandler,
  },
  {
    method: 'POST',
    path: '/api/v1/self-alerts/{id}/acknowledge',
    access: 'admin',
    summary: 'Say that somebody is on what is wrong with Plumbline itself: it is no longer repeated',
    body: NothingBody,
    response: SelfAlertSchema,
    handler: acknowledgeSelfHandler,
  },
  {
    method: 'POST',
    path: '/api/v1/self-alerts/{id}/silence',
    access: 'admin',
    summary: 'Keep an alert of Plumbline about itself quiet for a while; it is still looked at',
    body: SilenceBody,
    response: SelfAlertSchema,
    handler: silenceSelfHandler,
  },
]
