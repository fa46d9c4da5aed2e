/** Owns the question: what would the verdict on this span be, right now, from stored summaries? Nothing is written. */
import { setImmediate } from 'node:timers/promises'
import type { Context } from '@/lib/access/context'
import { requireScope } from '@/lib/access/principal'
import { AppError } from '@/lib/domain/errors'
import type { Verdict } from '@/lib/domain/evaluation'
import { isOfWholeRecords } from '@/lib/domain/metric'
import type { Version } from '@/lib/domain/model'
import type { Monitor } from '@/lib/domain/monitor'
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
import { judgeWindow } from '@/lib/monitor/judge-window'
import { type EvaluationTarget, loadTarget } from '@/lib/queries/evaluation-target'
import { findVersions } from '@/lib/queries/find-versions'
import { readBaselines } from '@/lib/queries/read-baselines'
import { readCustoms } from '@/lib/queries/read-customs'
import { readSlices, withCustoms } from '@/lib/queries/read-slices'
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
  /** Name of the slice that is judged; null: the whole version. */
  readonly slice: string | null
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
  /** null: of the whole version. */
  readonly slice: string | null
  readonly windows: readonly {
    readonly start: string
    readonly end: string
    readonly verdicts: readonly RangeVerdict[]
  }[]
}

/**
 * Judges a span by the same measure and rule as the worker, so the answer cannot disagree with an alert. Whole records
 * are left out: the worker alone judges them.
 * @throws AppError `not_found` for an unknown model, version or slice, `invalid` for a range that buckets cannot tile,
 * `conflict` when the version has no active profile, or the slice is not summarised yet
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
  const { range, step } = wish
  const part = wish.slice === null ? wholeOf(target) : sliceOf(target, wish.slice)
  const windows: JudgedRange['windows'][number][] = []
  if (step === null) windows.push(await judge(ctx, part, range, { step, level: levelOf(ctx, range) }, null))
  else {
    const siblings = await ctx.metadata.listVersions(target.model.id)
    const earlier = { history: new TrafficHistory(ctx, range.endMs), siblings }
    const level = LEVEL_OF_CADENCE[step]
    for (const window of windowsIn(step, range, MAX_WINDOWS)) {
      windows.push(await judge(ctx, part, window, { step, level }, earlier))
      // Stores answer at once: without this a month of windows would hold up requests.
      await setImmediate()
    }
  }
  return { version: target.version.name, slice: wish.slice, windows }
}

/** What is judged, and which of it is told. */
interface Part {
  readonly target: EvaluationTarget
  readonly isSliced: boolean
  readonly isTold: (monitor: Monitor) => boolean
}

function wholeOf(target: EvaluationTarget): Part {
  // Training a classifier for every window of a trend is the worker's business; what it found is stored.
  const monitors = target.monitors.filter(({ metric }) => !isOfWholeRecords(metric))
  const isSliced = target.sliceMonitors.length > 0
  return { target: { ...target, monitors, slices: [], sliceMonitors: [] }, isSliced, isTold: () => true }
}

/** All slices are judged, because they are corrected together. */
function sliceOf(target: EvaluationTarget, name: string): Part {
  const slice = target.slices.find((one) => one.name === name)
  if (!slice) throw new AppError('not_found', 'This model has no slice of this name.')
  const isTold = (monitor: Monitor) => monitor.slice?.id === slice.id
  if (!target.sliceMonitors.some(isTold)) {
    throw new AppError('conflict', 'The records of this slice are still being read.', { reason: 'not_ready' })
  }
  return { target: { ...target, monitors: [] }, isSliced: true, isTold }
}

/** Where windows before one are found. */
interface Earlier {
  readonly history: TrafficHistory
  readonly siblings: readonly Version[]
}

/** @param earlier null: the window stands alone, and is compared with no earlier ones of its length */
async function judge(
  ctx: Context,
  { target, isSliced, isTold }: Part,
  window: TimeRange,
  span: { readonly step: Cadence | null; readonly level: BucketLevel },
  earlier: Earlier | null,
): Promise<JudgedRange['windows'][number]> {
  const { model, version, profile } = target
  const monitors = [...target.monitors, ...target.sliceMonitors]
  const { step, level } = span
  const summaries = await readWindow(ctx, target, window, level)
  // Events of older windows are all there.
  const wish = { historical: ctx.nowMs - window.endMs > DAY_MS, span }
  const slices = await readSlices(ctx, target, window, earlier?.history ?? null, level)
  const judged = judgeWindow({
    model,
    version,
    profile,
    monitors,
    window,
    ...summaries,
    baselines: await readBaselines(ctx, target, window),
    trailing:
      earlier && step ? await earlier.history.before(version, earlier.siblings, step, window) : new Map(),
    slices: await withCustoms(ctx, target, slices, window, wish),
    isSliced,
    customs: await readCustoms(ctx, target, window, wish),
    nowMs: ctx.nowMs,
    historical: true,
    withDetail: false,
  })
  const monitorById = new Map(monitors.filter(isTold).map((monitor) => [monitor.id, monitor]))
  const verdicts = judged.flatMap((row): RangeVerdict[] => {
    const monitor = monitorById.get(row.monitorId)
    if (!monitor) return []
    const { verdict, value, limit, n, pCorrected, reason } = row
    const about = {
      metric: monitor.metric,
      column: monitor.column?.name ?? null,
      family: monitor.column?.family ?? null,
    }
    return [{ ...about, verdict, value, limit, n, p_corrected: pCorrected, reason }]
  })
  return { start: toRfc3339(window.startMs), end: toRfc3339(window.endMs), verdicts }
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
