/** Owns how many points a chart gets: cells that are whole windows or buckets, never more than a chart can draw. */
import type { TimeRange } from '@/lib/domain/time'

/** Recharts stays fluid below a thousand points; 30 days of hourly windows (720) stay whole. */
export const MAX_CHART_CELLS = 750
/** The lanes of the model page stand close together, worst value of each cell; the column's own page shows every window. */
export const MAX_LANE_CELLS = 240
export const MAX_SPARK_CELLS = 60

/** Smallest multiple of `unitMs` that cuts `range` into at most `maxCells` cells. */
export function cellSizeFor(range: TimeRange, unitMs: number, maxCells: number): number {
  const units = Math.max(1, Math.ceil((range.endMs - range.startMs) / unitMs / maxCells))
  return units * unitMs
}
