/** Owns turning windows into the rows that a step line is drawn from: gaps break it, the last window has its width. */
import type { ChartSeries } from '@/app/charts/time-chart-props'
import type { ChartPoint } from '@/lib/queries/chart-point'

/** `v0`, `v1` … hold whole windows of each series, `p0` … the unfinished one, `limit` the first series' limit. */
export interface PlotRow {
  t: number
  [key: string]: number | null
}

export function toPlotRows(series: readonly ChartSeries[], wantsLimit: boolean): PlotRow[] {
  const rows = new Map<number, PlotRow>()
  const put = (atMs: number, key: string, value: number | null) => {
    const row = rows.get(atMs) ?? { t: atMs }
    if (value !== null || row[key] === undefined) row[key] = value
    rows.set(atMs, row)
  }
  series.forEach((one, index) => {
    one.points.forEach((point, position) => {
      const next = one.points[position + 1]
      const key = point.isPartial ? `p${index}` : `v${index}`
      put(point.startMs, key, point.value)
      const hasLimit = index === 0 && wantsLimit
      if (hasLimit) put(point.startMs, 'limit', point.limit)
      const isContinued = next !== undefined && next.startMs <= point.endMs + 1
      if (hasLimit && isContinued && isOther(point, next)) {
        put(point.endMs - 2, 'limit', point.limit)
        put(point.endMs - 1, 'limit', null)
      }
      if (isContinued && next.isPartial === point.isPartial) return
      put(point.endMs, key, point.value)
      put(point.endMs + 1, key, null)
      if (index === 0 && wantsLimit && !isContinued) {
        put(point.endMs, 'limit', point.limit)
        put(point.endMs + 1, 'limit', null)
      }
    })
  })
  const sorted = [...rows.values()].sort((a, b) => a.t - b.t)
  return carryForward(sorted, series.length)
}

/**
 * Where both directions are bad, one window is held against the upper limit and the next against the lower one: no line
 * leads from one to the other, across the values.
 */
function isOther(point: ChartPoint, next: ChartPoint): boolean {
  if (point.limit === null || next.limit === null || point.value === null || next.value === null) return false
  const [low, high] = [Math.min(point.limit, next.limit), Math.max(point.limit, next.limit)]
  return low < Math.min(point.value, next.value) && high > Math.max(point.value, next.value)
}

/** Recharts draws to the next row that has a value: rows that only another series has must not break this one. */
function carryForward(rows: PlotRow[], seriesCount: number): PlotRow[] {
  const keys = ['limit']
  for (let index = 0; index < seriesCount; index++) keys.push(`v${index}`, `p${index}`)
  const last = new Map<string, number | null>()
  for (const row of rows) {
    for (const key of keys) {
      const value = row[key]
      if (value === undefined) row[key] = last.get(key) ?? null
      else last.set(key, value)
    }
  }
  return rows
}

/** The window that contains an instant, by halving. */
export function pointAt(points: readonly ChartPoint[], atMs: number): ChartPoint | null {
  let low = 0
  let high = points.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((points[middle]?.startMs ?? 0) <= atMs) low = middle + 1
    else high = middle
  }
  const point = points[low - 1]
  return point && atMs <= point.endMs ? point : null
}

/** The limit where every window has the same one; null where it varies, undefined where there is none. */
export function constantLimit(points: readonly ChartPoint[]): number | null | undefined {
  let limit: number | undefined
  for (const point of points) {
    if (point.limit === null) continue
    if (limit === undefined) limit = point.limit
    else if (Math.abs(point.limit - limit) > 1e-12) return null
  }
  return limit
}
