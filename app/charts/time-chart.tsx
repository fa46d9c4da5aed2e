'use client'
/** Owns the place of a chart over time: its height is kept from the first paint, the drawing follows. */
import { useEffect, useRef, useState } from 'react'
import { waitTurn } from '@/app/charts/drawing-turns'
import styles from '@/app/charts/time-chart.module.css'
import type { TimeChartProps } from '@/app/charts/time-chart-props'
import { TimePlot } from '@/app/charts/time-plot'

export function TimeChart(props: TimeChartProps) {
  const frame = useRef<HTMLDivElement>(null)
  // Measured before the first drawing, so that nothing is drawn twice.
  const [size, setSize] = useState<{ width: number; height: number } | null>(null)
  useEffect(() => {
    let isGone = false
    void waitTurn().then(() => {
      const place = frame.current
      if (!isGone && place) setSize({ width: place.clientWidth, height: place.clientHeight })
    })
    return () => {
      isGone = true
    }
  }, [])
  return (
    <div ref={frame} className={`${styles.frame} ${HEIGHT_CLASSES[heightOf(props)] ?? ''}`}>
      {size && <TimePlot {...props} size={size} />}
    </div>
  )
}

function heightOf(props: TimeChartProps): 'low' | 'normal' | 'tall' {
  const height = props.height ?? 180
  return height <= 140 ? 'low' : height <= 200 ? 'normal' : 'tall'
}

const HEIGHT_CLASSES = { low: styles.low, normal: styles.normal, tall: styles.tall }
