/** Owns the dead man's switch: a sign of life to an outside watcher while everything works, so that silence means trouble. */
import * as z from 'zod'
import type { Context } from '@/lib/access/context'
import { actorName, requireScope } from '@/lib/access/principal'
import { checkDestination, parseAddressPolicy } from '@/lib/channels/address-policy'
import { sendHttp } from '@/lib/channels/send-http'
import { AppError } from '@/lib/domain/errors'
import { MINUTE_MS, SECOND_MS } from '@/lib/domain/time'
import {
  HEARTBEAT_LAST_SETTING,
  HEARTBEAT_SETTING,
  type Heartbeat,
  readHeartbeat,
} from '@/lib/queries/heartbeat'
import { seal, unseal } from '@/lib/services/notifications/channel-secrets'

const TIMEOUT_MS = 10 * SECOND_MS
const StoredSchema = z.object({ url: z.string(), host: z.string(), everyMs: z.number() })

/**
 * Sets where the sign of life goes, or switches it off with null.
 * @throws AppError `invalid` (with the reason from the address policy), `forbidden`
 */
export async function setHeartbeat(
  ctx: Context,
  wish: { readonly url: string; readonly everyMs: number } | null,
): Promise<Heartbeat | null> {
  requireScope(ctx.principal, 'admin')
  let host = 'off'
  if (wish === null) await ctx.metadata.setSetting(HEARTBEAT_SETTING, null)
  else {
    const url = checkDestination(wish.url.trim(), parseAddressPolicy(ctx.outboundAllow ?? []))
    if (wish.everyMs < MINUTE_MS || wish.everyMs > 24 * 60 * MINUTE_MS)
      throw new AppError('invalid', 'A sign of life goes out every 1 to 1,440 minutes.', {
        field: 'every_minutes',
      })
    host = url.host
    const stored = { url: seal(ctx, url.href), host, everyMs: wish.everyMs }
    await ctx.metadata.setSetting(HEARTBEAT_SETTING, JSON.stringify(stored))
  }
  await ctx.metadata.setSetting(HEARTBEAT_LAST_SETTING, null)
  await ctx.metadata.addAudit({
    atMs: ctx.nowMs,
    actor: actorName(ctx.principal),
    action: 'heartbeat.set',
    subject: host,
  })
  return readHeartbeat(ctx)
}

/**
 * Sends the sign of life when it is time, and only while the work is done.
 * @param isWorking windows are judged, and no stage fails
 * @returns 1 when one was sent
 */
export async function sendHeartbeat(ctx: Context, isWorking: boolean): Promise<number> {
  if (!isWorking) return 0
  const text = await ctx.metadata.getSetting(HEARTBEAT_SETTING)
  if (text === null) return 0
  const { url, everyMs } = StoredSchema.parse(JSON.parse(text))
  const last = (await readHeartbeat(ctx))?.last ?? null
  // Absolute, so that a clock set back does not end it.
  if (last !== null && Math.abs(ctx.nowMs - last.atMs) < everyMs) return 0
  const call = { url: unseal(ctx, url), method: 'GET' as const, body: '' }
  const result = await sendHttp(call, ctx.nowMs, {
    policy: parseAddressPolicy(ctx.outboundAllow ?? []),
    timeoutMs: TIMEOUT_MS,
  })
  const reason = result.outcome === 'delivered' ? null : result.reason
  await ctx.metadata.setSetting(HEARTBEAT_LAST_SETTING, JSON.stringify({ atMs: ctx.nowMs, reason }))
  if (reason !== null) ctx.logger.warn({ reason }, 'the sign of life did not arrive')
  return 1
}
