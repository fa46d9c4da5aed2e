/** Owns the question: how often would a monitor have fired with other settings? Stored history is judged again; nothing is written. */
import { setImmediate } from 'node:timers/promises'
import type { Context } from '@/lib/access/context'
import { requireScope } from '@/lib/access/principal'
import { columnKey } from '@/lib/domain/column'
import { AppError } from '@/lib/domain/errors'
import type { Verdict } from '@/lib/domain/evaluation'
import { isOfArrivals, isOfWholeRecords } from '@/lib/domain/metric'
import type { Monitor } from '@/lib/domain/monitor'
import { DAY_MS, LEVEL_OF_CADENCE, nominalWindowMs, type TimeRange, WEEK_MS } from '@/lib/domain/time'
import { type JudgedMonitor, judgeWindow } from '@/lib/monitor/judge-window'
import type { Trailing } from '@/lib/monitor/measurement'
import { TRAILING_METRICS } from '@/lib/monitor/traffic-value'
import { type EvaluationTarget, loadTarget } from '@/lib/queries/evaluation-target'
import { type Episode, findEpisodes } from '@/lib/queries/firing-episodes'
import { type MonitorChange, planMonitorChange } from '@/lib/queries/plan-monitor-change'
import { readingAhead } from '@/lib/queries/read-ahead'
import { EarlierMemory, readBaselines } from '@/lib/queries/read-baselines'
import { CustomHistory, readCustoms } from '@/lib/queries/read-customs'
import { readSlices, withCustoms } from '@/lib/queries/read-slices'
import { readWindow } from '@/lib/queries/read-window'
import {
  listOwn,
  listTestedWindows,
  readSiblings,
  type Siblings,
  type TestedOnce,
} from '@/lib/queries/tested-windows'
import { TrafficHistory } from '@/lib/queries/traffic-history'

/** What is looked back on: a month, and some windows at least where those are long. */
const LOOKBACK_MS = 30 * DAY_MS
const MIN_WINDOWS = 30
/** A month of hours. */
const MAX_WINDOWS = 744
/** More windows than a month of minutes has. */
const MAX_JUDGED = 50_000

export interface TestedWindow {
  readonly startMs: number
  readonly endMs: number
  readonly value: number | null
  readonly limit: number | null
  readonly n: number
  readonly verdict: Verdict
}

/** One way to judge history. */
export interface TestedRule {
  readonly windows: readonly TestedWindow[]
  /** When it fired, oldest first. */
  readonly episodes: readonly Episode[]
}

export interface BackTest {
  readonly range: TimeRange
  /** As the windows were judged when they came. */
  readonly past: TestedRule
  /** As they would be with the change. */
  readonly changed: TestedRule
}

/**
 * Judges the stored windows of the last month again, with the change.
 * @param gone aborted when nobody waits for the answer any more
 * @throws AppError as planMonitorChange does; `conflict` (reason `no_back_test`) for a monitor whose input is not stored,
 * `unavailable` once nobody waits
 */
export async function backTestMonitor(
  ctx: Context,
  monitorId: number,
  change: MonitorChange,
  gone?: AbortSignal,
): Promise<BackTest> {
  requireScope(ctx.principal, 'read')
  const { version, monitor, changed } = await planMonitorChange(ctx, monitorId, change)
  const target = await loadTarget(ctx, version.id)
  if (!target) throw new AppError('conflict', 'This version is no longer judged.', { reason: 'retired' })
  if (isOfWholeRecords(monitor.metric) || isOfArrivals(monitor.metric)) {
    throw new AppError(
      'conflict',
      'What this monitor looks at is not stored: its past cannot be judged again.',
      {
        reason: 'no_back_test',
      },
    )
  }
  const { slice } = monitor
  if (slice && !target.slices.some(({ id }) => id === slice.id)) {
    throw new AppError('conflict', 'This slice is no longer kept up.', { reason: 'superseded' })
  }
  const range = rangeOf(ctx, target)
  const own = (await listOwn(ctx, monitor, range, MAX_JUDGED)).slice(-MAX_WINDOWS)
  const windows = (await listTestedWindows(ctx, target, monitor, range, own)).slice(-MAX_WINDOWS)
  const siblings = await readSiblings(ctx, target, monitor, range, own)
  const judged = changed.enabled
    ? await judgeAgain(ctx, target, { ...changed, enabled: true }, windows, siblings, gone)
    : []
  return {
    range,
    past: { windows: own.map(toWindow), episodes: findEpisodes(monitor, own) },
    changed: { windows: judged.map(toWindow), episodes: findEpisodes(changed, judged) },
  }
}

