/** Owns judging one due window: read, judge, advance alerts, and write all of it in one commit. */
import type { DueWindow } from '@/db/contracts/series-store'
import type { Context } from '@/lib/access/context'
import { advanceAlerts } from '@/lib/alert/advance-alerts'
import { reopenableSince } from '@/lib/alert/advance-input'
import { DAY_MS, LEVEL_OF_CADENCE, type TimeRange, windowContaining } from '@/lib/domain/time'
import { judgeWindow } from '@/lib/monitor/judge-window'
import type { Trailing } from '@/lib/monitor/measurement'
import type { EvaluationTarget } from '@/lib/services/evaluation-target'
import { queueNotifications } from '@/lib/services/queue-notifications'
import { readWindow } from '@/lib/services/read-window'

/** First judged later than this after its end, a window is history: nobody is paged for it. */
const HISTORICAL_AFTER_MS = DAY_MS

/** Takes a window off the list without judging it: its version is gone, or was given another cadence. */
export async function settleWindow(ctx: Context, due: DueWindow): Promise<void> {
  await ctx.metadata.commitVerdict({
    versionId: due.versionId,
    window: { startMs: due.startMs, endMs: due.endMs },
    settlesDueMs: due.dueMs,
    evaluations: [],
    states: [],
    alerts: [],
    events: [],
    notifications: [],
  })
}

/** Whether the window is one of the model's, in buckets that are still kept. */
export function canJudge(ctx: Context, { model }: EvaluationTarget, due: DueWindow): boolean {
  const { cadence } = model.settings
  const window = windowContaining(cadence, due.startMs)
  if (window.startMs !== due.startMs || window.endMs !== due.endMs) return false
  if (LEVEL_OF_CADENCE[cadence] !== 'minute') return true
  return due.startMs >= ctx.nowMs - ctx.retention.minuteBucketDays * DAY_MS
}

/** A window that was told live stays live when it is revised. */
async function isHistorical(ctx: Context, due: DueWindow): Promise<boolean> {
  const nowHistorical = due.backfill || ctx.nowMs - due.endMs > HISTORICAL_AFTER_MS
  if (!nowHistorical) return false
  const [earlier] = await ctx.metadata.listEvaluations({
    versionIds: [due.versionId],
    range: { startMs: due.startMs, endMs: due.startMs + 1 },
    limit: 1,
    withDetail: false,
  })
  return earlier ? earlier.historical : true
}

/** Judges the window as it is now; judging it again makes a revision. */
export async function evaluateWindow(
  ctx: Context,
  target: EvaluationTarget,
  due: DueWindow,
  trailing: Trailing,
): Promise<void> {
  const { model, version, profile, monitors } = target
  const window: TimeRange = { startMs: due.startMs, endMs: due.endMs }
  const { nowMs } = ctx
  const summaries = await readWindow(ctx, target, window, LEVEL_OF_CADENCE[model.settings.cadence])
  const historical = await isHistorical(ctx, due)
  const evaluations = judgeWindow({
    model,
    version,
    profile,
    monitors,
    window,
    ...summaries,
    trailing,
    nowMs,
    historical,
  })
  const [states, reopenable] = await Promise.all([
    ctx.metadata.listMonitorStates(version.id),
    ctx.metadata.listReopenable(version.id, reopenableSince(window, historical, nowMs)),
  ])
  const advanced = advanceAlerts({
    nowMs,
    model,
    version,
    window,
    historical,
    monitors,
    evaluations,
    states,
    reopenable,
    publicUrl: ctx.publicUrl,
  })
  const queued = await queueNotifications(ctx, advanced.notify)
  await ctx.metadata.commitVerdict({
    versionId: version.id,
    window,
    settlesDueMs: due.dueMs,
    evaluations,
    states: advanced.states,
    alerts: advanced.alerts,
    events: [...advanced.events, ...queued.events],
    notifications: queued.notifications,
  })
}
