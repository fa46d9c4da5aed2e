/** Owns sending what waits in the outbox, together where it belongs together, each channel at its own pace, and keeping open alerts spoken of. */
import type { Context } from '@/lib/access/context'
import { RESEND_EVERY_MS } from '@/lib/channels/alertmanager'
import { startStopwatch } from '@/lib/channels/stopwatch'
import type { Notification } from '@/lib/domain/alert'
import { MINUTE_MS, SECOND_MS } from '@/lib/domain/time'
import { expireSilences } from '@/lib/services/alerts/expire-silences'
import { deliverMessage, type SendSettings } from '@/lib/services/notifications/deliver-message'
import { createDeliveryLanes, type DeliveryLanes } from '@/lib/services/notifications/delivery-lanes'
import { gatherDue } from '@/lib/services/notifications/gather-due'
import { queueRepeats } from '@/lib/services/notifications/queue-notifications'
import { listResends } from '@/lib/services/notifications/resend-alerts'

/** Longer than an attempt can take, so that a message is never on the wire twice at once. */
const LEASE_MS = MINUTE_MS
/** A message that could not start this long before its lease ends is left to the next claim. */
const LATEST_START_MS = LEASE_MS - 20 * SECOND_MS
const CLAIM_LIMIT = 200
const MAX_CLAIMS = 10
const SWEEP_EVERY_MS = 15 * SECOND_MS

/** What one process is sending, by the store it sends from. */
interface Outbox {
  readonly lanes: DeliveryLanes
  /** When it looked last. */
  seenMs: number
  sweptMs: number
  resentMs: number
}
const OUTBOXES = new WeakMap<Context['metadata'], Outbox>()

export interface DeliverOptions extends SendSettings {
  /** How long to wait for slow receivers before returning; what is on the wire carries on by itself. */
  readonly patienceMs?: number
}

/**
 * Claims due messages and sends them. Returns after at most `patienceMs`, so a receiver that hangs holds up neither
 * other channels nor the worker's other stages; its messages finish in the background, protected by their lease.
 *
 * @returns messages settled (sent, put off, given up or cancelled) before it returned
 */
export async function deliverDue(ctx: Context, options: DeliverOptions = {}): Promise<number> {
  const outbox = OUTBOXES.get(ctx.metadata) ?? {
    lanes: createDeliveryLanes(),
    seenMs: Number.NEGATIVE_INFINITY,
    sweptMs: Number.NEGATIVE_INFINITY,
    resentMs: Number.NEGATIVE_INFINITY,
  }
  OUTBOXES.set(ctx.metadata, outbox)
  const setBackMs = outbox.seenMs - ctx.nowMs
  if (setBackMs > SECOND_MS && Number.isFinite(setBackMs)) await ctx.metadata.bringForward(setBackMs)
  outbox.seenMs = ctx.nowMs
  // Absolute, so that a clock set back does not stop the sweep.
  if (Math.abs(ctx.nowMs - outbox.sweptMs) >= SWEEP_EVERY_MS) {
    await expireSilences(ctx)
    await queueRepeats(ctx)
    outbox.sweptMs = ctx.nowMs
  }
  if (Math.abs(ctx.nowMs - outbox.resentMs) >= RESEND_EVERY_MS) {
    for (const { channelId, run } of await listResends(ctx)) {
      // An end that overtook it would be undone by it, and one that still waits in its lane will say the same.
      if (outbox.lanes.load(channelId) === 0) outbox.lanes.add(channelId, () => runSafely(ctx, run), true)
    }
    outbox.resentMs = ctx.nowMs
  }
  await gatherDue(ctx)
  let settled = 0
  const elapsedMs = startStopwatch()
  for (let claims = 0; claims < MAX_CLAIMS; claims++) {
    const claimed = await ctx.metadata.claimDue(ctx.nowMs, LEASE_MS, CLAIM_LIMIT)
    for (const message of claimed) {
      outbox.lanes.add(message.channelId, async () => {
        const waitedMs = elapsedMs()
        if (waitedMs > LATEST_START_MS) return
        const now = { ...ctx, nowMs: ctx.nowMs + Math.floor(waitedMs) }
        if (await deliverSafely(now, message, options)) settled++
      })
    }
    if (claimed.length < CLAIM_LIMIT) break
  }
  await Promise.race([outbox.lanes.idle(), pause(options.patienceMs ?? 1_500)])
  return settled
}

/** One message must not take the others down with it: its lease ends and it is tried again. */
async function deliverSafely(ctx: Context, message: Notification, settings: SendSettings): Promise<boolean> {
  try {
    return await deliverMessage(ctx, message, settings)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    ctx.logger.error({ notificationId: message.id, reason }, 'a notification could not be processed')
    return false
  }
}

async function runSafely(ctx: Context, run: () => Promise<void>): Promise<void> {
  try {
    await run()
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    ctx.logger.error({ reason }, 'open alerts could not be sent again')
  }
}

function pause(durationMs: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, Math.min(durationMs, 2 ** 31 - 1)).unref()
  })
}
