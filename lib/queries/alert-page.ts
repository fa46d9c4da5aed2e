/** Owns the question: what does on-call need to decide about one alert? It asks the questions that make it up. */
import type { EvaluationRow } from '@/db/contracts/evaluation-records'
import type { MonitorUse } from '@/db/contracts/profile-records'
import type { Context } from '@/lib/access/context'
import { requireScope } from '@/lib/access/principal'
import type { Alert, AlertEvent } from '@/lib/domain/alert'
import { AppError } from '@/lib/domain/errors'
import type { Model, Version } from '@/lib/domain/model'
import type { StoredProfile } from '@/lib/domain/profile'
import { type AlertHistory, readAlertHistory } from '@/lib/queries/alert-history'
import { type AlertItem, toAlertItems } from '@/lib/queries/alert-item'
import { type AlertMemberItem, readMembers } from '@/lib/queries/alert-members'
import { type AlertSamples, readAlertSamples } from '@/lib/queries/alert-samples'
import { type AlertSuspicions, readSuspicions } from '@/lib/queries/alert-suspicions'
import { rememberedProfile } from '@/lib/queries/evaluation-target'
import { readMonitorUse } from '@/lib/queries/monitor-use'
import { type Contributor, type Importances, rankContributors } from '@/lib/queries/rank-contributors'
import { readKeeper } from '@/lib/queries/read-keeper'
import { findSimilarAlerts, type SimilarAlerts } from '@/lib/queries/similar-alerts'
import { whatToDo } from '@/lib/queries/what-to-do'
import { type HitPart, whoIsHit } from '@/lib/queries/who-is-hit'

export interface AlertPage extends AlertHistory, AlertSuspicions, AlertSamples {
  readonly alert: Alert
  readonly item: AlertItem
  readonly model: Model
  readonly version: Version
  readonly explainedBy: AlertItem | null
  /** Of the monitor that leads the alert, or else of the model; as messages say it. */
  readonly owner: string | null
  readonly runbookUrl: string | null
  /** Worst first; of an alert that is over each with its worst window, else with its newest breach. */
  readonly members: readonly AlertMemberItem[]
  readonly memberCount: number
  /** What the worst member's monitor was worth in the last weeks; null where no member is shown. */
  readonly use: MonitorUse | null
  /** What the slices, and the whole version, show in the window and measure of the worst member; empty without slices. */
  readonly hit: readonly HitPart[]
  /** The members by impact. */
  readonly contributors: readonly Contributor<AlertMemberItem>[]
  readonly importances: Importances
  /** Sentences in the order in which to try them. */
  readonly advice: readonly string[]
  readonly similar: SimilarAlerts
  readonly events: readonly AlertEvent[]
}

/** @throws AppError `not_found` */
export async function getAlertPage(ctx: Context, alertId: number): Promise<AlertPage> {
  requireScope(ctx.principal, 'read')
  const { alert, model, version } = await findAlert(ctx, alertId)
  const parent = alert.inhibitedBy === null ? null : await ctx.metadata.findAlert(alert.inhibitedBy)
  const [item, explainedBy = null] = await toAlertItems(ctx, parent ? [alert, parent] : [alert])
  if (!item) throw notFound()
  const { span } = item
  const members = await readMembers(ctx, alert, span)
  const lead = members[0]?.evaluation
  const versions = await ctx.metadata.listVersions(model.id)
  const profile = await profileOf(ctx, version, lead)
  const ranked = rankContributors(members, profile?.profile ?? null)
  const similar = await findSimilarAlerts(ctx, alert, span)
  const about = { alert, model, version, versions, span, lead }
  const suspicions = await readSuspicions(ctx, { ...about, members, related: similar.related })
  return {
    alert,
    item,
    model,
    version,
    explainedBy,
    ...(await readKeeper(ctx, alert, model)),
    members,
    memberCount: alert.members.length,
    use: lead ? await readMonitorUse(ctx, version.id, lead.monitorId) : null,
    ...(await readAlertHistory(ctx, about)),
    hit: await whoIsHit(ctx, version, lead),
    ...suspicions,
    ...ranked,
    ...(await readAlertSamples(ctx, { ...about, contributors: ranked.contributors, profile })),
    advice: whatToDo(alert.cause, suspicions.checks),
    similar,
    events: await ctx.metadata.listAlertEvents(alert.id),
  }
}

async function findAlert(
  ctx: Context,
  alertId: number,
): Promise<Pick<AlertPage, 'alert' | 'model' | 'version'>> {
  const alert = await ctx.metadata.findAlert(alertId)
  const model = alert && (await ctx.metadata.findModelById(alert.modelId))
  const version = alert && (await ctx.metadata.findVersionById(alert.versionId))
  if (!alert || !model || !version) throw notFound()
  return { alert, model, version }
}

/** The profile that the worst member was judged by; that of the version where no member is shown. */
async function profileOf(
  ctx: Context,
  version: Version,
  lead: EvaluationRow | undefined,
): Promise<StoredProfile | null> {
  const monitor = lead ? await ctx.metadata.findMonitor(lead.monitorId) : null
  const profileId = monitor?.profileId ?? version.profileId
  return profileId === null ? null : rememberedProfile(ctx, profileId)
}

function notFound(): AppError {
  return new AppError('not_found', 'There is no such alert.')
}