/**
 * The last month of the version's data: of live ones until now, of history until its end. Windows shorter than an hour
 * can be judged again while their minutes are kept.
 */
function rangeOf(ctx: Context, { model, version }: EvaluationTarget): TimeRange {
  const windowMs = nominalWindowMs(model.settings.cadence)
  const endMs = Math.min(ctx.nowMs, (version.lastRecordMs ?? ctx.nowMs) + 2 * windowMs)
  const startMs = endMs - Math.max(LOOKBACK_MS, MIN_WINDOWS * windowMs)
  const isOfMinutes = LEVEL_OF_CADENCE[model.settings.cadence] === 'minute'
  const keptMs = isOfMinutes ? ctx.nowMs - ctx.retention.minuteBucketDays * DAY_MS : startMs
  return { startMs: Math.max(startMs, keptMs), endMs }
}

/** Earlier windows of custom metrics that are read at once; what lies before them is read window by window. */
const CUSTOM_LOOKBACK_MS = 10 * WEEK_MS
const NOTHING = { columns: new Map(), traffic: null, quality: null } as const
const NO_TRAILING: Trailing = new Map()

async function judgeAgain(
  { series, ...rest }: Context,
  whole: EvaluationTarget,
  monitor: Monitor,
  windows: readonly TestedOnce[],
  family: Siblings,
  gone: AbortSignal | undefined,
): Promise<JudgedMonitor[]> {
  const ctx: Context = { ...rest, series: readingAhead(series) }
  const target: EvaluationTarget = {
    ...whole,
    monitors: monitor.slice ? [] : [monitor],
    slices: whole.slices.filter(({ id }) => id === monitor.slice?.id),
    sliceMonitors: monitor.slice ? [monitor] : [],
  }
  const { model, version, profile } = target
  const { cadence } = model.settings
  const level = LEVEL_OF_CADENCE[cadence]
  const key = monitor.column ? columnKey(monitor.column) : null
  const columnIds = [...whole.columnKeys].flatMap(([id, each]) => (each === key ? [id] : []))
  const versions = await ctx.metadata.listVersions(model.id)
  const trailing = TRAILING_METRICS.filter((metric) => metric === monitor.metric)
  const history = new TrafficHistory(ctx, windows.at(-1)?.windowEndMs ?? 0, trailing)
  const memory = new EarlierMemory()
  // What is stored of events is complete but for the newest windows.
  const firstMs = (windows[0]?.windowStartMs ?? 0) - CUSTOM_LOOKBACK_MS
  const past = new CustomHistory({ startMs: firstMs, endMs: windows.at(-1)?.windowStartMs ?? firstMs })
  const wish = { historical: true, past }
  const judged: JudgedMonitor[] = []
  for (const row of windows) {
    // Stores answer at once: others get their turn between two windows, and who went away is noticed.
    await setImmediate()
    if (gone?.aborted) throw new AppError('unavailable', 'Nobody waits for this any more.')
    const window = { startMs: row.windowStartMs, endMs: row.windowEndMs }
    // A slice is judged by its own summaries alone.
    const summaries = monitor.slice ? NOTHING : await readWindow(ctx, target, window, level, columnIds)
    const slices = await readSlices(ctx, target, window, history, level, columnIds, memory)
    const [result] = judgeWindow({
      model,
      version,
      profile,
      monitors: [monitor],
      window,
      ...summaries,
      baselines: await readBaselines(ctx, target, window, memory),
      trailing: monitor.slice ? NO_TRAILING : await history.before(version, versions, cadence, window),
      siblings: { monitors: family.monitors, pValues: family.pValues(row.windowStartMs) },
      slices: await withCustoms(ctx, target, slices, window, wish),
      isSliced: whole.sliceMonitors.length > 0,
      customs: await readCustoms(ctx, target, window, wish),
      nowMs: row.evaluatedMs,
      historical: row.historical,
      withDetail: false,
    })
    if (result) judged.push(result)
  }
  return judged
}

function toWindow({ windowStartMs, windowEndMs, value, limit, n, verdict }: JudgedMonitor): TestedWindow {
  return { startMs: windowStartMs, endMs: windowEndMs, value, limit, n, verdict }
}
