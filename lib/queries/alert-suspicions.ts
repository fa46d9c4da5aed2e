/** Owns where the first suspicions of an alert look: which windows of the version, and which of earlier weeks. */
import type { EvaluationRow } from '@/db/contracts/evaluation-records'
import type { Context } from '@/lib/access/context'
import type { Alert } from '@/lib/domain/alert'
import type { Model, Version } from '@/lib/domain/model'
import { startingAt, WEEK_MS } from '@/lib/domain/time'
import type { AlertMemberItem } from '@/lib/queries/alert-members'
import { isOver } from '@/lib/queries/alert-span'
import type { RelatedAlert } from '@/lib/queries/similar-alerts'
import { checkSuspicions, type SuspicionCheck } from '@/lib/queries/suspicion-checks'

/** The same time is looked for so many weeks back. */
const WEEKS_BEFORE = 4
/** Monitors read of one window. */
const MAX_AROUND = 2_000

/** The newest window; where that is empty the one that breached last; of what is over its own first and worst windows. */
export type CheckedIn = 'newest' | 'last_breach' | 'own'

export interface AlertSuspicions {
  /** The evaluations that the checks looked at. */
  readonly around: readonly EvaluationRow[]
  /** Which windows those are. */
  readonly checkedIn: CheckedIn
  readonly checks: readonly SuspicionCheck[]
}

export interface SuspicionWish {
  readonly alert: Alert
  readonly model: Model
  readonly version: Version
  readonly versions: readonly Version[]
  /** Worst first. */
  readonly members: readonly AlertMemberItem[]
  readonly related: readonly RelatedAlert[]
}

export async function readSuspicions(ctx: Context, wish: SuspicionWish): Promise<AlertSuspicions> {
  const members = wish.members.map(({ evaluation }) => evaluation)
  const [lead] = members
  const { around, checkedIn } = await readAround(ctx, wish.alert, lead)
  const weeksBefore = lead ? await readWeeksBefore(ctx, lead) : []
  const checks = checkSuspicions({ ...wish, members, around, weeksBefore, nowMs: ctx.nowMs })
  return { around, checkedIn, checks }
}

/**
 * The newest window of every monitor while the alert lasts, or its newest breach where nothing arrives any more; its own
 * first and worst windows once it is over.
 */
async function readAround(
  ctx: Context,
  alert: Alert,
  lead: EvaluationRow | undefined,
): Promise<Pick<AlertSuspicions, 'around' | 'checkedIn'>> {
  if (isOver(alert)) {
    const starts = new Set([alert.onsetMs, lead?.windowStartMs ?? alert.onsetMs])
    return { around: await readWindows(ctx, alert, [...starts]), checkedIn: 'own' }
  }
  const newest = await ctx.metadata.latestEvaluations([alert.versionId])
  // Monitors that look at a window only when there is something in it still show an older one.
  const lastMs = Math.max(...newest.map(({ windowEndMs }) => windowEndMs))
  const isEmpty = newest.every(({ n, windowEndMs }) => n === 0 || windowEndMs < lastMs)
  return isEmpty && lead && lead.n > 0
    ? { around: await readWindows(ctx, alert, [lead.windowStartMs]), checkedIn: 'last_breach' }
    : { around: newest, checkedIn: 'newest' }
}

/** What all monitors of the version said of the windows that start then. */
async function readWindows(ctx: Context, alert: Alert, starts: readonly number[]): Promise<EvaluationRow[]> {
  const windows = starts.map((startMs) =>
    ctx.metadata.listEvaluations({
      versionIds: [alert.versionId],
      range: startingAt(startMs),
      limit: MAX_AROUND,
      withDetail: false,
    }),
  )
  return (await Promise.all(windows)).flat()
}

/** The same window one to four weeks before. */
async function readWeeksBefore(
  ctx: Context,
  { versionId, monitorId, windowStartMs }: EvaluationRow,
): Promise<EvaluationRow[]> {
  const weeks = await Promise.all(
    Array.from({ length: WEEKS_BEFORE }, (_, index) =>
      ctx.metadata.listEvaluations({
        versionIds: [versionId],
        monitorId,
        range: startingAt(windowStartMs - (index + 1) * WEEK_MS),
        limit: 1,
        withDetail: false,
      }),
    ),
  )
  return weeks.flat()
}
