/** Owns alerts of Plumbline about itself: opens and resolves them, and tells those whom the trouble does not concern. */
import type { Context } from '@/lib/access/context'
import { findTroubles, LAG_AFTER_MS, type StorageRoom, type Trouble } from '@/lib/alert/find-troubles'
import { hearShipper, type ShipperMemory, ShipperMemorySchema } from '@/lib/alert/hear-shipper'
import type { SelfAlert } from '@/lib/domain/self-alert'
import {
  type Audience,
  listenersOf,
  readAudience,
  repeatSelf,
  selfMessage,
} from '@/lib/services/notifications/self-messages'
import { UNWATCHED_MS } from '@/lib/services/summaries/schedule-windows'

/** More than there can be keys and channels: one that is not seen to be open would neither be repeated nor end. */
const MAX_OPEN = 5_000
const SHIPPERS_SETTING = 'self.shippers'
/** Since when windows have been seen to wait for long; kept over restarts. */
const LAG_SETTING = 'self.lag_seen'

/** By store: when it was looked last, and since when without a break. */
const looks = new WeakMap<Context['metadata'], { readonly sinceMs: number; readonly lastMs: number }>()

/** What only the process knows. */
export interface ProcessFacts {
  readonly room: StorageRoom | null
  readonly failing: Readonly<Record<string, string>>
  readonly upSinceMs: number
}

/**
 * Looks once at everything that may be wrong.
 * @returns alerts opened and resolved
 */
export async function watchSelf(ctx: Context, process: ProcessFacts): Promise<number> {
  const { metadata, nowMs } = ctx
  const facts = { ...process, upSinceMs: Math.max(process.upSinceMs, awakeSince(metadata, nowMs)) }
  const open = await metadata.listSelfAlerts({ resolvedToo: false, limit: MAX_OPEN })
  const channels = await metadata.listChannels()
  const dueSinceMs = await ctx.series.oldestLiveDue(nowMs - LAG_AFTER_MS)
  const troubles = findTroubles({
    ...facts,
    nowMs,
    channels,
    queues: await metadata.listQueues(),
    dueSinceMs,
    lagSeenMs: await rememberLag(ctx, dueSinceMs !== null),
    shippers: await hearShippers(ctx, facts.upSinceMs),
    open,
  })
  let changed = 0
  const audience = await readAudience(ctx)
  for (const trouble of troubles) {
    const known = open.find((one) => isSame(one, trouble))
    if (known) await repeatSelf(ctx, audience, known)
    else if (await raise(ctx, audience, trouble)) changed++
  }
  for (const alert of open) {
    if (troubles.some((trouble) => isSame(alert, trouble))) continue
    await resolve(ctx, alert)
    changed++
  }
  return changed
}

/** Nobody could be heard while the process slept, or in the time that a clock skipped which was put forward. */
function awakeSince(metadata: Context['metadata'], nowMs: number): number {
  const known = looks.get(metadata)
  const isBreak = known !== undefined && nowMs - known.lastMs > UNWATCHED_MS
  const sinceMs = isBreak ? nowMs : (known?.sinceMs ?? Number.NEGATIVE_INFINITY)
  looks.set(metadata, { sinceMs, lastMs: nowMs })
  return sinceMs
}

function isSame(a: Pick<SelfAlert, 'kind' | 'subject'>, b: Pick<SelfAlert, 'kind' | 'subject'>): boolean {
  return a.kind === b.kind && a.subject === b.subject
}

/** Since when windows wait, as seen by this worker and those before it; null when none does. */
async function rememberLag(ctx: Context, isLate: boolean): Promise<number | null> {
  const text = await ctx.metadata.getSetting(LAG_SETTING)
  const seenMs = text === null ? null : Number(text)
  if (!isLate) {
    if (text !== null) await ctx.metadata.setSetting(LAG_SETTING, null)
    return null
  }
  // A clock set back must not put it off.
  if (seenMs !== null && seenMs <= ctx.nowMs) return seenMs
  await ctx.metadata.setSetting(LAG_SETTING, String(ctx.nowMs))
  return ctx.nowMs
}

async function raise(ctx: Context, audience: Audience, trouble: Trouble): Promise<boolean> {
  const dedupKey = `plumbline/${trouble.kind}/${trouble.subject}/${new Date(ctx.nowMs).toISOString()}`
  const alert = { ...trouble, firedMs: ctx.nowMs, dedupKey }
  const heard = listenersOf(audience, trouble, ctx.nowMs)
  const rows = heard.map((to) => selfMessage(alert, null, to, 'alert.firing', ctx.nowMs))
  const opened = await ctx.metadata.openSelfAlert(alert, rows)
  if (opened) ctx.logger.error({ kind: trouble.kind, text: trouble.text }, trouble.title)
  return opened !== null
}

async function resolve(ctx: Context, alert: SelfAlert): Promise<void> {
  const messages = await ctx.metadata.listNotifications({ selfAlertId: alert.id, limit: 500 })
  const told = new Map(
    messages
      .filter(({ state }) => state !== 'cancelled')
      .map(({ channelId, groupKey = null }) => [channelId, { channelId, groupKey }]),
  )
  const rows = [...told.values()].map((to) => selfMessage(alert, alert.id, to, 'alert.resolved', ctx.nowMs))
  await ctx.metadata.resolveSelfAlert(alert.id, ctx.nowMs, rows)
  ctx.logger.info({ kind: alert.kind }, `over: ${alert.title}`)
}

/** The keys that only send, with their rhythm as it is known now. */
async function hearShippers(ctx: Context, upSinceMs: number) {
  const memories = parseMemories(await ctx.metadata.getSetting(SHIPPERS_SETTING))
  const keys = (await ctx.metadata.listKeys()).filter(
    ({ scopes, revokedMs }) => revokedMs === null && scopes.includes('ingest') && !scopes.includes('admin'),
  )
  const heard = keys.flatMap(({ id, name, lastUsedMs }) =>
    lastUsedMs === null
      ? []
      : [{ keyId: id, name, memory: hearShipper(memories.get(id) ?? null, lastUsedMs, upSinceMs) }],
  )
  const text = JSON.stringify(heard.map(({ keyId, memory }) => [keyId, memory]))
  if (text !== JSON.stringify([...memories])) await ctx.metadata.setSetting(SHIPPERS_SETTING, text)
  return heard
}

function parseMemories(text: string | null): Map<number, ShipperMemory> {
  if (text === null) return new Map()
  try {
    const pairs: unknown = JSON.parse(text)
    if (!Array.isArray(pairs)) return new Map()
    return new Map(pairs.map(([keyId, memory]) => [Number(keyId), ShipperMemorySchema.parse(memory)]))
  } catch {
    // The rhythm is learned anew.
    return new Map()
  }
}
