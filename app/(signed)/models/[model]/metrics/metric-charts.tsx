/** Owns how custom metrics look over time: a chart each, with its limit, how far it is counted, and the way to its monitor. */
import Link from 'next/link'
import type { ReactNode } from 'react'
import styles from '@/app/(signed)/models/[model]/metrics/metrics.module.css'
import { ChartFigure } from '@/app/charts/chart-figure'
import type { TimeChartProps } from '@/app/charts/time-chart-props'
import { Name } from '@/app/components/name'
import { monitorPath } from '@/app/links'
import type { CustomTrace } from '@/lib/queries/list-customs'

const PROGRESS = {
  waiting: 'It will be counted in a moment, beginning with the log that is kept.',
  reading: 'The log that is kept is being read; until then windows are not complete, and it is not judged.',
  done: null,
} as const

/** More charts than these stand in two columns: they are compared rather than read. */
const MANY = 4

export function MetricCharts({
  traces,
  axis,
  firing,
}: {
  traces: readonly CustomTrace[]
  axis: Pick<TimeChartProps, 'startMs' | 'endMs' | 'zone' | 'markers' | 'group'>
  firing: TimeChartProps['firing']
}) {
  const figures = traces.map((trace) => {
    const { metric, points } = trace
    const unit = metric.unit === null ? '' : ` (${metric.unit})`
    // An empty chart would draw an axis of numbers that mean nothing.
    if (!points.some(({ value }) => value !== null)) {
      return (
        <div key={metric.name} className={styles.none}>
          <p className={styles.noneTitle}>
            <Name>{metric.name}</Name>
            {unit}
          </p>
          <p>{sentenceOf(trace)}</p>
          <p>No window of this range has a value.</p>
        </div>
      )
    }
    return (
      <ChartFigure
        {...axis}
        key={metric.name}
        height={132}
        isZoomed={metric.aggregate !== 'share'}
        title={
          <>
            <Name>{metric.name}</Name>
            {unit}
          </>
        }
        sentence={sentenceOf(trace)}
        label={`${metric.name} over time`}
        unit={metric.aggregate === 'share' ? 'share' : 'number'}
        series={[{ label: metric.name, tone: 'current', points }]}
        firing={points.some(({ verdict }) => verdict === 'drift' || verdict === 'severe') ? firing : []}
      />
    )
  })
  return figures.length > MANY ? <div className={styles.pairs}>{figures}</div> : figures
}

function sentenceOf({ metric, progress, monitor, without }: CustomTrace): ReactNode {
  return (
    <>
      <code>
        <bdi>{metric.expression}</bdi>
      </code>
      {PROGRESS[progress] && <> {PROGRESS[progress]}</>}
      {without !== '' && <> {without}.</>}
      {monitor && (
        <>
          {' '}
          <Link className={styles.link} href={monitorPath(monitor.id)} prefetch={false}>
            {monitor.enabled ? 'Monitor' : 'Monitor (off)'}
          </Link>
        </>
      )}
    </>
  )
}
