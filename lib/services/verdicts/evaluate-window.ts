/** Owns judging one due window: read, judge, advance alerts; what is to be written of it is handed over. */
import type { EvaluationRow, NewEvaluation, WindowVerdict } from '@/db/contracts/evaluation-records'
import type { DueWindow } from '@/db/contracts/series-store'
import type { Context } from '@/lib/access/context'
import { advanceAlerts } from '@/lib/alert/advance-alerts'
import { reopenableSince } from '@/lib/alert/advance-input'
import { applySilences } from '@/lib/alert/apply-silences'
import { keeperOf } from '@/lib/alert/keeper-of'
import type { Alert } from '@/lib/domain/alert'
import { DAY_MS, LEVEL_OF_CADENCE, startingAt, type TimeRange, windowContaining } from '@/lib/domain/time'
import { judgeWindow } from '@/lib/monitor/judge-window'
import type { Trailing } from '@/lib/monitor/measurement'
import type { SliceWindow } from '@/lib/monitor/slice-window'
import type { EvaluationTarget } from '@/lib/queries/evaluation-target'
import { readBaselines } from '@/lib/queries/read-baselines'
import { readCustoms } from '@/lib/queries/read-customs'
import { withCustoms } from '@/lib/queries/read-slices'
import { readWindow } from '@/lib/queries/read-window'
import { silencesInForce, toSubject } from '@/lib/queries/silences'
import { queueNotifications } from '@/lib/services/notifications/queue-notifications'
import { pointToStored, skipUnchanged } from '@/lib/services/summaries/skip-unchanged'
import { findBreachRuns } from '@/lib/services/verdicts/breach-runs'
import { readArrivalHistory } from '@/lib/services/verdicts/label-windows'

/** First judged later than this after its end, a window is history: nobody is paged for it. */
const HISTORICAL_AFTER_MS = DAY_MS

/** A window that was looked at. */
export interface JudgedWindow {
  readonly due: DueWindow
  /** What is to be written, decided on the alerts as they are when it is asked. */
  readonly decide: () => Promise<WindowVerdict>
}

/** Takes a window off the list without judging it: its version is gone, or was given another cadence. */
export function passOver(due: DueWindow): JudgedWindow {
  const verdict: WindowVerdict = {
    versionId: due.versionId,
    window: { startMs: due.startMs, endMs: due.endMs },
    settlesDueMs: due.dueMs,
    evaluations: [],
    states: [],
    alerts: [],
    events: [],
    notifications: [],
  }
  return { due, decide: async () => verdict }
}

/** Whether the window is one of the model's, in buckets that are still kept. */
export function canJudge(ctx: Context, { model }: EvaluationTarget, due: DueWindow): boolean {
  const { cadence } = model.settings
  const window = windowContaining(cadence, due.startMs)
  if (window.startMs !== due.startMs || window.endMs !== due.endMs) return false
  if (LEVEL_OF_CADENCE[cadence] !== 'minute') return true
  return due.startMs >= ctx.nowMs - ctx.retention.minuteBucketDays * DAY_MS
}

/** More monitors than a version can have. */
const MAX_STORED = 20_000

/** What is stored of the window so far: the newest revision of every monitor. */
function listStored(ctx: Context, due: DueWindow): Promise<EvaluationRow[]> {
  return ctx.metadata.listEvaluations({
    versionIds: [due.versionId],
    range: startingAt(due.startMs),
    limit: MAX_STORED,
    withDetail: false,
    withSlices: true,
  })
}

/** A window that was told live stays live when it is revised. */
function isHistorical(ctx: Context, due: DueWindow, stored: readonly EvaluationRow[]): boolean {
  if (!due.backfill && ctx.nowMs - due.endMs <= HISTORICAL_AFTER_MS) return false
  return stored.every((row) => row.historical)
}

/** Judges the window as it is now; judging it again makes a revision of what came out differently. */
export async function judgeDue(
  ctx: Context,
  target: EvaluationTarget,
  due: DueWindow,
  trailing: Trailing,
  slices: readonly SliceWindow[] = [],
): Promise<JudgedWindow> {
  const { model, version, profile, sliceMonitors } = target
  const monitors = [...target.monitors, ...sliceMonitors]
  const window: TimeRange = { startMs: due.startMs, endMs: due.endMs }
  const { nowMs } = ctx
  const summaries = await readWindow(ctx, target, window, LEVEL_OF_CADENCE[model.settings.cadence])
  const stored = await listStored(ctx, due)
  const historical = isHistorical(ctx, due, stored)
  // The labels of history came with it: how late they were tells nothing.
  const arrivals = historical
    ? new Map()
    : await readArrivalHistory(ctx, model.settings.cadence, target.monitors)
  const evaluations = judgeWindow({
    model,
    version,
    profile,
    monitors,
    window,
    ...summaries,
    baselines: await readBaselines(ctx, target, window),
    trailing,
    labels: arrivals.get('label_coverage') ?? null,
    eventHistory: arrivals,
    slices: await withCustoms(ctx, target, slices, window, { historical }),
    isSliced: sliceMonitors.length > 0,
    customs: await readCustoms(ctx, target, window, { historical }),
    nowMs,
    historical,
  })
  return { due, decide: () => decideWindow(ctx, target, due, { historical, evaluations, stored }) }
}

/** Advances the alerts as they are now by the judged window. */
async function decideWindow(
  ctx: Context,
  { model, version, ...target }: EvaluationTarget,
  due: DueWindow,
  judged: {
    readonly historical: boolean
    readonly evaluations: readonly NewEvaluation[]
    readonly stored: readonly EvaluationRow[]
  },
): Promise<WindowVerdict> {
  const { nowMs } = ctx
  const { historical, evaluations, stored } = judged
  const monitors = [...target.monitors, ...target.sliceMonitors]
  const window: TimeRange = { startMs: due.startMs, endMs: due.endMs }
  const [states, reopenable] = await Promise.all([
    ctx.metadata.listMonitorStates(version.id),
    ctx.metadata.listReopenable(version.id, reopenableSince(window, historical, nowMs)),
  ])
  const judgedNow = { monitors, evaluations, states, window }
  const breachRuns = await findBreachRuns(ctx, judgedNow, version.id)
  const advance = advanceAlerts({
    ...judgedNow,
    nowMs,
    model,
    version,
    historical,
    reopenable,
    breachRuns,
    publicUrl: ctx.publicUrl,
  })
  const nameOf = new Map(monitors.map(({ id, column }) => [id, column?.name]))
  const columnsOf = (alert: Alert) => alert.members.flatMap(({ monitorId }) => nameOf.get(monitorId) ?? [])
  const byId = new Map(monitors.map((monitor) => [monitor.id, monitor]))
  const ownerOf = ({ members: [first] }: Alert) => keeperOf(first && byId.get(first.monitorId), model).owner
  const subjectOf = (alert: Alert) => toSubject(alert, ownerOf(alert), model, version, columnsOf(alert))
  const advanced = applySilences(advance, await silencesInForce(ctx), subjectOf, nowMs)
  const queued = await queueNotifications(ctx, advanced.notify)
  const revision = skipUnchanged(evaluations, stored)
  return {
    versionId: version.id,
    window,
    settlesDueMs: due.dueMs,
    evaluations: revision.changed,
    states: advanced.states,
    alerts: pointToStored(advanced.alerts, revision.unchanged),
    alertsRead: reopenable,
    events: [...advanced.events, ...queued.events],
    notifications: queued.notifications,
  }
}
