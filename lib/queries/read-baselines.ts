/** Owns reading the earlier windows that monitors with such a baseline compare with. */
import type { Context } from '@/lib/access/context'
import { columnKey } from '@/lib/domain/column'
import type { TimeRange } from '@/lib/domain/time'
import {
  type Baselines,
  baselineSpans,
  EARLIER_BASELINES,
  type EarlierBaseline,
  isEarlierBaseline,
} from '@/lib/monitor/earlier-windows'
import { referenceOf } from '@/lib/monitor/reference'
import type { EvaluationTarget } from '@/lib/queries/evaluation-target'
import { decodeMerged } from '@/lib/summary/codec'
import { isColumnSummary } from '@/lib/summary/merge'
import type { ColumnSummary } from '@/lib/summary/types'

/** Only the columns that a monitor compares so are read; mostly none. */
export async function readBaselines(
  ctx: Context,
  target: EvaluationTarget,
  window: TimeRange,
): Promise<Baselines> {
  const baselines = new Map<EarlierBaseline, ReadonlyMap<string, ColumnSummary>>()
  for (const kind of EARLIER_BASELINES) {
    const keys = new Set(
      target.monitors.flatMap(({ enabled, method, baseline, column, slice }) =>
        // Of a slice, shares too are compared with the week before.
        enabled && (method !== null || slice) && baseline === kind && column ? [columnKey(column)] : [],
      ),
    )
    if (keys.size > 0 && isEarlierBaseline(kind))
      baselines.set(kind, await readEarlier(ctx, target, window, kind, keys))
  }
  return baselines
}

async function readEarlier(
  ctx: Context,
  { model, version, profile, columnKeys }: EvaluationTarget,
  window: TimeRange,
  kind: EarlierBaseline,
  keys: ReadonlySet<string>,
): Promise<Map<string, ColumnSummary>> {
  const { level, ranges } = baselineSpans(kind, model.settings.cadence, window)
  const columnIds = [...columnKeys].flatMap(([id, key]) => (keys.has(key) ? [id] : []))
  const parts = new Map<number, Uint8Array[]>()
  for (const range of ranges) {
    const stored = await ctx.series.read({
      versionId: version.id,
      profileId: profile.id,
      level,
      range,
      columnIds,
    })
    for (const { columnId, bytes } of stored) parts.set(columnId, [...(parts.get(columnId) ?? []), bytes])
  }
  const reference = referenceOf(profile)
  const merged = new Map<string, ColumnSummary>()
  for (const [columnId, bytes] of parts) {
    const key = columnKeys.get(columnId) ?? ''
    const summary = decodeMerged(bytes, reference.columns.get(key)?.grid ?? undefined)
    if (summary && isColumnSummary(summary)) merged.set(key, summary)
  }
  return merged
}
