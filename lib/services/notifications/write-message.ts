/** Owns gathering what a message about an alert says at the moment it leaves. */
import type { Context } from '@/lib/access/context'
import { composeMessage, type MessageEvidence } from '@/lib/alert/compose-message'
import type { Alert, AlertMember, NotificationType } from '@/lib/domain/alert'
import type { Channel } from '@/lib/domain/channel'
import { AppError } from '@/lib/domain/errors'
import type { Message } from '@/lib/domain/message'
import { readKeeper } from '@/lib/queries/read-keeper'
import { actsFor } from '@/lib/services/alerts/link-acts'

/** Members that are read for one message; the strongest come first. */
const MAX_MEMBERS_READ = 20

/**
 * A message of this type about an alert, from its newest state.
 * @param channel where it goes, so that it can carry links that act; null for none
 */
export async function writeMessage(
  ctx: Context,
  type: NotificationType,
  alert: Alert,
  channel: Pick<Channel, 'id' | 'kind' | 'settings'> | null = null,
): Promise<Message> {
  const model = await ctx.metadata.findModelById(alert.modelId)
  const version = await ctx.metadata.findVersionById(alert.versionId)
  if (!model || !version) throw new AppError('internal', 'The alert has no model.')
  const states = new Map(
    (await ctx.metadata.listMonitorStates(version.id)).map((state) => [state.monitorId, state]),
  )
  const evidence: MessageEvidence[] = []
  for (const member of alert.members.slice(0, MAX_MEMBERS_READ)) {
    const found = await readEvidence(ctx, member)
    if (found) evidence.push({ ...found, recent: states.get(member.monitorId)?.recent ?? [] })
  }
  const isCritical = alert.severity === 'critical'
  const events = isCritical ? await ctx.metadata.listAlertEvents(alert.id) : []
  return composeMessage({
    isRaised: events.some(({ kind }) => kind === 'upgraded'),
    type,
    alert,
    model,
    version,
    evidence,
    keeper: await readKeeper(ctx, alert, model),
    nowMs: ctx.nowMs,
    publicUrl: ctx.publicUrl,
    acts: channel === null ? [] : actsFor(ctx, alert, channel),
  })
}

async function readEvidence(
  ctx: Context,
  member: AlertMember,
): Promise<Omit<MessageEvidence, 'recent'> | null> {
  const evaluation = await ctx.metadata.findEvaluation(member.evaluationId)
  if (!evaluation) return null
  const monitor = await ctx.metadata.findMonitor(member.monitorId)
  const { monitorId, metric, column, value, limit, n, nReference, pCorrected, windowStartMs, windowEndMs } =
    evaluation
  const method = monitor?.method ?? null
  return {
    monitorId,
    metric,
    method,
    column,
    value,
    limit,
    n,
    nReference,
    pCorrected,
    windowStartMs,
    windowEndMs,
  }
}
