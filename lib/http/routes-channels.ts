/** Owns the routes of channels and of the rules that lead alerts to them. */
import * as z from 'zod'
import { AlertRoutesSchema } from '@/lib/domain/alert-route'
import {
  alertRoutesHandler,
  PreviewBody,
  previewHandler,
  saveAlertRoutesHandler,
} from '@/lib/http/handlers/alert-routes'
import {
  addChannelHandler,
  ChannelBody,
  ChannelChange,
  channelsHandler,
  deleteChannelHandler,
  testChannelHandler,
  updateChannelHandler,
} from '@/lib/http/handlers/channels'
import type { Route } from '@/lib/http/route'
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
]
