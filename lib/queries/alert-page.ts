/** Owns the question: what does on-call need to decide about one alert? */
import type { EvaluationRow } from '@/db/contracts/evaluation-records'
import type { MonitorUse } from '@/db/contracts/profile-records'
import type { Context } from '@/lib/access/context'
import { requireScope } from '@/lib/access/principal'
import type { Alert, AlertEvent } from '@/lib/domain/alert'
import { columnKey } from '@/lib/domain/column'
import { AppError } from '@/lib/domain/errors'
import { getMetric } from '@/lib/domain/metric'
import type { Model, Version } from '@/lib/domain/model'
import type { StoredProfile } from '@/lib/domain/profile'
import { DAY_MS, nominalWindowMs, type TimeRange, WEEK_MS, windowContaining } from '@/lib/domain/time'
import { type AlertItem, toAlertItems } from '@/lib/queries/alert-item'
import { type AlertMemberItem, readMembers } from '@/lib/queries/alert-members'
import { alertSpan, isOver } from '@/lib/queries/alert-span'
import { type BreachedCells, breachedCells } from '@/lib/queries/breached-cells'
import { listChartMarkers } from '@/lib/queries/chart-markers'
import { type ChartPoint, toChartPoint } from '@/lib/queries/chart-point'
import { rememberedProfile } from '@/lib/queries/evaluation-target'
import { USE_DAYS, unused } from '@/lib/queries/monitor-list'
import type { VersionSeries } from '@/lib/queries/neighbour-versions'
import { type Contributor, type Importances, rankContributors } from '@/lib/queries/rank-contributors'
import { readKeeper } from '@/lib/queries/read-keeper'
import { readNeighbours } from '@/lib/queries/read-neighbours'
import { readTraces } from '@/lib/queries/read-traces'
import { listSampleRecords, type Samples } from '@/lib/queries/sample-records'
import { type ShapeInWords, shapeInWords } from '@/lib/queries/shape-words'
import { findSimilarAlerts, type SimilarAlerts } from '@/lib/queries/similar-alerts'
import { checkSuspicions, type SuspicionCheck } from '@/lib/queries/suspicion-checks'
import { whatToDo } from '@/lib/queries/what-to-do'
import { type HitPart, whoIsHit } from '@/lib/queries/who-is-hit'
import { mainContributions } from '@/lib/queries/whole-records'

/** The same time is looked for so many weeks back. */
const WEEKS_BEFORE = 4
/** Monitors read of one window for the first suspicions. */
const MAX_AROUND = 2_000

/** The newest window; where that is empty the one that breached last; of what is over its own first and worst windows. */
export type CheckedIn = 'newest' | 'last_breach' | 'own'

export interface AlertPage {
  readonly alert: Alert
  readonly item: AlertItem
  readonly model: Model
  readonly version: Version
  /** Worst first; of an alert that is over each with its worst window, else with its newest breach. */
  readonly members: readonly AlertMemberItem[]
  readonly memberCount: number
  /** The members by impact. */
  readonly contributors: readonly Contributor<AlertMemberItem>[]
  readonly importances: Importances
  /** History of the worst member. */
  readonly points: readonly ChartPoint[]
  /** The same on other versions in the range. */
  readonly neighbours: readonly VersionSeries[]
  readonly range: TimeRange
  /** How the worst member came, in words. */
  readonly shape: ShapeInWords | null
  readonly markers: readonly { readonly atMs: number; readonly label: string }[]
  /** What the slices, and the whole version, show in the window and measure of the worst member; empty without slices. */
  readonly hit: readonly HitPart[]
  /** How often the worst member's monitor breached in the range shown. */
  readonly record: { readonly judged: number; readonly breached: number }
  /** What the worst member's monitor was worth in the last weeks; null where no member is shown. */
  readonly use: MonitorUse | null
  /** The evaluations that the checks looked at. */
  readonly around: readonly EvaluationRow[]
  /** Which windows those are. */
  readonly checkedIn: CheckedIn
  readonly checks: readonly SuspicionCheck[]
  /** Sentences in the order in which to try them. */
  readonly advice: readonly string[]
  readonly similar: SimilarAlerts
  readonly samples: Samples
  /** What the samples were looked for: the parts of what breached that single records show, the leading one first. */
  readonly breaches: readonly BreachedCells[]
  /** The window that they are from: the one that the alert shows first. */
  readonly sampled: TimeRange
  readonly events: readonly AlertEvent[]
  readonly explainedBy: AlertItem | null
  /** Of the monitor that leads the alert, or else of the model; as messages say it. */
  readonly owner: string | null
  readonly runbookUrl: string | null
}

