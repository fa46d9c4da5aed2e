/** Owns what a chart over time shows, before anything is drawn: spans, ticks, labels. The still picture and the plot share it. */
import { formatAxis, timeTicks, valueTicks } from '@/app/charts/axis'
import { limitSide } from '@/app/charts/limit-label'
import { type PlacedMarker, placeLabels } from '@/app/charts/place-labels'
import { constantLimit, pointAt, toPlotRows } from '@/app/charts/plot-rows'
import type { TimeChartProps } from '@/app/charts/time-chart-props'
import { formatTick } from '@/app/format'
import type { ChartPoint } from '@/lib/queries/chart-point'

/** Room around the plot area, in pixels. */
export const MARGIN = { top: 14, right: 8, bottom: 30, left: 60 } as const

const TIME_TICKS = 8
/** Lines of markers that fit on a chart: closer ones would be a black bar. The tooltip and the table name all. */
const MARKER_LINES = 160

/** The pixels a chart is high, by the wish of its page: three sizes, so that pages keep a rhythm. */
export function chartHeight(wish = 180): 132 | 180 | 260 {
  return wish <= 140 ? 132 : wish <= 200 ? 180 : 260
}

/**
 * Everything that is decided about a chart.
 * @param width pixels of its plot area, where they are known: labels find their places by it
 */
export function toTimeScene(props: TimeChartProps, width?: number) {
  const { series, startMs, endMs, unit, zone, band, markers = [] } = props
  const first = series[0]?.points ?? []
  const limit = constantLimit(first)
  const values = series.flatMap((one) => one.points.flatMap((point) => point.value ?? []))
  const limits = first.flatMap((point) => point.limit ?? [])
  const ticks = valueTicks(...valueSpan([...values, ...limits], band, props), unit)
  const chosenMs = props.selectedMs ?? null
  const [low, high] = [ticks[0] ?? 0, ticks.at(-1) ?? 1]
  const pixels = chartHeight(props.height) - MARGIN.top - MARGIN.bottom
  return {
    first,
    /** A number: one line for all windows; null: it varies; undefined: there is none. */
    limit,
    /** Where its word stands. */
    limitSide: limitSide(first, limit ?? 0, { startMs, endMs, low, high, pixels }),
    rows: toPlotRows(series, limit === null),
    low,
    high,
    valueTicks: ticks,
    valueText: (value: number) => formatAxis(value, unit, ticks.at(-1)),
    timeTicks: timeTicks(startMs, endMs, TIME_TICKS),
    timeText: (atMs: number) => formatTick(atMs, endMs - startMs, zone),
    selected: chosenMs === null ? null : pointAt(first, chosenMs),
    markers: thinOut(
      placeLabels(
        markers.filter(({ atMs }) => atMs >= startMs && atMs <= endMs),
        { startMs, endMs, onsetMs: props.onsetMs ?? null },
        width,
      ),
      (endMs - startMs) / MARKER_LINES,
    ),
  }
}

/** Without markers that stand closer to the one before than `gapMs`; those with a label stay. */
function thinOut(markers: readonly PlacedMarker[], gapMs: number): PlacedMarker[] {
  let lastMs = Number.NEGATIVE_INFINITY
  return markers.filter(({ atMs, text }) => {
    if (text === null && atMs - lastMs < gapMs) return false
    lastMs = atMs
    return true
  })
}

/** The window that was running at an instant, or the last one before it. */
export function windowBefore(points: readonly ChartPoint[], atMs: number): ChartPoint | undefined {
  return points.findLast((point) => point.startMs <= atMs)
}

/**
 * From zero, unless the values ask for a closer look. What lies between 0 and 1 never goes beyond it: shares cannot,
 * and of distances those that can are not shown by their room.
 */
function valueSpan(
  values: readonly number[],
  band: TimeChartProps['band'],
  { unit, isZoomed }: TimeChartProps,
): [number, number] {
  const top = values.reduce((most, value) => Math.max(most, value), band?.[1] ?? 0) || 1
  const bottom = values.reduce((least, value) => Math.min(least, value), top)
  const room = bottom - (top - bottom) * 0.1
  // What never was below 0 is not shown as if it could be.
  const low = isZoomed ? (bottom < 0 ? room : Math.max(0, room)) : Math.min(0, bottom)
  const high = top + (top - low) * 0.06
  const isWithinOne = unit === 'share' || (unit === 'distance' && bottom >= 0 && top <= 1)
  return isWithinOne ? [Math.max(0, low), Math.min(1, high)] : [low, high]
}
