/** Owns an alert as lists show it, and the spans in which alerts fired, as charts shade them. */
import type { Context } from '@/lib/access/context'
import type { Alert } from '@/lib/domain/alert'
import type { Version } from '@/lib/domain/model'
import type { Cause, Severity } from '@/lib/domain/monitor'
import type { TimeRange } from '@/lib/domain/time'
import { alertSpan } from '@/lib/queries/alert-span'

export interface AlertItem {
  readonly id: number
  readonly model: string
  readonly version: string
  /** Name of the slice it is about; null: the whole version. */
  readonly slice: string | null
  readonly cause: Cause
  readonly severity: Severity
  readonly state: Alert['state']
  readonly title: string
  readonly summary: string
  readonly onsetMs: number
  readonly firedMs: number
  readonly resolvedMs: number | null
  readonly acknowledgedBy: string | null
  readonly assignee: string | null
  readonly judgement: Alert['judgement']
  readonly silencedUntilMs: number | null
  readonly isSilenced: boolean
  readonly isInhibited: boolean
  readonly historical: boolean
  /** What it covers: until now while it lasts, until the end of the data when that is history. */
  readonly span: TimeRange
  readonly memberCount: number
}

/** Alerts with the names of their model and version. */
export async function toAlertItems(ctx: Context, alerts: readonly Alert[]): Promise<AlertItem[]> {
  const models = new Map((await ctx.metadata.listModels()).map((model) => [model.id, model]))
  const versions = new Map<number, Version | null>()
  for (const alert of alerts) {
    if (!versions.has(alert.versionId)) {
      versions.set(alert.versionId, await ctx.metadata.findVersionById(alert.versionId))
    }
  }
  return alerts.map((alert) => ({
    id: alert.id,
    model: models.get(alert.modelId)?.name ?? '',
    version: versions.get(alert.versionId)?.name ?? '',
    slice: alert.slice?.name ?? null,
    cause: alert.cause,
    severity: alert.severity,
    state: alert.state,
    title: alert.title,
    summary: alert.summary,
    onsetMs: alert.onsetMs,
    firedMs: alert.firedMs,
    resolvedMs: alert.resolvedMs,
    acknowledgedBy: alert.acknowledgedBy,
    assignee: alert.assignee,
    judgement: alert.judgement,
    silencedUntilMs: alert.silencedUntilMs,
    isSilenced: alert.silencedUntilMs !== null && alert.silencedUntilMs > ctx.nowMs,
    isInhibited: alert.inhibitedBy !== null,
    historical: alert.historical,
    span: alertSpan(
      alert,
      versions.get(alert.versionId) ?? null,
      models.get(alert.modelId)?.settings.cadence ?? '1h',
      ctx.nowMs,
    ),
    memberCount: alert.members.length,
  }))
}

export interface FiringSpan {
  readonly startMs: number
  /** The range's end while it lasts. */
  readonly endMs: number
  readonly alertId: number
  readonly cause: Cause
  /** Monitors that took part. */
  readonly monitorIds: readonly number[]
}

/** When alerts of a version fired within a range, cut to the range; at most 200, newest first. */
export async function listFiringSpans(
  ctx: Context,
  versionId: number,
  range: TimeRange,
): Promise<FiringSpan[]> {
  const alerts = await ctx.metadata.listAlerts({ versionId, limit: 200 })
  return alerts.flatMap((alert) => {
    const startMs = Math.max(alert.onsetMs, range.startMs)
    const endMs = Math.min(alert.resolvedMs ?? range.endMs, range.endMs)
    if (startMs >= endMs) return []
    const monitorIds = alert.members.map((member) => member.monitorId)
    return [{ startMs, endMs, alertId: alert.id, cause: alert.cause, monitorIds }]
  })
}
