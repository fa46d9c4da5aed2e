/** Owns gathering what a message about an alert says at the moment it leaves. */
import type { Context } from '@/lib/access/context'
import { type BodyEvidence, notificationBody } from '@/lib/alert/notification-body'
import type { Alert, AlertMember, NotificationType } from '@/lib/domain/alert'
import { AppError } from '@/lib/domain/errors'

/** Members that are read for one message; the strongest come first. */
const MAX_MEMBERS_READ = 20

/** The body of a message of this type about an alert, from its newest state. */
export async function writeBody(ctx: Context, type: NotificationType, alert: Alert): Promise<string> {
  const model = await ctx.metadata.findModelById(alert.modelId)
  const version = await ctx.metadata.findVersionById(alert.versionId)
  if (!model || !version) throw new AppError('internal', 'The alert has no model.')
  const states = new Map(
    (await ctx.metadata.listMonitorStates(version.id)).map((state) => [state.monitorId, state]),
  )
  const evidence: BodyEvidence[] = []
  for (const member of alert.members.slice(0, MAX_MEMBERS_READ)) {
    const found = await readEvidence(ctx, member)
    if (found) evidence.push({ ...found, recent: states.get(member.monitorId)?.recent ?? [] })
  }
  return notificationBody({
    type,
    alert,
    model,
    version,
    evidence,
    nowMs: ctx.nowMs,
    publicUrl: ctx.publicUrl,
  })
}

async function readEvidence(ctx: Context, member: AlertMember): Promise<Omit<BodyEvidence, 'recent'> | null> {
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
