/** Owns the question: how often would a monitor have fired with other settings? Stored history is judged again; nothing is written. */
import { setImmediate } from 'node:timers/promises'
import type { EvaluationRow } from '@/db/contracts/evaluation-records'
import type { Context } from '@/lib/access/context'
import { requireScope } from '@/lib/access/principal'
import { columnKey } from '@/lib/domain/column'
import { AppError } from '@/lib/domain/errors'
import type { Verdict } from '@/lib/domain/evaluation'
import { isCustom, isOfArrivals, isOfWholeRecords, type MetricId } from '@/lib/domain/metric'
import type { Monitor } from '@/lib/domain/monitor'
import { DAY_MS, LEVEL_OF_CADENCE, nominalWindowMs, type TimeRange } from '@/lib/domain/time'
import { type JudgedMonitor, judgeWindow } from '@/lib/monitor/judge-window'
import { metricsOfFamily, testFamilyOf } from '@/lib/monitor/test-family'
import { type EvaluationTarget, loadTarget } from '@/lib/queries/evaluation-target'
import { type Episode, findEpisodes } from '@/lib/queries/firing-episodes'
import { type MonitorChange, planMonitorChange } from '@/lib/queries/plan-monitor-change'
import { readBaselines } from '@/lib/queries/read-baselines'
import { readCells, readCustoms } from '@/lib/queries/read-customs'
import { readWindow } from '@/lib/queries/read-window'
import { TrafficHistory } from '@/lib/queries/traffic-history'

/** What is looked back on: a month, and some windows at least where those are long. */
const LOOKBACK_MS = 30 * DAY_MS
const MIN_WINDOWS = 30
/** A month of hours. */
const MAX_WINDOWS = 744
/** Windows after which others get their turn. */
const WINDOWS_A_TURN = 20
/** More than a metric has monitors. */
const MAX_ROWS = 2_000_000

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
 * @throws AppError as planMonitorChange does; `conflict` (reason `no_back_test`) for a monitor whose input is not stored
 */
export async function backTestMonitor(
  ctx: Context,
  monitorId: number,
  change: MonitorChange,
): Promise<BackTest> {
  requireScope(ctx.principal, 'read')
  const { version, monitor, changed } = await planMonitorChange(ctx, monitorId, change)
  const target = await loadTarget(ctx, version.id)
  if (!target) throw new AppError('conflict', 'This version is no longer judged.', { reason: 'retired' })
  if (monitor.slice || isOfWholeRecords(monitor.metric) || isOfArrivals(monitor.metric)) {
    throw new AppError(
      'conflict',
      'What this monitor looks at is not stored: its past cannot be judged again.',
      {
        reason: 'no_back_test',
      },
    )
  }
  const range = rangeOf(ctx, target)
  const rows = await familyRows(ctx, version.id, monitor.metric, range)
  const own = rows.filter((row) => row.monitorId === monitorId).slice(-MAX_WINDOWS)
  // A custom metric is often younger than what is stored of it.
  const windows = isCustom(monitor.metric) ? await customWindows(ctx, target, monitor, range) : own
  const judged = changed.enabled
    ? await judgeAgain(ctx, target, { ...changed, enabled: true }, windows, rows)
    : []
  return {
    range,
    past: { windows: own.map(toWindow), episodes: findEpisodes(monitor, own) },
    changed: { windows: judged.map(toWindow), episodes: findEpisodes(changed, judged) },
  }
}

/** What all metrics gave that are corrected together with this one, oldest first. */
async function familyRows(ctx: Context, versionId: number, metric: MetricId, range: TimeRange) {
  const rows: EvaluationRow[] = []
  for (const each of metricsOfFamily(metric)) {
    const filter = { versionIds: [versionId], metric: each, range, limit: MAX_ROWS, withDetail: false }
    rows.push(...(await ctx.metadata.listEvaluations(filter)))
  }
  return rows
}

