/** Owns the question: where does the sign of life go, and did the last one arrive? */
import * as z from 'zod'
import type { Context } from '@/lib/access/context'
import { requireScope } from '@/lib/access/principal'

export const HEARTBEAT_SETTING = 'heartbeat'
export const HEARTBEAT_LAST_SETTING = 'heartbeat.last'

const StoredSchema = z.object({ host: z.string(), everyMs: z.number() })
const LastSchema = z.object({ atMs: z.number(), reason: z.string().nullable() })

export interface Heartbeat {
  /** Host only; the address is not shown again. */
  readonly host: string
  readonly everyMs: number
  /** null before the first one; `reason` says why it did not arrive. */
  readonly last: { readonly atMs: number; readonly reason: string | null } | null
}

/** null while it is off. */
export async function readHeartbeat(ctx: Context): Promise<Heartbeat | null> {
  const stored = await ctx.metadata.getSetting(HEARTBEAT_SETTING)
  if (stored === null) return null
  const last = await ctx.metadata.getSetting(HEARTBEAT_LAST_SETTING)
  return {
    ...StoredSchema.parse(JSON.parse(stored)),
    last: last === null ? null : LastSchema.parse(JSON.parse(last)),
  }
}

/** The same for people. */
export async function getHeartbeat(ctx: Context): Promise<Heartbeat | null> {
  requireScope(ctx.principal, 'admin')
  return readHeartbeat(ctx)
}
