/** Owns the schemas of alerts, channels, keys and sessions as they are answered. */
import * as z from 'zod'
import { KEY_SCOPES } from '@/db/contracts/access-records'
import { ALERT_JUDGEMENTS, ALERT_STATES } from '@/lib/domain/alert'
import { CHANNEL_KINDS, MAIL_SECURITY } from '@/lib/domain/channel'
import { CAUSES } from '@/lib/domain/monitor'
import { InstantSchema } from '@/lib/http/schemas'

const IdSchema = z.number().int().positive()

export const AlertSchema = z.object({
  id: IdSchema,
  model: z.string(),
  version: z.string(),
  slice: z.string().nullable().describe('Slice that it is about; null: the whole version'),
  cause: z.enum(CAUSES),
  severity: z.enum(['warning', 'critical']),
  state: z.enum(ALERT_STATES),
  title: z.string(),
  summary: z.string(),
  onset: InstantSchema,
  fired: InstantSchema,
  resolved: InstantSchema.nullable(),
  acknowledged_by: z.string().nullable(),
  assignee: z.string().nullable().describe('Who looks after it'),
  judgement: z.enum(ALERT_JUDGEMENTS).nullable().describe('What a person found it to be'),
  silenced_until: InstantSchema.nullable(),
  inhibited: z.boolean().describe('Explained by another alert'),
  historical: z.boolean(),
  members: z.number().int(),
  url: z.string(),
})

export const AlertWithEventsSchema = AlertSchema.extend({
  events: z.array(z.object({ at: InstantSchema, kind: z.string(), actor: z.string(), note: z.string() })),
})

export const DeliverySchema = z.object({
  id: IdSchema,
  type: z.string(),
  alert_id: z.number().int().nullable(),
  state: z.enum(['waiting', 'sent', 'given_up', 'cancelled']),
  attempts: z.number().int(),
  created: InstantSchema,
  sent: InstantSchema.nullable(),
  last_error: z.string().nullable(),
})

export const ChannelSchema = z.object({
  id: IdSchema,
  name: z.string(),
  kind: z.enum(CHANNEL_KINDS),
  enabled: z.boolean(),
  host: z.string().describe('The whole address is never shown again'),
  from: z.string().optional(),
  to: z.array(z.string()).optional(),
  username: z.string().optional(),
  security: z.enum(MAIL_SECURITY).optional(),
  links: z.boolean().optional().describe('false: messages carry no links that act without signing in'),
  created: InstantSchema,
  health: z
    .object({
      last_success: InstantSchema.nullable(),
      last_failure: InstantSchema.nullable(),
      failures_in_row: z.number().int(),
      last_error: z.string().nullable(),
      waiting: z.number().int(),
      next_try: InstantSchema.nullable(),
    })
    .optional(),
  deliveries: z.array(DeliverySchema).optional(),
})

export const KeySchema = z.object({
  id: IdSchema,
  name: z.string(),
  scopes: z.array(z.enum(KEY_SCOPES)),
  prefix: z.string(),
  created: InstantSchema,
  created_by: z.string(),
  last_used: InstantSchema.nullable(),
  revoked: InstantSchema.nullable(),
  expires: InstantSchema.nullable().describe('When a key that has a successor stops working by itself'),
  client: IdSchema.describe('The first key of its client: keys that succeed one another share quotas'),
  records_per_second: z.number().nullable(),
  bytes_per_second: z.number().nullable(),
})

export const SessionSchema = z.object({
  name: z.string(),
  role: z.enum(['admin', 'viewer']),
  csrf_token: z.string().describe('Send it as x-csrf-token with every change'),
})
