/** Owns reading the earlier windows that monitors with such a baseline compare with. */
import type { Context } from '@/lib/access/context'
import { columnKey } from '@/lib/domain/column'
import type { TimeRange } from '@/lib/domain/time'
import {
  type BaselineSpans,
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

/**
 * What was read last of each series, for as long as many windows are judged in a row: those of one day have the same week
 * before them.
 */
export class EarlierMemory {
  private readonly known = new Map<string, { readonly spans: string; readonly read: unknown }>()

  /**
   * @param what names the series and what is read of it
   * @param spans where in time
   */
  async recall<T>(what: string, spans: BaselineSpans, read: () => Promise<T>): Promise<T> {
    const where = JSON.stringify(spans)
    const known = this.known.get(what)
    if (known?.spans === where) return known.read as T
    const found = await read()
    this.known.set(what, { spans: where, read: found })
    return found
  }
}

/** Only the columns that a monitor compares so are read; mostly none. */
export async function readBaselines(
  ctx: Context,
  target: EvaluationTarget,
  window: TimeRange,
  memory: EarlierMemory = new EarlierMemory(),
): Promise<Baselines> {
  const baselines = new Map<EarlierBaseline, ReadonlyMap<string, ColumnSummary>>()
  for (const kind of EARLIER_BASELINES) {
    const keys = new Set(
      target.monitors.flatMap(({ enabled, method, baseline, column, slice }) =>
        // Of a slice, shares too are compared with the week before.
        enabled && (method !== null || slice) && baseline === kind && column ? [columnKey(column)] : [],
      ),
    )
    if (keys.size === 0 || !isEarlierBaseline(kind)) continue
    const spans = baselineSpans(kind, target.model.settings.cadence, window)
    const what = `${target.version.id} ${target.profile.id} ${kind} ${[...keys].join('\n')}`
    baselines.set(kind, await memory.recall(what, spans, () => readEarlier(ctx, target, spans, keys)))
  }
  return baselines
}

async function readEarlier(
  ctx: Context,
  { version, profile, columnKeys }: EvaluationTarget,
  { level, ranges }: BaselineSpans,
  keys: ReadonlySet<string>,
): Promise<Map<string, ColumnSummary>> {
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
