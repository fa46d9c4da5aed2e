/** Owns the routes of channels, sessions and live events. */
import * as z from 'zod'
import {
  addChannelHandler,
  ChannelBody,
  ChannelChange,
  channelsHandler,
  deleteChannelHandler,
  testChannelHandler,
  updateChannelHandler,
} from '@/lib/http/handlers/channels'
import { liveHandler } from '@/lib/http/handlers/live'
import {
  ClaimBody,
  claimHandler,
  SignInBody,
  sessionHandler,
  signInHandler,
  signOutHandler,
} from '@/lib/http/handlers/session'
import type { Route } from '@/lib/http/route'
import { ChannelSchema, SessionSchema } from '@/lib/http/schemas-alerts'

const ChannelTestSchema = z.object({
  delivered: z.boolean(),
  status: z.number().int().nullable(),
  reason: z.string().nullable(),
  duration_ms: z.number(),
  answer: z.string(),
})

export const SETTINGS_ROUTES: readonly Route[] = [
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
    summary: 'Add a webhook; the answer holds its signing secret, once',
    body: ChannelBody,
    response: z.object({ channel: ChannelSchema, secret: z.string() }),
    handler: addChannelHandler,
  },
  {
    method: 'PATCH',
    path: '/api/v1/channels/{id}',
    access: 'admin',
    summary: 'Rename a channel, or switch it on or off',
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
    method: 'POST',
    path: '/api/v1/setup',
    access: 'public',
    summary: 'Claim a new instance with its one-time token; sets the session cookie',
    body: ClaimBody,
    response: SessionSchema,
    handler: claimHandler,
  },
  {
    method: 'POST',
    path: '/api/v1/session',
    access: 'public',
    summary: 'Sign in; sets the session cookie',
    body: SignInBody,
    response: SessionSchema,
    handler: signInHandler,
  },
  {
    method: 'GET',
    path: '/api/v1/session',
    access: 'session',
    summary: 'Who is signed in',
    response: SessionSchema,
    handler: sessionHandler,
  },
  {
    method: 'DELETE',
    path: '/api/v1/session',
    access: 'session',
    summary: 'Sign out',
    handler: signOutHandler,
  },
  {
    method: 'GET',
    path: '/api/v1/live',
    access: 'read',
    summary: 'Server-sent events: what changed (records, evaluations, alerts, models)',
    produces: ['text/event-stream'],
    handler: liveHandler,
  },
]
