'use client'
/** Owns the drawing of values over time: steps, limit, baseline band, shaded alerts, deploy markers. Knows no URL. */
import {
  CartesianGrid,
  ComposedChart,
  Line,
  ReferenceArea,
  ReferenceLine,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from 'recharts'
import { formatAxis, timeTicks, valueTicks } from '@/app/charts/axis'
import { constantLimit, pointAt, toPlotRows } from '@/app/charts/plot-rows'
import {
  AXIS_COLOUR,
  BAND_COLOUR,
  FIRING_COLOUR,
  GRID_COLOUR,
  LIMIT_COLOUR,
  MARKER_COLOUR,
  SERIES_COLOURS,
  SERIES_DASHES,
} from '@/app/charts/theme'
import styles from '@/app/charts/time-chart.module.css'
import type { TimeChartProps } from '@/app/charts/time-chart-props'
import { TimeTooltip } from '@/app/charts/time-tooltip'
import { formatTick } from '@/app/format'

const TICK_STYLE = { fontSize: 11, fill: AXIS_COLOUR }

export function TimePlot(props: TimeChartProps & { size: { width: number; height: number } }) {
  const { series, startMs, endMs, unit, zone, firing = [], markers = [], band } = props
  const first = series[0]?.points ?? []
  const limit = constantLimit(first)
  const rows = toPlotRows(series, limit === null)
  const values = series.flatMap((one) => one.points.flatMap((point) => point.value ?? []))
  const limits = first.flatMap((point) => point.limit ?? [])
  const ticks = valueTicks(...valueSpan([...values, ...limits], band, props))
  const selected =
    props.selectedMs === null || props.selectedMs === undefined ? null : pointAt(first, props.selectedMs)
  return (
    <div className={`${styles.plot} ${props.onSelect ? styles.selectable : ''}`} dir="ltr">
      <ResponsiveContainer width="100%" height="100%" initialDimension={props.size}>
        <ComposedChart
          data={rows}
          syncId={props.group}
          syncMethod="value"
          margin={{ top: 14, right: 8, bottom: 0, left: 0 }}
          title={props.label}
          onClick={(state) => {
            const at = Number(state.activeLabel)
            const point = [...first].reverse().find((candidate) => candidate.startMs <= at)
            if (point) props.onSelect?.(point.startMs)
          }}
        >
          <CartesianGrid vertical={false} stroke={GRID_COLOUR} />
          {band && (
            <ReferenceArea y1={band[0]} y2={band[1]} fill={BAND_COLOUR} fillOpacity={1} ifOverflow="hidden" />
          )}
          {firing.map((span) => (
            <ReferenceArea
              key={`${span.startMs}-${span.endMs}`}
              x1={span.startMs}
              x2={span.endMs}
              fill={FIRING_COLOUR}
              fillOpacity={0.75}
              ifOverflow="hidden"
            />
          ))}
          {selected && (
            <ReferenceArea
              x1={selected.startMs}
              x2={selected.endMs}
              fill="var(--accent)"
              fillOpacity={0.18}
              stroke="var(--accent)"
              ifOverflow="hidden"
            />
          )}
          <XAxis
            dataKey="t"
            type="number"
            scale="time"
            domain={[startMs, endMs]}
            allowDataOverflow
            ticks={timeTicks(startMs, endMs, 8)}
            tickFormatter={(at: number) => formatTick(at, endMs - startMs, zone)}
            tick={TICK_STYLE}
            stroke={GRID_COLOUR}
            tickLine={false}
            minTickGap={24}
          />
          <YAxis
            domain={[ticks[0] ?? 0, ticks.at(-1) ?? 1]}
            ticks={ticks}
            interval={0}
            tickFormatter={(value: number) => formatAxis(value, unit)}
            tick={TICK_STYLE}
            tickLine={false}
            axisLine={false}
            width={60}
          />
          <Tooltip
            content={({ active, label }) =>
              active ? <TimeTooltip atMs={Number(label)} series={series} unit={unit} zone={zone} /> : null
            }
            cursor={{ stroke: MARKER_COLOUR, strokeWidth: 1 }}
            isAnimationActive={false}
            wrapperStyle={{ zIndex: 5 }}
          />
          {placeLabels(markers, startMs, endMs).map(({ atMs, label, position }) => (
            <ReferenceLine
              key={`${atMs}-${label}`}
              x={atMs}
              stroke={MARKER_COLOUR}
              ifOverflow="hidden"
              label={position && { value: cut(label), position, fontSize: 11, fill: AXIS_COLOUR, dy: -14 }}
            />
          ))}
          {props.onsetMs !== null && props.onsetMs !== undefined && (
            <ReferenceLine
              x={props.onsetMs}
              stroke={LIMIT_COLOUR}
              strokeDasharray="2 2"
              ifOverflow="hidden"
              label={{ value: 'onset', position: 'insideTopLeft', fontSize: 11, fill: LIMIT_COLOUR, dy: -14 }}
            />
          )}
          {typeof limit === 'number' && (
            <ReferenceLine
              y={limit}
              stroke={LIMIT_COLOUR}
              strokeDasharray="5 4"
              ifOverflow="extendDomain"
              label={{
                value: `limit ${formatAxis(limit, unit)}`,
                position: 'insideBottomRight',
                fontSize: 11,
                fill: LIMIT_COLOUR,
              }}
            />
          )}
          {limit === null && (
            <Line
              dataKey="limit"
              type="stepAfter"
              stroke={LIMIT_COLOUR}
              strokeDasharray="5 4"
              strokeWidth={1}
              dot={false}
              activeDot={false}
              isAnimationActive={false}
            />
          )}
          {series.flatMap((one, index) => {
            const line = {
              type: 'stepAfter',
              stroke: SERIES_COLOURS[one.tone],
              strokeWidth: 1.6,
              dot: false,
              isAnimationActive: false,
              connectNulls: false,
            } as const
            const whole = (
              <Line
                key={`v-${one.label}`}
                dataKey={`v${index}`}
                strokeDasharray={SERIES_DASHES[one.tone]}
                {...line}
              />
            )
            if (!one.points.some((point) => point.isPartial)) return [whole]
            return [
              whole,
              <Line key={`p-${one.label}`} dataKey={`p${index}`} strokeDasharray="2 3" {...line} />,
            ]
          })}
        </ComposedChart>
      </ResponsiveContainer>
    </div>
  )
}

type Marker = NonNullable<TimeChartProps['markers']>[number]

/** Labels stand beside their line, on the side with room; one too near another is left out. */
function placeLabels(markers: readonly Marker[], startMs: number, endMs: number) {
  const spanMs = endMs - startMs
  let takenMs = Number.NEGATIVE_INFINITY
  return [...markers]
    .sort((a, b) => a.atMs - b.atMs)
    .map((marker) => {
      const isFree = marker.atMs - takenMs > spanMs * 0.1
      if (isFree) takenMs = marker.atMs
      const isLate = marker.atMs > startMs + spanMs * 0.85
      const side = isLate ? ('insideTopRight' as const) : ('insideTopLeft' as const)
      return { ...marker, position: isFree ? side : undefined }
    })
}

/** From zero, unless the values ask for a closer look; shares of a whole never go beyond it. */
function valueSpan(
  values: readonly number[],
  band: TimeChartProps['band'],
  { unit, isZoomed }: TimeChartProps,
): [number, number] {
  const top = Math.max(...values, band?.[1] ?? 0) || 1
  const bottom = Math.min(...values, top)
  const low = isZoomed ? bottom - (top - bottom) * 0.1 : Math.min(0, bottom)
  const high = top + (top - low) * 0.06
  return [unit === 'share' ? Math.max(0, low) : low, unit === 'share' ? Math.min(1, high) : high]
}

function cut(label: string): string {
  return label.length > 18 ? `${label.slice(0, 17)}…` : label
}
