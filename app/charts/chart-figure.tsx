/** Owns a chart with its title, its first sentence, its legend, and the same numbers as a table. */
import type { ReactNode } from 'react'
import styles from '@/app/charts/chart-figure.module.css'
import { packSeries } from '@/app/charts/packed-series'
import { PointTable } from '@/app/charts/point-table'
import { TimeChart } from '@/app/charts/time-chart'
import type { TimeChartProps } from '@/app/charts/time-chart-props'

export function ChartFigure({
  title,
  sentence,
  children,
  ...chart
}: Omit<TimeChartProps, 'onSelect'> & {
  title: ReactNode
  sentence?: ReactNode
  /** Instead of the plain chart. */
  children?: ReactNode
}) {
  const packed = chart.series.map(packSeries)
  return (
    <figure className={styles.figure}>
      <figcaption className={styles.caption}>
        <span className={styles.title}>{title}</span>
        {sentence && <span className={styles.sentence}>{sentence}</span>}
        {chart.series.length > 1 && <Legend series={chart.series} />}
      </figcaption>
      {children ?? <TimeChart {...chart} series={packed} />}
      <PointTable
        label={chart.label}
        series={packed}
        unit={chart.unit}
        zone={chart.zone}
        markers={chart.markers}
      />
    </figure>
  )
}

function Legend({ series }: { series: TimeChartProps['series'] }) {
  return (
    <span className={styles.legend}>
      {series.map((one) => (
        <span key={one.label} className={styles.legendItem}>
          <svg width="18" height="8" aria-hidden="true" className={styles[one.tone]}>
            <line x1="0" y1="4" x2="18" y2="4" />
          </svg>
          <bdi>{one.label}</bdi>
        </span>
      ))}
    </span>
  )
}