/** The last month of the version's data: of live ones until now, of history until its end. */
function rangeOf(ctx: Context, { model, version }: EvaluationTarget): TimeRange {
  const windowMs = nominalWindowMs(model.settings.cadence)
  const endMs = Math.min(ctx.nowMs, (version.lastRecordMs ?? ctx.nowMs) + 2 * windowMs)
  return { startMs: endMs - Math.max(LOOKBACK_MS, MIN_WINDOWS * windowMs), endMs }
}

type JudgedOnce = Pick<EvaluationRow, 'windowStartMs' | 'windowEndMs' | 'evaluatedMs' | 'historical'>

/** Windows of which a custom metric has stored summaries, whether its monitor judged them or not. */
async function customWindows(
  ctx: Context,
  { model, version }: EvaluationTarget,
  monitor: Monitor,
  range: TimeRange,
): Promise<JudgedOnce[]> {
  const metrics = await ctx.metadata.listCustomMetrics(model.id)
  const metric = metrics.find(({ name }) => name === monitor.column?.name)
  if (!metric) return []
  const { cadence } = model.settings
  const cells = await readCells(ctx, metric, version.id, cadence, range)
  return [...cells.values()]
    .map(({ window }) => ({
      windowStartMs: window.startMs,
      windowEndMs: window.endMs,
      evaluatedMs: ctx.nowMs,
      historical: true,
    }))
    .filter(({ windowStartMs, windowEndMs }) => windowStartMs >= range.startMs && windowEndMs <= ctx.nowMs)
    .sort((a, b) => a.windowStartMs - b.windowStartMs)
    .slice(-MAX_WINDOWS)
}

async function judgeAgain(
  ctx: Context,
  whole: EvaluationTarget,
  monitor: Monitor,
  own: readonly JudgedOnce[],
  rows: readonly EvaluationRow[],
): Promise<JudgedMonitor[]> {
  const target = { ...whole, monitors: [monitor] }
  const { model, version, profile } = target
  const { cadence } = model.settings
  const key = monitor.column ? columnKey(monitor.column) : null
  const columnIds = [...whole.columnKeys].flatMap(([id, each]) => (each === key ? [id] : []))
  const siblings = await ctx.metadata.listVersions(model.id)
  const history = new TrafficHistory(ctx, own.at(-1)?.windowEndMs ?? 0)
  const others = pValuesByWindow(rows, monitor.id)
  const count = whole.monitors.filter(
    ({ id, metric, enabled }) =>
      id !== monitor.id && testFamilyOf(metric) === testFamilyOf(monitor.metric) && enabled,
  ).length
  const judged: JudgedMonitor[] = []
  for (const [turn, row] of own.entries()) {
    if (turn % WINDOWS_A_TURN === 0) await setImmediate()
    const window = { startMs: row.windowStartMs, endMs: row.windowEndMs }
    const summaries = await readWindow(ctx, target, window, LEVEL_OF_CADENCE[cadence], columnIds)
    const [result] = judgeWindow({
      model,
      version,
      profile,
      monitors: [monitor],
      window,
      ...summaries,
      baselines: await readBaselines(ctx, target, window),
      trailing: await history.before(version, siblings, cadence, window),
      siblings: { monitors: count, pValues: others.get(row.windowStartMs) ?? [] },
      isSliced: whole.sliceMonitors.length > 0,
      // What is stored of events is complete but for the newest windows.
      customs: await readCustoms(ctx, target, window, { historical: true }),
      nowMs: row.evaluatedMs,
      historical: row.historical,
      withDetail: false,
    })
    if (result) judged.push(result)
  }
  return judged
}

function pValuesByWindow(rows: readonly EvaluationRow[], exceptId: number): Map<number, number[]> {
  const byWindow = new Map<number, number[]>()
  for (const { monitorId, windowStartMs, pValue } of rows) {
    if (monitorId === exceptId || pValue === null) continue
    const values = byWindow.get(windowStartMs)
    if (values) values.push(pValue)
    else byWindow.set(windowStartMs, [pValue])
  }
  return byWindow
}

function toWindow({ windowStartMs, windowEndMs, value, limit, n, verdict }: JudgedMonitor): TestedWindow {
  return { startMs: windowStartMs, endMs: windowEndMs, value, limit, n, verdict }
}
