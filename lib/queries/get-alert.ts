/** Owns the question: what is this alert, what is it made of, and what happened to it? For the API. */
import type { EvaluationRow } from '@/db/contracts/evaluation-records'
import type { Context } from '@/lib/access/context'
import { requireScope } from '@/lib/access/principal'
import type { AlertEvent, AlertMember } from '@/lib/domain/alert'
import { AppError } from '@/lib/domain/errors'
import { type AlertItem, toAlertItems } from '@/lib/queries/alert-item'

const MAX_MEMBERS_SHOWN = 100

export interface AlertMemberDetail {
  readonly member: AlertMember
  /** The evaluation that speaks for it, without detail; null once it is past its retention. */
  readonly evaluation: EvaluationRow | null
}

export interface AlertDetail extends AlertItem {
  readonly dedupKey: string
  readonly resolution: string | null
  readonly inhibitedBy: number | null
  readonly silenceReason: string | null
  readonly acknowledgedMs: number | null
  readonly members: readonly AlertMemberDetail[]
  /** Oldest first. */
  readonly events: readonly AlertEvent[]
  readonly notifications: readonly {
    readonly id: number
    readonly type: string
    readonly channel: string | null
    readonly state: string
    readonly attempts: number
    readonly createdMs: number
    readonly sentMs: number | null
    readonly lastError: string | null
  }[]
}

/** @throws AppError `not_found` */
export async function getAlert(ctx: Context, alertId: number): Promise<AlertDetail> {
  requireScope(ctx.principal, 'read')
  const alert = await ctx.metadata.findAlert(alertId)
  const item = alert ? (await toAlertItems(ctx, [alert]))[0] : undefined
  if (!alert || !item) throw new AppError('not_found', 'There is no such alert.', { reason: 'unknown_alert' })
  const members: AlertMemberDetail[] = []
  for (const member of alert.members.slice(0, MAX_MEMBERS_SHOWN)) {
    members.push({ member, evaluation: await ctx.metadata.findEvaluation(member.evaluationId) })
  }
  const channels = new Map((await ctx.metadata.listChannels()).map((channel) => [channel.id, channel.name]))
  const messages = await ctx.metadata.listNotifications({ alertId, limit: 200 })
  return {
    ...item,
    dedupKey: alert.dedupKey,
    resolution: alert.resolution,
    inhibitedBy: alert.inhibitedBy,
    silenceReason: alert.silenceReason,
    acknowledgedMs: alert.acknowledgedMs,
    members,
    events: await ctx.metadata.listAlertEvents(alertId),
    notifications: messages.map(({ id, type, channelId, state, attempts, createdMs, sentMs, lastError }) => ({
      id,
      type,
      channel: channels.get(channelId) ?? null,
      state,
      attempts,
      createdMs,
      sentMs,
      lastError,
    })),
  }
}
