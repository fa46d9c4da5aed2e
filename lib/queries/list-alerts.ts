/** Owns the question: which alerts are there, in which state? As the API tells it. */
import type { Context } from '@/lib/access/context'
import { requireScope } from '@/lib/access/principal'
import type { Alert, AlertEvent, AlertState } from '@/lib/domain/alert'
import { AppError } from '@/lib/domain/errors'
import { toRfc3339 } from '@/lib/domain/time'
import { findVersions } from '@/lib/queries/find-versions'

/** `open` is firing or recovering; the others narrow it, `historical` are those of back-filled windows. */
export const ALERT_FILTERS = [
  'open',
  'firing',
  'recovering',
  'resolved',
  'acknowledged',
  'silenced',
  'historical',
] as const
export type AlertFilter = (typeof ALERT_FILTERS)[number]

export interface AlertWish {
  readonly state: AlertFilter | null
  readonly model: string | null
  readonly version: string | null
  readonly limit: number
  readonly cursor: string | null
}

export interface ApiAlert {
  readonly id: number
  readonly model: string
  readonly version: string
  readonly cause: Alert['cause']
  readonly severity: Alert['severity']
  readonly state: AlertState
  readonly title: string
  readonly summary: string
  readonly onset: string
  readonly fired: string
  readonly resolved: string | null
  readonly resolution: Alert['resolution']
  readonly acknowledged_by: string | null
  readonly acknowledged: string | null
  readonly silenced_until: string | null
  readonly silence_reason: string | null
  readonly inhibited_by: number | null
  readonly historical: boolean
  readonly members: number
  readonly url: string
}

export interface ApiAlertEvent {
  readonly at: string
  readonly kind: AlertEvent['kind']
  readonly actor: string
  readonly note: string
}

const STATES: Readonly<Record<AlertFilter, readonly AlertState[] | undefined>> = {
  open: ['firing', 'recovering'],
  firing: ['firing'],
  recovering: ['recovering'],
  resolved: ['resolved'],
  acknowledged: ['firing', 'recovering'],
  silenced: ['firing', 'recovering'],
  historical: undefined,
}

/**
 * One page of alerts, open ones first by severity, then newest first.
 * @throws AppError `not_found` for an unknown model or version, `invalid` for a cursor that is none
 */
export async function listAlerts(
  ctx: Context,
  wish: AlertWish,
): Promise<{ alerts: ApiAlert[]; next: string | null }> {
  requireScope(ctx.principal, 'read')
  const scope = wish.model === null ? null : await findVersions(ctx, wish.model, wish.version)
  const alerts = await ctx.metadata.listAlerts({
    ...(wish.state === null ? {} : { states: STATES[wish.state], historical: wish.state === 'historical' }),
    ...(scope === null ? {} : { modelId: scope.model.id }),
    ...(wish.version === null || scope === null ? {} : { versionId: scope.versions[0]?.id }),
    ...(wish.cursor === null ? {} : { before: parseCursor(wish.cursor) }),
    limit: wish.limit + 1,
  })
  const page = alerts.slice(0, wish.limit)
  const last = page.at(-1)
  return {
    alerts: await toApiAlerts(
      ctx,
      page.filter((alert) => fits(alert, wish.state, ctx.nowMs)),
    ),
    next: alerts.length > wish.limit && last ? `${last.firedMs}.${last.id}` : null,
  }
}

/** @throws AppError `not_found` */
export async function getAlert(
  ctx: Context,
  alertId: number,
): Promise<ApiAlert & { events: ApiAlertEvent[] }> {
  requireScope(ctx.principal, 'read')
  const alert = await ctx.metadata.findAlert(alertId)
  const [item] = alert ? await toApiAlerts(ctx, [alert]) : []
  if (!item) throw new AppError('not_found', 'There is no such alert.')
  const events = await ctx.metadata.listAlertEvents(alertId)
  return {
    ...item,
    events: events.map(({ atMs, kind, actor, note }) => ({ at: toRfc3339(atMs), kind, actor, note })),
  }
}

/** Alerts with the names of their model and version. */
export async function toApiAlerts(ctx: Context, alerts: readonly Alert[]): Promise<ApiAlert[]> {
  const models = new Map((await ctx.metadata.listModels()).map((model) => [model.id, model.name]))
  const versions = new Map<number, string>()
  for (const { versionId } of alerts) {
    if (!versions.has(versionId))
      versions.set(versionId, (await ctx.metadata.findVersionById(versionId))?.name ?? '')
  }
  const instant = (ms: number | null) => (ms === null ? null : toRfc3339(ms))
  return alerts.map((alert) => ({
    id: alert.id,
    model: models.get(alert.modelId) ?? '',
    version: versions.get(alert.versionId) ?? '',
    cause: alert.cause,
    severity: alert.severity,
    state: alert.state,
    title: alert.title,
    summary: alert.summary,
    onset: toRfc3339(alert.onsetMs),
    fired: toRfc3339(alert.firedMs),
    resolved: instant(alert.resolvedMs),
    resolution: alert.resolution,
    acknowledged_by: alert.acknowledgedBy,
    acknowledged: instant(alert.acknowledgedMs),
    silenced_until: instant(alert.silencedUntilMs),
    silence_reason: alert.silenceReason,
    inhibited_by: alert.inhibitedBy,
    historical: alert.historical,
    members: alert.members.length,
    url: `${ctx.publicUrl}/alerts/${alert.id}`,
  }))
}

function fits(alert: Alert, state: AlertFilter | null, nowMs: number): boolean {
  if (state === 'acknowledged') return alert.acknowledgedMs !== null
  if (state === 'silenced') return alert.silencedUntilMs !== null && alert.silencedUntilMs > nowMs
  return true
}

function parseCursor(text: string): { firedMs: number; id: number } {
  const match = /^(\d{1,15})\.(\d{1,15})$/.exec(text)
  if (!match)
    throw new AppError('invalid', 'This cursor is not one of ours.', {
      reason: 'invalid_query',
      field: 'cursor',
    })
  return { firedMs: Number(match[1]), id: Number(match[2]) }
}
