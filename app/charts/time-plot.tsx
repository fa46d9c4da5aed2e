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
import {
  AXIS_COLOUR,
  BAND_FILL,
  FIRING_FILL,
  GRID_COLOUR,
  LIMIT_COLOUR,
  LIMIT_STROKE,
  MARKER_STROKE,
  ONSET_STROKE,
  PARTIAL_DASH,
  SELECTED_FILL,
  SERIES_COLOURS,
  SERIES_DASHES,
  SERIES_STROKE,
} from '@/app/charts/theme'
import styles from '@/app/charts/time-chart.module.css'
import type { TimeChartProps } from '@/app/charts/time-chart-props'
import { MARGIN, toTimeScene, windowBefore } from '@/app/charts/time-scene'
import { TimeTooltip } from '@/app/charts/time-tooltip'

const TICK_STYLE = { fontSize: 11, fill: AXIS_COLOUR }

export function TimePlot(props: TimeChartProps & { size: { width: number; height: number } }) {
  const { series, startMs, endMs, unit, zone, firing = [], band } = props
  const { first, limit, rows, selected, ...scene } = toTimeScene(
    props,
    props.size.width - MARGIN.left - MARGIN.right,
  )
  return (
    <div className={`${styles.plot} ${props.onSelect ? styles.selectable : ''}`} dir="ltr">
      <ResponsiveContainer width="100%" height="100%" initialDimension={props.size}>
        <ComposedChart
          data={rows}
          syncId={props.group}
          syncMethod="value"
          margin={{ top: MARGIN.top, right: MARGIN.right, bottom: 0, left: 0 }}
          title={props.label}
          onClick={(state) => {
            const point = windowBefore(first, Number(state.activeLabel))
            if (point) props.onSelect?.(point.startMs)
          }}
        >
          <CartesianGrid vertical={false} stroke={GRID_COLOUR} />
          {firing.map((span) => (
            <ReferenceArea
              key={`${span.startMs}-${span.endMs}`}
              x1={span.startMs}
              x2={span.endMs}
              {...FIRING_FILL}
              ifOverflow="hidden"
            />
          ))}
          {band && (
            <ReferenceArea y1={band[0]} y2={band[1]} {...BAND_FILL} fillOpacity={1} ifOverflow="hidden" />
          )}
          {selected && (
            <ReferenceArea x1={selected.startMs} x2={selected.endMs} {...SELECTED_FILL} ifOverflow="hidden" />
          )}
          <XAxis
            dataKey="t"
            type="number"
            scale="time"
            domain={[startMs, endMs]}
            allowDataOverflow
            ticks={scene.timeTicks}
            tickFormatter={scene.timeText}
            height={MARGIN.bottom}
            tick={TICK_STYLE}
            stroke={GRID_COLOUR}
            tickLine={false}
            minTickGap={24}
          />
          <YAxis
            domain={[scene.low, scene.high]}
            ticks={scene.valueTicks}
            interval={0}
            tickFormatter={scene.valueText}
            tick={TICK_STYLE}
            tickLine={false}
            axisLine={false}
            width={MARGIN.left}
          />
          <Tooltip
            content={({ active, label }) =>
              active ? (
                <TimeTooltip
                  atMs={Number(label)}
                  series={series}
                  markers={props.markers}
                  unit={unit}
                  zone={zone}
                />
              ) : null
            }
            cursor={{ ...MARKER_STROKE, strokeWidth: 1 }}
            isAnimationActive={false}
            wrapperStyle={{ zIndex: 5 }}
          />
          {scene.markers.map(({ atMs, text, side }, index) => (
            <ReferenceLine
              // biome-ignore lint/suspicious/noArrayIndexKey: two changes may have one instant and one name
              key={`${atMs}-${index}`}
              x={atMs}
              {...MARKER_STROKE}
              ifOverflow="hidden"
              label={
                text === null
                  ? undefined
                  : {
                      value: text,
                      position: side === 'left' ? 'insideTopRight' : 'insideTopLeft',
                      fontSize: 11,
                      fill: AXIS_COLOUR,
                      dy: -14,
                    }
              }
            />
          ))}
          {props.onsetMs !== null && props.onsetMs !== undefined && (
            <ReferenceLine
              x={props.onsetMs}
              {...ONSET_STROKE}
              ifOverflow="hidden"
              label={{ value: 'onset', position: 'insideTopLeft', fontSize: 11, fill: LIMIT_COLOUR, dy: -14 }}
            />
          )}
          {typeof limit === 'number' && (
            <ReferenceLine
              y={limit}
              {...LIMIT_STROKE}
              ifOverflow="extendDomain"
              label={{
                value: `limit ${scene.valueText(limit)}`,
                position: scene.limitSide === 'above' ? 'insideBottomRight' : 'insideTopRight',
                fontSize: 11,
                fill: LIMIT_COLOUR,
              }}
            />
          )}
          {limit === null && (
            <Line
              dataKey="limit"
              type="stepAfter"
              {...LIMIT_STROKE}
              dot={false}
              activeDot={false}
              isAnimationActive={false}
            />
          )}
          {series.flatMap((one, index) => {
            const line = {
              type: 'stepAfter',
              stroke: SERIES_COLOURS[one.tone],
              ...SERIES_STROKE,
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
              <Line key={`p-${one.label}`} dataKey={`p${index}`} strokeDasharray={PARTIAL_DASH} {...line} />,
            ]
          })}
        </ComposedChart>
      </ResponsiveContainer>
    </div>
  )
}
