/** Owns what a chart over time shows, before anything is drawn: spans, ticks, labels. The still picture and the plot share it. */
import { formatAxis, timeTicks, valueTicks } from '@/app/charts/axis'
import { constantLimit, pointAt, toPlotRows } from '@/app/charts/plot-rows'
import type { TimeChartProps } from '@/app/charts/time-chart-props'
import { formatTick } from '@/app/format'
import type { ChartPoint } from '@/lib/queries/chart-point'

/** Room around the plot area, in pixels. */
export const MARGIN = { top: 14, right: 8, bottom: 30, left: 60 } as const

const TIME_TICKS = 8
const LABEL_LENGTH = 18

/** The pixels a chart is high, by the wish of its page: three sizes, so that pages keep a rhythm. */
export function chartHeight(wish = 180): 132 | 180 | 260 {
  return wish <= 140 ? 132 : wish <= 200 ? 180 : 260
}

/** Everything that is decided about a chart except its width. */
export function toTimeScene(props: TimeChartProps) {
  const { series, startMs, endMs, unit, zone, band, markers = [] } = props
  const first = series[0]?.points ?? []
  const limit = constantLimit(first)
  const values = series.flatMap((one) => one.points.flatMap((point) => point.value ?? []))
  const limits = first.flatMap((point) => point.limit ?? [])
  const ticks = valueTicks(...valueSpan([...values, ...limits], band, props), unit)
  const chosenMs = props.selectedMs ?? null
  return {
    first,
    /** A number: one line for all windows; null: it varies; undefined: there is none. */
    limit,
    rows: toPlotRows(series, limit === null),
    low: ticks[0] ?? 0,
    high: ticks.at(-1) ?? 1,
    valueTicks: ticks,
    valueText: (value: number) => formatAxis(value, unit, ticks.at(-1)),
    timeTicks: timeTicks(startMs, endMs, TIME_TICKS),
    timeText: (atMs: number) => formatTick(atMs, endMs - startMs, zone),
    selected: chosenMs === null ? null : pointAt(first, chosenMs),
    markers: placeLabels(markers, startMs, endMs, props.onsetMs ?? null),
  }
}

/** The window that was running at an instant, or the last one before it. */
export function windowBefore(points: readonly ChartPoint[], atMs: number): ChartPoint | undefined {
  return points.findLast((point) => point.startMs <= atMs)
}

type Marker = NonNullable<TimeChartProps['markers']>[number]

/**
 * Labels stand beside their line, on the side with room; one too near another is left out. The word "onset" stands to
 * the right of its line: a label that would meet it goes to the left, which has room but at the very beginning.
 */
function placeLabels(markers: readonly Marker[], startMs: number, endMs: number, onsetMs: number | null) {
  const spanMs = endMs - startMs
  const meetsOnset = (atMs: number) => onsetMs !== null && Math.abs(atMs - onsetMs) < spanMs * 0.1
  const hasRoomAside = (atMs: number) =>
    atMs > startMs + spanMs * 0.15 && atMs < (onsetMs ?? endMs) + spanMs * 0.01
  let takenMs = Number.NEGATIVE_INFINITY
  return [...markers]
    .sort((a, b) => a.atMs - b.atMs)
    .map(({ atMs, label }) => {
      const isAside = meetsOnset(atMs)
      const isFree = atMs - takenMs > spanMs * 0.1 && !(isAside && !hasRoomAside(atMs))
      if (isFree) takenMs = atMs
      const isLast = atMs > startMs + spanMs * 0.85
      const side = isAside || isLast ? ('left' as const) : ('right' as const)
      return { atMs, text: isFree ? cut(label) : null, side }
    })
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
  const low = isZoomed ? bottom - (top - bottom) * 0.1 : Math.min(0, bottom)
  const high = top + (top - low) * 0.06
  const isWithinOne = unit === 'share' || (unit === 'distance' && bottom >= 0 && top <= 1)
  return isWithinOne ? [Math.max(0, low), Math.min(1, high)] : [low, high]
}

function cut(label: string): string {
  return label.length > LABEL_LENGTH ? `${label.slice(0, LABEL_LENGTH - 1)}…` : label
}
