/** Owns keeping an alert of Plumbline about itself quiet for a while. What it is about is still looked at. */
import type { Context } from '@/lib/access/context'
import { actorName, requireAct } from '@/lib/access/principal'
import type { SelfAlert } from '@/lib/domain/self-alert'
import { toRfc3339 } from '@/lib/domain/time'
import { parseSilenceWish, type SilenceWish } from '@/lib/services/alerts/silence-wish'
import { getOpenSelfAlert, over } from '@/lib/services/notifications/acknowledge-self-alert'

/**
 * Silences one that lasts, or sets a new end to its silence. When the time is over and it still lasts, it is told again.
 * @throws AppError `invalid`, `forbidden`, `not_found`, or `conflict` when it is over
 */
export async function silenceSelfAlert(
  ctx: Context,
  selfAlertId: number,
  wish: SilenceWish,
): Promise<SelfAlert> {
  requireAct(ctx.principal, 'self', selfAlertId, 'silence')
  const { durationMs, reason } = parseSilenceWish(wish)
  const alert = await getOpenSelfAlert(ctx, selfAlertId)
  const silencedUntilMs = ctx.nowMs + Math.round(durationMs)
  const changed = await ctx.metadata.changeSelfAlert(selfAlertId, { silencedUntilMs, silenceReason: reason })
  if (!changed) throw over()
  await ctx.metadata.addAudit({
    atMs: ctx.nowMs,
    actor: actorName(ctx.principal),
    action: 'self_alert.silence',
    subject: `${alert.kind}: ${alert.title}, until ${toRfc3339(silencedUntilMs)}: ${reason}`,
  })
  return changed
}
