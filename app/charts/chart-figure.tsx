/** Owns a chart with its title, its first sentence, its legend, and the same numbers as a table. */
import type { ReactNode } from 'react'
import { formatUnit } from '@/app/charts/axis'
import styles from '@/app/charts/chart-figure.module.css'
import { TimeChart } from '@/app/charts/time-chart'
import type { TimeChartProps } from '@/app/charts/time-chart-props'
import { statusWord } from '@/app/components/status'
import { Table } from '@/app/components/table'
import { formatCount, formatInstant } from '@/app/format'

/** Rows in the table view; the newest ones. The API gives all. */
const MAX_TABLE_ROWS = 200

export function ChartFigure({
  title,
  sentence,
  children,
  table,
  ...chart
}: Omit<TimeChartProps, 'onSelect'> & {
  title: ReactNode
  sentence?: ReactNode
  /** Instead of the plain chart. */
  children?: ReactNode
  /** Instead of the table made from the points. */
  table?: ReactNode
}) {
  return (
    <figure className={styles.figure}>
      <figcaption className={styles.caption}>
        <span className={styles.title}>{title}</span>
        {sentence && <span className={styles.sentence}>{sentence}</span>}
        {chart.series.length > 1 && <Legend series={chart.series} />}
      </figcaption>
      {children ?? <TimeChart {...chart} />}
      <details className={styles.details}>
        <summary>Show table</summary>
        {table ?? <PointTable chart={chart} />}
      </details>
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

function PointTable({ chart }: { chart: Omit<TimeChartProps, 'onSelect'> }) {
  const lead = chart.series[0]?.points ?? []
  const others = chart.series.map((one) => new Map(one.points.map((point) => [point.startMs, point.value])))
  const shown = [...lead].reverse().slice(0, MAX_TABLE_ROWS)
  return (
    <Table
      label={`${chart.label}, as a table`}
      columns={[
        { head: `Window from (${chart.zone})` },
        ...chart.series.map((one) => ({ head: <bdi>{one.label}</bdi>, align: 'right' as const })),
        { head: 'Limit', align: 'right' },
        { head: 'n', align: 'right' },
        { head: 'Verdict' },
      ]}
      rows={shown.map((point) => ({
        key: point.startMs,
        cells: [
          formatInstant(point.startMs, chart.zone),
          ...others.map((values) => formatUnit(values.get(point.startMs) ?? null, chart.unit)),
          formatUnit(point.limit, chart.unit),
          formatCount(point.n),
          point.verdict ? statusWord(point.verdict) : '–',
        ],
      }))}
    />
  )
}
