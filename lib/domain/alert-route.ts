/** Owns the noun route: which alerts go to which channels, and when. The matching lives in `lib/alert`. */
import * as z from 'zod'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '@/lib/domain/time'

/** `HH:MM`, 00:00 … 24:00. */
const ClockSchema = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$|^24:00$/, 'must be a time like 09:00')

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}

/** When a route is open: from one time of day to another on these days, past midnight where `to` is not after `from`. */
export const RouteHoursSchema = z.object({
  timeZone: z.string().max(100).refine(isTimeZone, 'must be a time zone like Europe/Berlin'),
  /** ISO weekdays on which the span begins: 1 Monday … 7 Sunday. */
  days: z.array(z.number().int().min(1).max(7)).min(1).max(7),
  from: ClockSchema,
  to: ClockSchema,
})
export type RouteHours = z.infer<typeof RouteHoursSchema>

/** What alerts can be grouped by. `alert`: by itself, each is told alone. */
export const GROUP_LABELS = ['model', 'version', 'cause', 'severity', 'owner', 'alert'] as const
export type GroupLabel = (typeof GROUP_LABELS)[number]

const words = z.array(z.string().trim().min(1).max(200)).max(100).default([])

/** A route; an empty list of a criterion takes everything. */
export const AlertRouteSchema = z.object({
  name: z
    .string()
    .trim()
    .min(1)
    .max(100)
    .refine((text) => !/\p{Cc}/u.test(text), 'must not hold control characters'),
  /** Names of models; `*` stands for any run of characters. */
  models: words,
  severities: z
    .array(z.enum(['warning', 'critical']))
    .max(2)
    .default([]),
  /** Causes, and kinds of alerts of Plumbline about itself. */
  causes: words,
  owners: words,
  slices: words,
  hours: RouteHoursSchema.nullable().default(null),
  /** Channels by number; none: nobody is told. */
  channels: z.array(z.number().int().positive()).max(50),
  /** Look at the next routes too. */
  continues: z.boolean().default(false),
  /** What is told in one message; by model when absent, `alert`: each alone, none: all of the channel together. */
  groupBy: z.array(z.enum(GROUP_LABELS)).max(GROUP_LABELS.length).optional(),
  groupWaitMs: z.number().int().min(0).max(HOUR_MS).optional(),
  groupIntervalMs: z.number().int().min(MINUTE_MS).max(DAY_MS).optional(),
  /** Instead of 4 h for critical and 24 h for warning. */
  repeatMs: z
    .number()
    .int()
    .min(5 * MINUTE_MS)
    .max(7 * DAY_MS)
    .optional(),
})
export type AlertRoute = z.infer<typeof AlertRouteSchema>

/** All routes, in order. The number of the revision keeps two editors apart. */
export const AlertRoutesSchema = z.object({
  revision: z.number().int().min(0),
  routes: z.array(AlertRouteSchema).max(100),
})
export type AlertRoutes = z.infer<typeof AlertRoutesSchema>

export const NO_ROUTES: AlertRoutes = { revision: 0, routes: [] }