/** @throws AppError `not_found` */
export async function getAlertPage(ctx: Context, alertId: number): Promise<AlertPage> {
  requireScope(ctx.principal, 'read')
  const alert = await ctx.metadata.findAlert(alertId)
  const model = alert ? await ctx.metadata.findModelById(alert.modelId) : null
  const version = alert ? await ctx.metadata.findVersionById(alert.versionId) : null
  if (!alert || !model || !version) throw new AppError('not_found', 'There is no such alert.')
  const span = alertSpan(alert, version, model.settings.cadence, ctx.nowMs)
  const [members, versions, events, items, parent] = await Promise.all([
    readMembers(ctx, alert, span),
    ctx.metadata.listVersions(model.id),
    ctx.metadata.listAlertEvents(alert.id),
    toAlertItems(ctx, [alert]),
    alert.inhibitedBy === null ? null : ctx.metadata.findAlert(alert.inhibitedBy),
  ])
  const [item] = items
  if (!item) throw new AppError('not_found', 'There is no such alert.')
  const range = rangeAround(alert, span, model, versions, ctx.nowMs)
  const points = await readHistory(ctx, model, version, members[0], range, alert.slice?.id)
  const { around, checkedIn } = await readAround(ctx, alert, members)
  const lead = members[0] ? await ctx.metadata.findMonitor(members[0].monitorId) : null
  const similar = await findSimilarAlerts(ctx, alert, span)
  const checks = checkSuspicions({
    alert,
    model,
    version,
    versions,
    around,
    members: members.map((member) => member.evaluation),
    weeksBefore: await readWeeksBefore(ctx, members[0]),
    related: similar.related,
    nowMs: ctx.nowMs,
  })
  const parents = parent ? await toAlertItems(ctx, [parent]) : []
  const shown = members[0]?.evaluation
  const sampled = shown ? { startMs: shown.windowStartMs, endMs: shown.windowEndMs } : span
  const profileId = lead?.profileId ?? version.profileId
  const profile = profileId === null ? null : await rememberedProfile(ctx, profileId)
  const ranked = rankContributors(members, profile?.profile ?? null)
  const breaches = breachesOf(ranked.contributors, profile)
  const inputs = inputNames(ranked.contributors.map(({ member }) => member))
  return {
    alert,
    item,
    model,
    version,
    members,
    memberCount: alert.members.length,
    ...ranked,
    points,
    shape: members[0] ? shapeInWords(points, getMetric(members[0].evaluation.metric).bad) : null,
    // Other versions have slices of their own, with another history.
    neighbours:
      members[0] && !alert.slice
        ? await readNeighbours(ctx, {
            model,
            version,
            versions,
            metric: members[0].evaluation.metric,
            column: members[0].evaluation.column,
            range,
          })
        : [],
    range,
    markers: await listChartMarkers(ctx, model.name, versions, range),
    hit: await whoIsHit(ctx, version, members[0]?.evaluation),
    record: {
      judged: points.length,
      breached: points.filter((point) => point.verdict === 'drift' || point.verdict === 'severe').length,
    },
    use: await readUse(ctx, version, members[0]),
    around,
    checkedIn,
    checks,
    advice: whatToDo(alert.cause, checks),
    similar,
    samples: await listSampleRecords(ctx, {
      model,
      version,
      window: sampled,
      breaches,
      inputs,
      profile,
      slice: alert.slice ? ((await ctx.metadata.findSlice(alert.slice.id))?.conditions ?? null) : null,
    }),
    breaches,
    sampled,
    events,
    explainedBy: parents[0] ?? null,
    ...(await readKeeper(ctx, alert, model)),
  }
}

async function readUse(
  ctx: Context,
  version: Version,
  lead: AlertMemberItem | undefined,
): Promise<MonitorUse | null> {
  if (!lead) return null
  const uses = await ctx.metadata.listMonitorUse([version.id], ctx.nowMs - USE_DAYS * DAY_MS)
  return uses.find(({ monitorId }) => monitorId === lead.monitorId) ?? unused(lead.monitorId)
}

