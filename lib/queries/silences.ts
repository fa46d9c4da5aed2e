/** Owns the questions: which silences are there, and which alerts would one keep quiet? */
import type { Context } from '@/lib/access/context'
import { requireScope } from '@/lib/access/principal'
import { isSilencedBy, longestSilence, type SilenceSubject } from '@/lib/alert/match-silence'
import type { Alert } from '@/lib/domain/alert'
import type { Model, Version } from '@/lib/domain/model'
import type { Silence, SilenceMatchers } from '@/lib/domain/silence'
import { DAY_MS } from '@/lib/domain/time'
import { type AlertItem, toAlertItems } from '@/lib/queries/alert-item'
import { readKeeper } from '@/lib/queries/read-keeper'

/** Far beyond what people keep; one that is not read would not keep quiet what it should. */
const MAX_SILENCES = 5_000
const MAX_ALERTS = 1_000
/** Alerts of so long are looked through for what a silence would have hidden. */
const PAST_MS = 7 * DAY_MS

/** Silences in force, and those that ended in the last week. */
export async function listSilences(ctx: Context): Promise<Silence[]> {
  requireScope(ctx.principal, 'read')
  return ctx.metadata.listSilences(ctx.nowMs - PAST_MS, MAX_SILENCES)
}

/** Silences in force now. */
export async function silencesInForce(ctx: Context): Promise<Silence[]> {
  const all = await ctx.metadata.listSilences(ctx.nowMs, MAX_SILENCES)
  return all.filter(({ endedBy, startsMs }) => endedBy === null && startsMs <= ctx.nowMs)
}

export interface SilencePreview {
  /** Open alerts that it would keep quiet. */
  readonly open: readonly AlertItem[]
  /** Alerts of the last week that it would have kept quiet, resolved ones. */
  readonly past: number
}

/** What a silence would do. */
export async function previewSilence(ctx: Context, matchers: SilenceMatchers): Promise<SilencePreview> {
  requireScope(ctx.principal, 'read')
  const alerts = await ctx.metadata.listAlerts({ historical: false, limit: MAX_ALERTS })
  const recent = alerts.filter(
    ({ state, resolvedMs }) => state !== 'resolved' || (resolvedMs ?? 0) >= ctx.nowMs - PAST_MS,
  )
  const taken = await matching(ctx, recent, matchers)
  const open = taken.filter(({ state }) => state !== 'resolved')
  return { open: await toAlertItems(ctx, open), past: taken.length - open.length }
}

/** Open alerts that a silence takes. */
export async function openAlertsOf(ctx: Context, matchers: SilenceMatchers): Promise<Alert[]> {
  const states = ['firing', 'recovering'] as const
  const open = await ctx.metadata.listAlerts({ states, historical: false, limit: MAX_ALERTS })
  return matching(ctx, open, matchers)
}

/** The silence in force that keeps an alert quiet longest, or null. */
export async function silenceOf(ctx: Context, alert: Alert): Promise<Silence | null> {
  const [one] = await withSubjects(ctx, [alert])
  return one ? longestSilence(await silencesInForce(ctx), one.subject, ctx.nowMs) : null
}

async function matching(ctx: Context, alerts: readonly Alert[], matchers: SilenceMatchers): Promise<Alert[]> {
  const all = await withSubjects(ctx, alerts)
  return all.flatMap(({ alert, subject }) => (isSilencedBy(matchers, subject) ? [alert] : []))
}

/** Each alert with what silences look at of it. */
async function withSubjects(
  ctx: Context,
  alerts: readonly Alert[],
): Promise<{ readonly alert: Alert; readonly subject: SilenceSubject }[]> {
  const models = new Map((await ctx.metadata.listModels()).map((model) => [model.id, model]))
  const subjects = await ctx.metadata.listAlertSubjects(alerts.map(({ id }) => id))
  const columns = new Map<number, Set<string>>()
  for (const { alertId, column } of subjects) {
    if (column) columns.set(alertId, (columns.get(alertId) ?? new Set<string>()).add(column.name))
  }
  const found: { alert: Alert; subject: SilenceSubject }[] = []
  for (const alert of alerts) {
    const model = models.get(alert.modelId)
    const version = await ctx.metadata.findVersionById(alert.versionId)
    if (!model || !version) continue
    const { owner } = await readKeeper(ctx, alert, model)
    const subject = toSubject(alert, owner, model, version, [...(columns.get(alert.id) ?? [])])
    found.push({ alert, subject })
  }
  return found
}

/** What silences look at of an alert. */
export function toSubject(
  { cause, severity, slice }: Pick<Alert, 'cause' | 'severity' | 'slice'>,
  owner: string | null,
  model: Pick<Model, 'name'>,
  version: Version,
  columns: readonly string[],
): SilenceSubject {
  const about = { model: model.name, version: version.name, owner }
  return { ...about, cause, severity, slice: slice?.name ?? null, columns }
}
