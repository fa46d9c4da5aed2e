/** Owns the routes of sessions and live events. */
import { LiveQuery, liveHandler } from '@/lib/http/handlers/live'
import {
  ClaimBody,
  claimHandler,
  SignInBody,
  sessionHandler,
  signInHandler,
  signOutHandler,
} from '@/lib/http/handlers/session'
import type { Route } from '@/lib/http/route'
import { SessionSchema } from '@/lib/http/schemas-alerts'

export const SETTINGS_ROUTES: readonly Route[] = [
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
    query: LiveQuery,
    produces: ['text/event-stream'],
    handler: liveHandler,
  },
]
