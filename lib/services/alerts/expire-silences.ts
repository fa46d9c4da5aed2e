/** Owns what happens when a silence is over: a line in the history, and a word to the channels if it still fires and no other holds. */
import type { Context } from '@/lib/access/context'
import type { Alert } from '@/lib/domain/alert'
import { isAppError } from '@/lib/domain/errors'
import { toRfc3339 } from '@/lib/domain/time'
import { silenceOf } from '@/lib/queries/silences'
import { queueNotifications } from '@/lib/services/notifications/queue-notifications'

/**
 * Ends every silence whose time is over. The end is stored together with its messages, so it is told exactly once
 * however often this runs, or when it runs late.
 * @returns silences ended
 */
export async function expireSilences(ctx: Context): Promise<number> {
  const expired = await ctx.metadata.listExpiredSilences(0, ctx.nowMs)
  let ended = 0
  for (const alert of expired) if (await endSilence(ctx, alert)) ended++
  return ended
}

async function endSilence(ctx: Context, alert: Alert): Promise<boolean> {
  if (alert.silencedUntilMs === null || alert.silencedUntilMs > ctx.nowMs) return false
  // One is over, or was ended, while another still keeps it quiet.
  const other = alert.state === 'resolved' ? null : await silenceOf(ctx, alert)
  const spoken: Alert = {
    ...alert,
    silencedUntilMs: other?.endsMs ?? null,
    silenceReason: other?.reason ?? null,
  }
  const wishes =
    alert.state === 'firing' && !other
      ? [{ alert: spoken, type: 'alert.firing' as const, because: 'silence_ended' as const }]
      : []
  const queued = await queueNotifications(ctx, wishes)
  const line = {
    atMs: ctx.nowMs,
    kind: other ? ('silenced' as const) : ('silence_ended' as const),
    actor: 'plumbline',
    note: other ? `Until ${toRfc3339(other.endsMs)}: ${other.reason}` : (alert.silenceReason ?? ''),
  }
  try {
    await ctx.metadata.changeAlert(spoken, alert, [line, ...queued.events], queued.notifications)
    return true
  } catch (error) {
    // The evaluator moved the alert in between: the next sweep sees what it has become.
    if (isAppError(error) && error.code === 'conflict') return false
    throw error
  }
}
