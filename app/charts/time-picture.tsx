/** Owns the still picture of a chart over time: plain SVG that stands in the page before any script runs. */

import { stepPath } from '@/app/charts/step-path'
import {
  BAND_FILL,
  FIRING_FILL,
  GRID_COLOUR,
  LIMIT_STROKE,
  MARKER_STROKE,
  ONSET_STROKE,
  PARTIAL_DASH,
  SELECTED_FILL,
  SERIES_COLOURS,
  SERIES_DASHES,
  SERIES_STROKE,
  type SeriesTone,
} from '@/app/charts/theme'
import type { TimeChartProps } from '@/app/charts/time-chart-props'
import styles from '@/app/charts/time-picture.module.css'
import { chartHeight, MARGIN, toTimeScene } from '@/app/charts/time-scene'

/** The lines are drawn this wide and stretched to the place they get. */
const WIDTH = 1_000
/** A time beyond this part of the axis is written to the left of its place: there is no room to its right. */
const LAST_PART = 0.96

export function TimePicture(props: TimeChartProps) {
  const { series, startMs, endMs, firing = [], band, onsetMs = null } = props
  const scene = toTimeScene(props)
  const height = chartHeight(props.height) - MARGIN.top - MARGIN.bottom
  const part = (atMs: number) => Math.min(1, Math.max(0, (atMs - startMs) / (endMs - startMs)))
  const x = (atMs: number) => `${Math.round(part(atMs) * 100_000) / 1_000}%`
  const y = (value: number) =>
    Math.round((1 - (value - scene.low) / (scene.high - scene.low || 1)) * height * 10) / 10
  const isInside = (atMs: number) => atMs >= startMs && atMs <= endMs
  const area = (span: { startMs: number; endMs: number }, look: object) => (
    <rect
      key={`${span.startMs}-${span.endMs}`}
      {...look}
      x={x(span.startMs)}
      width={`${(part(span.endMs) - part(span.startMs)) * 100}%`}
      y="0"
      height={height}
    />
  )
  const line = (key: string, tone: SeriesTone, dash?: string) => (
    <path
      key={key}
      d={stepPath(scene.rows, key, (atMs) => ((atMs - startMs) / (endMs - startMs)) * WIDTH, y)}
      {...SERIES_STROKE}
      stroke={SERIES_COLOURS[tone]}
      strokeDasharray={dash ?? SERIES_DASHES[tone]}
    />
  )
  return (
    <div className={styles.place}>
      <svg className={styles.picture} aria-hidden="true">
        {scene.valueTicks.map((value) => (
          <g key={value}>
            <line stroke={GRID_COLOUR} x1="0" x2="100%" y1={y(value)} y2={y(value)} />
            <text className={styles.value} x="-8" y={y(value)} dy="0.355em">
              {scene.valueText(value)}
            </text>
          </g>
        ))}
        {firing.map((span) => area(span, FIRING_FILL))}
        {band && (
          <rect
            {...BAND_FILL}
            x="0"
            width="100%"
            y={y(Math.min(band[1], scene.high))}
            height={Math.max(0, y(Math.max(band[0], scene.low)) - y(Math.min(band[1], scene.high)))}
          />
        )}
        {scene.selected && area(scene.selected, SELECTED_FILL)}
        {scene.timeTicks.map((atMs, index) => (
          // Browsers abbreviate months in their own ways; the server's word stays.
          <text
            key={atMs}
            className={`${part(atMs) > LAST_PART ? styles.before : styles.time} ${index % 2 === 0 ? '' : styles.spareTime}`}
            x={x(atMs)}
            y={height + 16}
            suppressHydrationWarning
          >
            {scene.timeText(atMs)}
          </text>
        ))}
        <svg
          aria-hidden="true"
          className={styles.lines}
          viewBox={`0 0 ${WIDTH} ${height}`}
          width="100%"
          height={height}
          preserveAspectRatio="none"
        >
          {typeof scene.limit === 'number' && <path {...LIMIT_STROKE} d={`M0 ${y(scene.limit)}H${WIDTH}`} />}
          {scene.limit === null && (
            <path
              {...LIMIT_STROKE}
              d={stepPath(scene.rows, 'limit', (atMs) => ((atMs - startMs) / (endMs - startMs)) * WIDTH, y)}
            />
          )}
          {series.map(({ tone }, index) => line(`v${index}`, tone))}
          {series.map(({ tone }, index) => line(`p${index}`, tone, PARTIAL_DASH))}
        </svg>
        {scene.markers.map(({ atMs, text, side, isSpare }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: two changes may have one instant and one name
          <g key={`${atMs}-${index}`}>
            <line {...MARKER_STROKE} x1={x(atMs)} x2={x(atMs)} y1="0" y2={height} />
            {text !== null && (
              <text
                className={`${side === 'left' ? styles.before : styles.after} ${isSpare ? styles.spare : ''}`}
                x={x(atMs)}
                y="-3"
                dx={side === 'left' ? -4 : 4}
              >
                {text}
              </text>
            )}
          </g>
        ))}
        {onsetMs !== null && isInside(onsetMs) && (
          <g>
            <line {...ONSET_STROKE} x1={x(onsetMs)} x2={x(onsetMs)} y1="0" y2={height} />
            <text className={`${styles.after} ${styles.warning}`} x={x(onsetMs)} y="-3" dx="4">
              onset
            </text>
          </g>
        )}
        {typeof scene.limit === 'number' && (
          <text
            className={`${styles.before} ${styles.warning}`}
            x="100%"
            y={y(scene.limit) + (scene.limitSide === 'above' ? -5 : 13)}
            dx="-5"
          >
            limit {scene.valueText(scene.limit)}
          </text>
        )}
      </svg>
    </div>
  )
}
