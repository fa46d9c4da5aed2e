/** Owns alerts of Plumbline about itself: opens and resolves them, and tells those whom the trouble does not concern. */
import { createHash } from 'node:crypto'
import type { Context } from '@/lib/access/context'
import { findTroubles, LAG_AFTER_MS, type StorageRoom, type Trouble } from '@/lib/alert/find-troubles'
import { BATCH_KEY, groupingOf, SELF_GROUP_KEY } from '@/lib/alert/grouping'
import { hearShipper, type ShipperMemory, ShipperMemorySchema } from '@/lib/alert/hear-shipper'
import { routeAlert } from '@/lib/alert/route-alert'
import type { Notification, NotificationType } from '@/lib/domain/alert'
import type { SelfAlert } from '@/lib/domain/self-alert'
import { readRoutes } from '@/lib/queries/alert-routes'

const MAX_OPEN = 200
const SHIPPERS_SETTING = 'self.shippers'
/** Windows looked at to tell live ones from back-filled ones. */
const DUE_LIMIT = 200

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
export async function watchSelf(ctx: Context, facts: ProcessFacts): Promise<number> {
  const { metadata, nowMs } = ctx
  const open = await metadata.listSelfAlerts({ resolvedToo: false, limit: MAX_OPEN })
  const channels = await metadata.listChannels()
  const due = await ctx.series.listDue(nowMs - LAG_AFTER_MS, DUE_LIMIT)
  const troubles = findTroubles({
    ...facts,
    nowMs,
    channels,
    queues: await metadata.listQueues(),
    dueSinceMs: due.filter(({ backfill }) => !backfill).reduce(earliest, null),
    shippers: await hearShippers(ctx, facts.upSinceMs),
    open,
  })
  let changed = 0
  for (const trouble of troubles) {
    const known = open.find((one) => isSame(one, trouble))
    if (known) await tellAgain(ctx, known)
    else if (await raise(ctx, trouble)) changed++
  }
  for (const alert of open) {
    if (troubles.some((trouble) => isSame(alert, trouble))) continue
    await resolve(ctx, alert)
    changed++
  }
  return changed
}

function isSame(a: Pick<SelfAlert, 'kind' | 'subject'>, b: Pick<SelfAlert, 'kind' | 'subject'>): boolean {
  return a.kind === b.kind && a.subject === b.subject
}

function earliest(least: number | null, { dueMs }: { readonly dueMs: number }): number {
  return least === null ? dueMs : Math.min(least, dueMs)
}

async function raise(ctx: Context, trouble: Trouble): Promise<boolean> {
  const dedupKey = `plumbline/${trouble.kind}/${trouble.subject}/${new Date(ctx.nowMs).toISOString()}`
  const alert = { ...trouble, firedMs: ctx.nowMs, dedupKey }
  const heard = await listenersOf(ctx, trouble)
  const rows = heard.map((to) => messageOf(alert, null, to, 'alert.firing', ctx.nowMs))
  const opened = await ctx.metadata.openSelfAlert(alert, rows)
  if (opened) ctx.logger.error({ kind: trouble.kind, text: trouble.text }, trouble.title)
  return opened !== null
}

/** Channels that were never told, and those told long ago. */
async function tellAgain(ctx: Context, alert: SelfAlert): Promise<void> {
  const messages = await ctx.metadata.listNotifications({ selfAlertId: alert.id, limit: 500 })
  for (const to of await listenersOf(ctx, alert)) {
    const { channelId, pace } = to
    const [last] = messages.filter(
      (message) => message.channelId === channelId && message.state !== 'cancelled',
    )
    if (last?.state === 'waiting') continue
    const lastMs = last ? (last.sentMs ?? last.createdMs) : null
    if (lastMs !== null && ctx.nowMs - lastMs < pace.repeatMs[alert.severity]) continue
    await ctx.metadata.addNotification(messageOf(alert, alert.id, to, 'alert.firing', ctx.nowMs))
  }
}

async function resolve(ctx: Context, alert: SelfAlert): Promise<void> {
  const messages = await ctx.metadata.listNotifications({ selfAlertId: alert.id, limit: 500 })
  const told = new Map(
    messages
      .filter(({ state }) => state !== 'cancelled')
      .map(({ channelId, groupKey = null }) => [channelId, { channelId, groupKey }]),
  )
  const rows = [...told.values()].map((to) => messageOf(alert, alert.id, to, 'alert.resolved', ctx.nowMs))
  await ctx.metadata.resolveSelfAlert(alert.id, ctx.nowMs, rows)
  ctx.logger.info({ kind: alert.kind }, `over: ${alert.title}`)
}

/** Who hears of it: by the routes, but never by the channel that it is about. */
async function listenersOf(
  ctx: Context,
  { kind, subject, severity }: Pick<SelfAlert, 'kind' | 'subject' | 'severity'>,
) {
  const { routes } = await readRoutes(ctx)
  const enabled = (await ctx.metadata.listChannels()).filter(
    (channel) => channel.enabled && !(kind === 'undeliverable' && String(channel.id) === subject),
  )
  const about = { model: null, severity, cause: kind, owner: null, slice: null }
  const ids = enabled.map(({ id }) => id)
  return routeAlert(routes, about, ids, ctx.nowMs).channels.map(({ channelId, pace }) => {
    const channel = enabled.find(({ id }) => id === channelId)
    const way = channel ? groupingOf(channel.kind)?.way : undefined
    const groupKey = way === undefined ? null : way === 'batched' ? BATCH_KEY : SELF_GROUP_KEY
    return { channelId, pace, groupKey: pace.groupBy.includes('alert') && way === 'paced' ? null : groupKey }
  })
}

function messageOf(
  alert: Pick<SelfAlert, 'dedupKey'>,
  selfAlertId: number | null,
  { channelId, groupKey }: { readonly channelId: number; readonly groupKey: string | null },
  type: NotificationType,
  nowMs: number,
): Omit<Notification, 'id'> {
  const digest = createHash('sha256')
    .update([alert.dedupKey, channelId, type, nowMs].join('\n'))
    .digest('hex')
  return {
    channelId,
    alertId: null,
    selfAlertId,
    groupKey,
    type,
    key: `msg_${digest.slice(0, 32)}`,
    body: '',
    createdMs: nowMs,
    dueMs: nowMs,
    attempts: 0,
    state: 'waiting',
    lastError: null,
    sentMs: null,
  }
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
