/** Owns reading one version's evaluations over a range as at most a chart's worth of points. */
import type { TraceCell } from '@/db/contracts/evaluation-records'
import type { Context } from '@/lib/access/context'
import type { ColumnRef } from '@/lib/domain/column'
import { alignDown, type Cadence, nominalWindowMs, type TimeRange } from '@/lib/domain/time'
import { cellSizeFor, MAX_CHART_CELLS } from '@/lib/queries/cell-size'

export interface TraceWish {
  readonly versionId: number
  readonly metrics: readonly string[]
  readonly column?: ColumnRef
  /** Of this slice instead of the whole version. */
  readonly sliceId?: number
  readonly range: TimeRange
  readonly cadence: Cadence
  readonly by: 'monitor' | 'metric'
  readonly maxCells?: number
  /** Traces expected, to bound the read. */
  readonly maxTraces: number
}

/** Cells in order of time; calendar months are never merged, for they are no multiple of anything. */
export async function readTraces(ctx: Context, wish: TraceWish): Promise<TraceCell[]> {
  const maxCells = wish.maxCells ?? MAX_CHART_CELLS
  const windowMs = nominalWindowMs(wish.cadence)
  const cellMs = wish.cadence === '1mo' ? 1 : cellSizeFor(wish.range, windowMs, maxCells)
  const cells = await ctx.metadata.listTraces({
    versionIds: [wish.versionId],
    metrics: wish.metrics,
    ...(wish.column ? { column: wish.column } : {}),
    ...(wish.sliceId === undefined ? {} : { sliceId: wish.sliceId }),
    range: wish.range,
    cellMs,
    by: wish.by,
    limit: (maxCells + 2) * wish.maxTraces,
  })
  if (cellMs <= windowMs) return cells
  // A cell of several windows is drawn as wide as it is, not as its worst window.
  return cells.map((cell) => {
    const startMs = alignDown(cell.windowStartMs, cellMs)
    return { ...cell, windowStartMs: startMs, windowEndMs: startMs + cellMs }
  })
}
