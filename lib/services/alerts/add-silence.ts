/** Owns keeping all alerts quiet that match, those of now and those to come, for a while. They are still evaluated. */
import type { Context } from '@/lib/access/context'
import { actorName, requireScope } from '@/lib/access/principal'
import { isBlank } from '@/lib/alert/match-silence'
import { AppError } from '@/lib/domain/errors'
import {
  DEFAULT_SILENCE_MS,
  MAX_REASON_LENGTH,
  MAX_SILENCE_MS,
  MIN_SILENCE_MS,
  type Silence,
  type SilenceMatchers,
} from '@/lib/domain/silence'
import { toRfc3339 } from '@/lib/domain/time'
import { openAlertsOf } from '@/lib/queries/silences'
import { changeAlert } from '@/lib/services/alerts/change-alert'

export interface SilenceWish {
  readonly matchers: SilenceMatchers
  /** Why, 1–500 characters. */
  readonly reason: string
  /** One minute to 30 days; 4 h when absent. */
  readonly durationMs?: number
}

/** @throws AppError `invalid` with the field at fault, `forbidden` */
export async function addSilence(ctx: Context, wish: SilenceWish): Promise<Silence> {
  requireScope(ctx.principal, 'admin')
  const { matchers, durationMs = DEFAULT_SILENCE_MS } = wish
  const reason = wish.reason.trim()
  if (reason === '' || reason.length > MAX_REASON_LENGTH)
    throw refuse('reason', 'Say why, in at most 500 characters.', MAX_REASON_LENGTH)
  if (!Number.isFinite(durationMs) || durationMs < MIN_SILENCE_MS || durationMs > MAX_SILENCE_MS)
    throw refuse('duration_ms', 'A silence lasts from one minute to 30 days.', MAX_SILENCE_MS)
  if (isBlank(matchers))
    throw refuse('matchers', 'Say what to silence: without any criterion it would hide all.')
  const createdBy = actorName(ctx.principal)
  const silence = await ctx.metadata.addSilence({
    createdMs: ctx.nowMs,
    createdBy,
    reason,
    startsMs: ctx.nowMs,
    endsMs: ctx.nowMs + Math.round(durationMs),
    matchers,
  })
  await ctx.metadata.addAudit({
    atMs: ctx.nowMs,
    actor: createdBy,
    action: 'silence.add',
    subject: `silence ${silence.id}: ${reason}`,
  })
  for (const { id } of await openAlertsOf(ctx, matchers)) await keepQuiet(ctx, id, silence)
  return silence
}

async function keepQuiet(ctx: Context, alertId: number, silence: Silence): Promise<void> {
  await changeAlert(ctx, alertId, 'alert.silence', (alert) => {
    if (alert.state === 'resolved' || (alert.silencedUntilMs ?? 0) >= silence.endsMs) return null
    return {
      alert: { ...alert, silencedUntilMs: silence.endsMs, silenceReason: silence.reason },
      kind: 'silenced',
      note: `Until ${toRfc3339(silence.endsMs)}: ${silence.reason}`,
    }
  })
}

function refuse(field: string, message: string, limit?: number): AppError {
  return new AppError('invalid', message, { field, ...(limit === undefined ? {} : { limit }) })
}
