/** Owns reading what slices of a version are judged by: their own summaries of a window, and their own past. */
import { NO_PROFILE, QUALITY_SERIES, sliceSeries } from '@/db/contracts/series-store'
import type { Context } from '@/lib/access/context'
import type { Slice } from '@/lib/domain/slice'
import { type BucketLevel, LEVEL_OF_CADENCE, type TimeRange } from '@/lib/domain/time'
import { baselineSpans } from '@/lib/monitor/earlier-windows'
import type { SliceWindow } from '@/lib/monitor/slice-window'
import type { EvaluationTarget } from '@/lib/queries/evaluation-target'
import { EarlierMemory, readBaselines } from '@/lib/queries/read-baselines'
import { type CustomWish, readCustoms } from '@/lib/queries/read-customs'
import { readWindow } from '@/lib/queries/read-window'
import type { TrafficHistory } from '@/lib/queries/traffic-history'
import { decodeMerged } from '@/lib/summary/codec'
import type { QualitySummary } from '@/lib/summary/types'

/** The version as its slice sees it: the same in everything, but for the number that summaries stand under. */
export function targetOfSlice(target: EvaluationTarget, slice: Slice): EvaluationTarget {
  const version = { ...target.version, id: sliceSeries(slice.id, target.version.id) }
  const monitors = target.sliceMonitors.filter((monitor) => monitor.slice?.id === slice.id)
  return { ...target, version, monitors, slices: [], sliceMonitors: [] }
}

/**
 * Every slice that has monitors, in this window.
 * @param history null where nothing is compared with the traffic of earlier windows
 * @param level of the buckets that are read
 * @param columnIds reads only these columns; by default all of them
 * @param memory of the windows that are judged in a row
 */
export async function readSlices(
  ctx: Context,
  target: EvaluationTarget,
  window: TimeRange,
  history: TrafficHistory | null,
  level: BucketLevel = LEVEL_OF_CADENCE[target.model.settings.cadence],
  columnIds?: readonly number[],
  memory: EarlierMemory = new EarlierMemory(),
): Promise<SliceWindow[]> {
  const { cadence } = target.model.settings
  const read: SliceWindow[] = []
  for (const slice of target.slices) {
    const own = targetOfSlice(target, slice)
    if (own.monitors.length === 0) continue
    const { columns, traffic, quality } = await readWindow(ctx, own, window, level, columnIds)
    read.push({
      slice,
      columns,
      traffic,
      quality,
      baselines: await readBaselines(ctx, own, window, memory),
      trailing: history ? await history.before(own.version, [], cadence, window) : new Map(),
      earlierQuality: own.monitors.some(({ cause }) => cause === 'quality')
        ? await readEarlierQuality(ctx, own, window, memory)
        : null,
    })
  }
  return read
}

/** The same slices with what their monitors of custom metrics look at. */
export async function withCustoms(
  ctx: Context,
  target: EvaluationTarget,
  slices: readonly SliceWindow[],
  window: TimeRange,
  wish: CustomWish,
): Promise<SliceWindow[]> {
  const read: SliceWindow[] = []
  for (const part of slices) {
    const customs = await readCustoms(ctx, targetOfSlice(target, part.slice), window, wish)
    read.push(customs.size > 0 ? { ...part, customs } : part)
  }
  return read
}

async function readEarlierQuality(
  ctx: Context,
  { model, version }: EvaluationTarget,
  window: TimeRange,
  memory: EarlierMemory,
): Promise<QualitySummary | null> {
  const spans = baselineSpans('trailing', model.settings.cadence, window)
  return memory.recall(`${version.id} quality`, spans, async () => {
    const parts: Uint8Array[] = []
    for (const range of spans.ranges) {
      const key = { versionId: version.id, profileId: NO_PROFILE, level: spans.level, range }
      for (const { bytes } of await ctx.series.read({ ...key, columnIds: [QUALITY_SERIES] }))
        parts.push(bytes)
    }
    const merged = decodeMerged(parts)
    return merged?.kind === 'quality' ? merged : null
  })
}
