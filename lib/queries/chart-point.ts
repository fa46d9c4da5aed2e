/** Owns the one shape in which values over time reach a chart, with gaps kept as gaps. */
import type { TraceCell } from '@/db/contracts/evaluation-records'
import type { Verdict } from '@/lib/domain/evaluation'

/** One drawn step: a window, or several windows of which it is the worst. */
export interface ChartPoint {
  readonly startMs: number
  readonly endMs: number
  readonly value: number | null
  readonly limit: number | null
  readonly n: number
  readonly verdict: Verdict | null
  /** Judged again after late data. */
  readonly isRevised: boolean
  /** The window has not ended yet. */
  readonly isPartial: boolean
  /** What stands behind the point, for the tooltip: a column's name. */
  readonly note: string | null
}

export function toChartPoint(cell: TraceCell, nowMs: number): ChartPoint {
  return {
    startMs: cell.windowStartMs,
    endMs: cell.windowEndMs,
    value: cell.value,
    limit: cell.limit,
    n: cell.n,
    verdict: cell.verdict,
    isRevised: cell.revision > 1,
    isPartial: cell.windowEndMs > nowMs,
    note: cell.column?.name ?? null,
  }
}

/** The cell as a multiple of its limit: 1 is at the limit, so columns of any unit share one axis. */
export function toRatioPoint(cell: TraceCell, nowMs: number): ChartPoint {
  const ratio = cell.value === null || cell.limit === null || cell.limit <= 0 ? null : cell.value / cell.limit
  return { ...toChartPoint(cell, nowMs), value: ratio, limit: 1 }
}
