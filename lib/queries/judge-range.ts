/** Owns the question: what would the verdict on this span be, right now, from stored summaries? Nothing is written. */
import type { Context } from '@/lib/access/context'
import { requireScope } from '@/lib/access/principal'
import { AppError } from '@/lib/domain/errors'
import type { Verdict } from '@/lib/domain/evaluation'
import { isOfWholeRecords } from '@/lib/domain/metric'
import {
  type BucketLevel,
  type Cadence,
  DAY_MS,
  HOUR_MS,
  LEVEL_OF_CADENCE,
  MINUTE_MS,
  type TimeRange,
  toRfc3339,
  windowsIn,
} from '@/lib/domain/time'
import { type JudgedMonitor, judgeWindow } from '@/lib/monitor/judge-window'
import type { Trailing } from '@/lib/monitor/measurement'
import { type EvaluationTarget, loadTarget } from '@/lib/queries/evaluation-target'
import { findVersions } from '@/lib/queries/find-versions'
import { readWindow } from '@/lib/queries/read-window'
import { TrafficHistory } from '@/lib/queries/traffic-history'

/** Windows of one answer at most: a month of hours. */
const MAX_WINDOWS = 744

export interface JudgeWish {
  readonly model: string
  /** null: the newest version. */
  readonly version: string | null
  readonly range: TimeRange
  /** Cuts the range into windows; null judges it as one window. */
  readonly step: Cadence | null
}

export interface RangeVerdict {
  readonly metric: string
  readonly column: string | null
  readonly family: string | null
  readonly verdict: Verdict
  readonly value: number | null
  readonly limit: number | null
  readonly n: number
  readonly p_corrected: number | null
  readonly reason: string
}

export interface JudgedRange {
  readonly version: string
  readonly windows: readonly {
    readonly start: string
    readonly end: string
    readonly verdicts: readonly RangeVerdict[]
  }[]
}

/**
 * Judges a span by the same measure and rule as the worker, so the answer cannot disagree with an alert. Whole records
 * are left out: the worker alone judges them.
 * @throws AppError `not_found` for an unknown model or version, `invalid` for a range that buckets cannot tile,
 * `conflict` when the version has no active profile
 */
export async function judgeRange(ctx: Context, wish: JudgeWish): Promise<JudgedRange> {
  requireScope(ctx.principal, 'read')
  const { versions } = await findVersions(ctx, wish.model, wish.version)
  const version = versions.at(-1)
  const target = version ? await loadTarget(ctx, version.id) : null
  if (!target) {
    throw new AppError('conflict', 'This version has no active profile to compare with.', {
      reason: 'no_profile',
    })
  }
  if (wish.step === null) {
    const window = await judge(ctx, target, wish.range, levelOf(ctx, wish.range), new Map())
    return { version: target.version.name, windows: [window] }
  }
  const history = new TrafficHistory(ctx, wish.range.endMs)
  const siblings = await ctx.metadata.listVersions(target.model.id)
  const windows = []
  for (const range of windowsIn(wish.step, wish.range, MAX_WINDOWS)) {
    const trailing = await history.before(target.version, siblings, wish.step, range)
    windows.push(await judge(ctx, target, range, LEVEL_OF_CADENCE[wish.step], trailing))
  }
  return { version: target.version.name, windows }
}

async function judge(
  ctx: Context,
  target: EvaluationTarget,
  window: TimeRange,
  level: BucketLevel,
  trailing: Trailing,
): Promise<JudgedRange['windows'][number]> {
  const { model, version, profile } = target
  // Training a classifier for every window of a trend is the worker's business; what it found is stored.
  const monitors = target.monitors.filter(({ metric }) => !isOfWholeRecords(metric))
  const summaries = await readWindow(ctx, { ...target, monitors }, window, level)
  const judged = judgeWindow({
    model,
    version,
    profile,
    monitors,
    window,
    ...summaries,
    trailing,
    isSliced: target.sliceMonitors.length > 0,
    nowMs: ctx.nowMs,
    historical: true,
    withDetail: false,
  })
  const monitorById = new Map(monitors.map((monitor) => [monitor.id, monitor]))
  const toVerdict = (row: JudgedMonitor): RangeVerdict => {
    const monitor = monitorById.get(row.monitorId)
    return {
      metric: monitor?.metric ?? '',
      column: monitor?.column?.name ?? null,
      family: monitor?.column?.family ?? null,
      verdict: row.verdict,
      value: row.value,
      limit: row.limit,
      n: row.n,
      p_corrected: row.pCorrected,
      reason: row.reason,
    }
  }
  return { start: toRfc3339(window.startMs), end: toRfc3339(window.endMs), verdicts: judged.map(toVerdict) }
}

/** The coarsest buckets that tile the range exactly. */
function levelOf(ctx: Context, { startMs, endMs }: TimeRange): BucketLevel {
  const tiles = (sizeMs: number) => startMs % sizeMs === 0 && endMs % sizeMs === 0
  if (endMs > startMs) {
    if (tiles(DAY_MS)) return 'day'
    if (tiles(HOUR_MS)) return 'hour'
    if (tiles(MINUTE_MS) && startMs >= ctx.nowMs - ctx.retention.minuteBucketDays * DAY_MS) return 'minute'
  }
  throw new AppError(
    'invalid',
    'Give a range of whole hours (UTC), or of whole minutes within the last days.',
    {
      reason: 'invalid_range',
      field: 'from',
    },
  )
}
