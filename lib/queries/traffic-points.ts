/** Owns traffic cells as chart points. */
import type { ChartPoint } from '@/lib/queries/chart-point'
import type { TrafficCell } from '@/lib/queries/read-traffic'

export function toTrafficPoints(
  cells: readonly TrafficCell[],
  read: (cell: TrafficCell) => number | null,
  nowMs: number,
): ChartPoint[] {
  return cells.map((cell) => ({
    startMs: cell.startMs,
    endMs: cell.endMs,
    value: read(cell),
    limit: null,
    n: cell.records,
    verdict: null,
    isRevised: false,
    isPartial: cell.endMs > nowMs,
    note: null,
  }))
}
