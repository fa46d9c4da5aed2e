'use client'
/** Owns the place of a chart over time: height kept from the first paint, the drawing itself loaded after it. */
import dynamic from 'next/dynamic'
import styles from '@/app/charts/time-chart.module.css'
import type { TimeChartProps } from '@/app/charts/time-chart-props'

const TimePlot = dynamic(() => import('@/app/charts/time-plot').then((module) => module.TimePlot), {
  ssr: false,
})

export function TimeChart(props: TimeChartProps) {
  return (
    <div className={`${styles.frame} ${HEIGHT_CLASSES[heightOf(props)] ?? ''}`}>
      <TimePlot {...props} />
    </div>
  )
}

function heightOf(props: TimeChartProps): 'low' | 'normal' | 'tall' {
  const height = props.height ?? 180
  return height <= 140 ? 'low' : height <= 200 ? 'normal' : 'tall'
}

const HEIGHT_CLASSES = { low: styles.low, normal: styles.normal, tall: styles.tall }
