/** Owns which stored windows a monitor can be tried on, and what the tests that are corrected with it gave in them. */
import type { EvaluationRow } from '@/db/contracts/evaluation-records'
import { customSeries, NO_PROFILE, sliceSeries, TRAFFIC_SERIES } from '@/db/contracts/series-store'
import type { Context } from '@/lib/access/context'
import { isCustom } from '@/lib/domain/metric'
import type { Monitor } from '@/lib/domain/monitor'
import { LEVEL_OF_CADENCE, type TimeRange, windowContaining } from '@/lib/domain/time'
import { familyOf } from '@/lib/monitor/test-family'
import type { EvaluationTarget } from '@/lib/queries/evaluation-target'

/** A window, and how it was judged or would be. */
export type TestedOnce = Pick<EvaluationRow, 'windowStartMs' | 'windowEndMs' | 'evaluatedMs' | 'historical'>

/** A monitor's own windows, oldest first. */
export async function listOwn(ctx: Context, monitor: Monitor, range: TimeRange, limit: number) {
  const { id: monitorId, versionId } = monitor
  return ctx.metadata.listEvaluations({ versionIds: [versionId], monitorId, range, limit, withDetail: false })
}

/**
 * The windows that were judged; of a slice or a custom metric, which are often younger than what is stored of them, also
 * those that were not, as history. Oldest first.
 */
export async function listTestedWindows(
  ctx: Context,
  target: EvaluationTarget,
  monitor: Monitor,
  range: TimeRange,
  own: readonly TestedOnce[],
): Promise<TestedOnce[]> {
  const series = await seriesOf(ctx, target, monitor)
  if (!series) return [...own]
  const { cadence } = target.model.settings
  const tested = new Map<number, TestedOnce>()
  const query = { ...series, profileId: NO_PROFILE, level: LEVEL_OF_CADENCE[cadence], range }
  for (const { startMs } of await ctx.series.read(query)) {
    const window = windowContaining(cadence, startMs)
    if (window.startMs < range.startMs || window.endMs > ctx.nowMs) continue
    const times = { windowStartMs: window.startMs, windowEndMs: window.endMs }
    tested.set(window.startMs, { ...times, evaluatedMs: ctx.nowMs, historical: true })
  }
  for (const row of own) tested.set(row.windowStartMs, row)
  return [...tested.values()].sort((a, b) => a.windowStartMs - b.windowStartMs)
}

/** What has a bucket wherever the monitor has something to look at; null: its version does. */
async function seriesOf(
  ctx: Context,
  { model, version }: EvaluationTarget,
  { slice, metric, column }: Monitor,
): Promise<{ versionId: number; columnIds: number[] } | null> {
  if (slice) return { versionId: sliceSeries(slice.id, version.id), columnIds: [TRAFFIC_SERIES] }
  if (!isCustom(metric)) return null
  const held = (await ctx.metadata.listCustomMetrics(model.id)).find(({ name }) => name === column?.name)
  return held ? { versionId: version.id, columnIds: [customSeries(held.seriesId)] } : null
}

/** The tests that one is corrected with. */
export interface Siblings {
  /** How many of them are on. */
  readonly monitors: number
  /** What they gave in a window. Where they were not judged they count as saying nothing, which is the strictest. */
  pValues(windowStartMs: number): readonly number[]
}

/** Tests that are read at once: of so many a month of hours is some ten thousand numbers. */
const READ_AT_ONCE = 20

/** @param own the monitor's own windows */
export async function readSiblings(
  ctx: Context,
  target: EvaluationTarget,
  monitor: Monitor,
  range: TimeRange,
  own: readonly TestedOnce[],
): Promise<Siblings> {
  const family = [...target.monitors, ...target.sliceMonitors].filter(
    (each) => each.id !== monitor.id && familyOf(each) === familyOf(monitor),
  )
  const byWindow = new Map<number, number[]>(own.map(({ windowStartMs }) => [windowStartMs, []]))
  for (let i = 0; i < family.length; i += READ_AT_ONCE) {
    const ids = family.slice(i, i + READ_AT_ONCE).map(({ id }) => id)
    for (const { windowStartMs, pValue } of await ctx.metadata.listPValues(ids, range))
      byWindow.get(windowStartMs)?.push(pValue)
    // Stores answer at once: without this a month of many slices would hold up requests.
    await new Promise((resolve) => setImmediate(resolve))
  }
  const monitors = family.filter(({ enabled }) => enabled).length
  const silent = Array.from({ length: monitors }, () => 1)
  return { monitors, pValues: (windowStartMs) => byWindow.get(windowStartMs) ?? silent }
}