/** The window of the worst member one to four weeks before. */
async function readWeeksBefore(ctx: Context, lead: AlertMemberItem | undefined): Promise<EvaluationRow[]> {
  if (!lead) return []
  const { versionId, monitorId, windowStartMs } = lead.evaluation
  const weeks = await Promise.all(
    Array.from({ length: WEEKS_BEFORE }, (_, index) => {
      const startMs = windowStartMs - (index + 1) * WEEK_MS
      const range = { startMs, endMs: startMs + 1 }
      return ctx.metadata.listEvaluations({
        versionIds: [versionId],
        monitorId,
        range,
        limit: 1,
        withDetail: false,
      })
    }),
  )
  return weeks.flat()
}

function inputNames(members: readonly AlertMemberItem[]): string[] {
  const names = members.flatMap(({ evaluation }) =>
    evaluation.column?.family === 'input' ? [evaluation.column.name] : mainContributions(evaluation),
  )
  return [...new Set(names)]
}

function breachesOf(
  contributors: readonly Contributor<AlertMemberItem>[],
  profile: StoredProfile | null,
): BreachedCells[] {
  const columns = new Map(profile?.profile.columns.map((column) => [columnKey(column), column]))
  return contributors.flatMap(({ member: { evaluation } }) => {
    const { column } = evaluation
    return breachedCells(evaluation, (column && columns.get(columnKey(column))) ?? null) ?? []
  })
}

/**
 * Where the first suspicions look: the newest window of every monitor while the alert lasts, or its newest breach where
 * nothing arrives any more; its own first and worst windows once it is over.
 */
async function readAround(
  ctx: Context,
  alert: Alert,
  members: readonly AlertMemberItem[],
): Promise<Pick<AlertPage, 'around' | 'checkedIn'>> {
  const shown = members[0]?.evaluation
  if (isOver(alert)) {
    const starts = new Set([alert.onsetMs, shown?.windowStartMs ?? alert.onsetMs])
    return { around: await readWindows(ctx, alert, [...starts]), checkedIn: 'own' }
  }
  const newest = await ctx.metadata.latestEvaluations([alert.versionId])
  // Monitors that look at a window only when there is something in it still show an older one.
  const lastMs = Math.max(...newest.map(({ windowEndMs }) => windowEndMs))
  const isEmpty = newest.every(({ n, windowEndMs }) => n === 0 || windowEndMs < lastMs)
  return isEmpty && shown && shown.n > 0
    ? { around: await readWindows(ctx, alert, [shown.windowStartMs]), checkedIn: 'last_breach' }
    : { around: newest, checkedIn: 'newest' }
}

/** What all monitors of the version said of the windows that start then. */
async function readWindows(ctx: Context, alert: Alert, starts: readonly number[]): Promise<EvaluationRow[]> {
  const windows = starts.map((startMs) =>
    ctx.metadata.listEvaluations({
      versionIds: [alert.versionId],
      range: { startMs, endMs: startMs + 1 },
      limit: MAX_AROUND,
      withDetail: false,
    }),
  )
  return (await Promise.all(windows)).flat()
}

async function readHistory(
  ctx: Context,
  model: Model,
  version: Version,
  lead: AlertMemberItem | undefined,
  range: TimeRange,
  sliceId: number | undefined,
): Promise<ChartPoint[]> {
  if (!lead) return []
  const { metric, column } = lead.evaluation
  const cells = await readTraces(ctx, {
    versionId: version.id,
    metrics: [metric],
    ...(column ? { column } : {}),
    ...(sliceId === undefined ? {} : { sliceId }),
    range,
    cadence: model.settings.cadence,
    by: 'monitor',
    maxTraces: 2,
  })
  return cells
    .filter((cell) => cell.monitorId === lead.monitorId)
    .map((cell) => ({ ...toChartPoint(cell, ctx.nowMs), note: null }))
}

/** From a stretch of calm before the onset to some windows after the end; history ends where its data does. */
function rangeAround(
  alert: Alert,
  span: TimeRange,
  model: Model,
  versions: readonly Version[],
  nowMs: number,
): TimeRange {
  const windowMs = nominalWindowMs(model.settings.cadence)
  const lengthMs = Math.max(span.endMs - span.startMs, 24 * windowMs)
  const firstMs = Math.min(...versions.flatMap((version) => version.firstRecordMs ?? []), span.startMs)
  const afterMs = alert.historical && alert.resolvedMs === null ? 0 : 6 * windowMs
  return {
    // Before the first record of all there is nothing to show.
    startMs: Math.max(
      span.startMs - Math.min(lengthMs, 168 * windowMs),
      windowContaining(model.settings.cadence, firstMs).startMs,
    ),
    endMs: Math.min(Math.max(span.endMs, span.startMs + windowMs) + afterMs, Math.max(nowMs, span.endMs)),
  }
}
