'use client'
/**
 * Owns a chart over time: a still picture from the first paint on, and the plot with its tooltips once somebody points
 * at it, touches it or reaches it by keyboard. Most charts of a page are only looked at; they cost no drawing script.
 */
import {
  type ComponentType,
  type PointerEvent,
  useCallback,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react'
import { joinGroup, wakeGroup } from '@/app/charts/chart-groups'
import { type TimeChartInput, unpackSeries } from '@/app/charts/packed-series'
import styles from '@/app/charts/time-chart.module.css'
import type { TimeChartProps } from '@/app/charts/time-chart-props'
import { TimePicture } from '@/app/charts/time-picture'
import { chartHeight, MARGIN, windowBefore } from '@/app/charts/time-scene'

type Plot = ComponentType<TimeChartProps & { size: { width: number; height: number } }>

export function TimeChart({ series: packed, ...rest }: TimeChartInput) {
  const series = useMemo(() => packed.map(unpackSeries), [packed])
  const props = { ...rest, series }
  const frame = useRef<HTMLDivElement>(null)
  const [live, setLive] = useState<{ Plot: Plot; size: { width: number; height: number } } | null>(null)
  const wake = useCallback(() => {
    // A failed download leaves the picture; the next touch tries again.
    void import('@/app/charts/time-plot').then(
      ({ TimePlot }) => {
        const place = frame.current
        if (!place) return
        const size = { width: place.clientWidth, height: place.clientHeight }
        setLive((known) => known ?? { Plot: TimePlot, size })
      },
      () => {},
    )
  }, [])
  const { group } = props
  useEffect(() => (group === undefined ? undefined : joinGroup(group, wake)), [group, wake])
  useEffect(() => {
    // The plot has a keyboard of its own: who reached the picture goes on there.
    if (live && document.activeElement === frame.current) {
      frame.current?.querySelector<SVGElement>('[tabindex="0"]')?.focus()
    }
  }, [live])
  const start = () => (group === undefined ? wake() : wakeGroup(group))
  const className = `${styles.frame} ${HEIGHT_CLASSES[chartHeight(props.height)]}`
  if (live) {
    return (
      <div ref={frame} className={className}>
        <live.Plot {...props} size={live.size} />
      </div>
    )
  }
  const select = ({ clientX, currentTarget }: PointerEvent<HTMLDivElement>) => {
    const { left, width } = currentTarget.getBoundingClientRect()
    const part = (clientX - left - MARGIN.left) / (width - MARGIN.left - MARGIN.right)
    const atMs = props.startMs + part * (props.endMs - props.startMs)
    const point = windowBefore(props.series[0]?.points ?? [], atMs)
    if (point) props.onSelect?.(point.startMs)
  }
  return (
    <div
      ref={frame}
      className={`${className} ${props.onSelect ? styles.selectable : ''}`}
      role="img"
      aria-label={props.label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the picture becomes interactive when it is reached
      tabIndex={0}
      onFocus={start}
      onPointerEnter={start}
      onPointerUp={props.onSelect && select}
    >
      <TimePicture {...props} />
    </div>
  )
}

const HEIGHT_CLASSES = { 132: styles.low, 180: styles.normal, 260: styles.tall } as const
