/** Owns the routes of silences that match alerts. */
import * as z from 'zod'
import { SilenceMatchersSchema } from '@/lib/domain/silence'
import {
  addSilenceHandler,
  endSilenceHandler,
  NewSilenceBody,
  previewSilenceHandler,
  SilencePreviewBody,
  silencesHandler,
} from '@/lib/http/handlers/silences'
import type { Route } from '@/lib/http/route'
import { CountSchema, InstantSchema } from '@/lib/http/schemas'

const SilenceSchema = z.object({
  id: z.number().int(),
  created: InstantSchema,
  created_by: z.string(),
  reason: z.string(),
  starts: InstantSchema,
  ends: InstantSchema,
  matchers: SilenceMatchersSchema,
  ended_by: z.string().nullable().describe('Who ended it before its time'),
})

export const SILENCE_ROUTES: readonly Route[] = [
  {
    method: 'GET',
    path: '/api/v1/silences',
    access: 'read',
    summary: 'Silences in force, and those that ended in the last week',
    response: z.object({ silences: z.array(SilenceSchema) }),
    handler: silencesHandler,
  },
  {
    method: 'POST',
    path: '/api/v1/silences',
    access: 'admin',
    summary: 'Keep all alerts quiet that match, those of now and those to come, for a while',
    body: NewSilenceBody,
    response: SilenceSchema,
    handler: addSilenceHandler,
  },
  {
    method: 'POST',
    path: '/api/v1/silences/preview',
    access: 'read',
    summary: 'Which alerts a silence would keep quiet; changes nothing',
    body: SilencePreviewBody,
    response: z.object({
      open: z.array(z.object({ id: z.number().int(), title: z.string() })),
      past_week: CountSchema.describe('Resolved alerts of the last week that it would have kept quiet'),
    }),
    handler: previewSilenceHandler,
  },
  {
    method: 'DELETE',
    path: '/api/v1/silences/{id}',
    access: 'admin',
    summary: 'End a silence before its time',
    response: SilenceSchema,
    handler: endSilenceHandler,
  },
]
