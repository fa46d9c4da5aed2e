/** Owns ending a silence before its time: what it kept quiet speaks again, as if its time were over. */
import type { Context } from '@/lib/access/context'
import { actorName, requireScope } from '@/lib/access/principal'
import { holds } from '@/lib/alert/apply-silences'
import { AppError } from '@/lib/domain/errors'
import type { Silence } from '@/lib/domain/silence'
import { openAlertsOf } from '@/lib/queries/silences'
import { changeAlert } from '@/lib/services/alerts/change-alert'

/**
 * Ends it now; one that is over already stays as it is.
 * @throws AppError `not_found`, `forbidden`
 */
export async function endSilence(ctx: Context, silenceId: number): Promise<Silence> {
  requireScope(ctx.principal, 'admin')
  const silence = await ctx.metadata.findSilence(silenceId)
  if (!silence) throw new AppError('not_found', 'There is no such silence.')
  if (silence.endsMs <= ctx.nowMs) return silence
  const actor = actorName(ctx.principal)
  const ended = await ctx.metadata.endSilence(silenceId, actor, ctx.nowMs)
  for (const { id } of await openAlertsOf(ctx, silence.matchers)) {
    await changeAlert(ctx, id, 'silence.end', (alert) =>
      holds(silence, alert)
        ? {
            // The sweep of silences that are over tells the channels, exactly once.
            alert: { ...alert, silencedUntilMs: ctx.nowMs },
            kind: 'silenced',
            note: `Ended before its time: ${silence.reason}`,
          }
        : null,
    )
  }
  await ctx.metadata.addAudit({
    atMs: ctx.nowMs,
    actor,
    action: 'silence.end',
    subject: `silence ${silenceId}: ${silence.reason}`,
  })
  return ended
}
