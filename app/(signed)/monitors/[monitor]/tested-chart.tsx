'use client'
/** Owns showing what other settings would have made of the past: a sentence, the chart, and when it would have fired. */
import styles from '@/app/(signed)/monitors/[monitor]/monitor.module.css'
import { packSeries } from '@/app/charts/packed-series'
import { TimeChart } from '@/app/charts/time-chart'
import { formatSpan, formatValue } from '@/app/format'
import type { Verdict } from '@/lib/domain/evaluation'
import type { MetricUnit } from '@/lib/domain/metric'
import type { ChartPoint } from '@/lib/queries/chart-point'

interface TestedRule {
  readonly alerts: readonly {
    readonly onset: string
    readonly fired: string
    readonly ended: string | null
    readonly peak: number | null
  }[]
  readonly windows: readonly {
    readonly start: string
    readonly end: string
    readonly value: number | null
    readonly limit: number | null
    readonly n: number
    readonly verdict: Verdict
  }[]
}

/** A back-test as the API answers it. */
export interface Tested {
  readonly from: string
  readonly to: string
  readonly sentence: string
  readonly past: TestedRule
  readonly changed: TestedRule
}

export function TestedChart({
  tested,
  unit,
  isBadBelow,
  zone,
}: {
  tested: Tested
  unit: MetricUnit
  isBadBelow: boolean
  zone: string
}) {
  const { past, changed } = tested
  const shown = changed.windows.length > 0 ? changed : past
  const startMs = Date.parse(shown.windows[0]?.start ?? tested.from)
  const endMs = Date.parse(tested.to)
  const firing = changed.alerts.map(({ onset, ended }) => ({
    startMs: Date.parse(onset),
    endMs: ended === null ? endMs : Date.parse(ended),
  }))
  return (
    <div className={styles.tested}>
      <p>{tested.sentence}</p>
      {shown.windows.length > 0 && (
        <TimeChart
          label="What these settings would have made of the last 30 days"
          series={[packSeries({ label: 'tried', tone: 'current', points: shown.windows.map(toPoint) })]}
          startMs={startMs}
          endMs={endMs}
          zone={zone}
          unit={unit}
          firing={firing}
        />
      )}
      {changed.alerts.length > 0 && (
        <ul>
          {changed.alerts.map((alert, index) => (
            <li key={alert.fired}>
              {formatSpan(firing[index]?.startMs ?? startMs, firing[index]?.endMs ?? endMs, zone)}
              {alert.peak !== null && `, ${isBadBelow ? 'down' : 'up'} to ${formatValue(alert.peak, unit)}`}
              {alert.ended === null && ', not over by then'}
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}

function toPoint({ start, end, ...rest }: TestedRule['windows'][number]): ChartPoint {
  const times = { startMs: Date.parse(start), endMs: Date.parse(end) }
  return { ...rest, ...times, isRevised: false, isPartial: false, note: null }
}
