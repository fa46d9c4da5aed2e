/** Owns the part of the inputs page about records as a whole: two small charts, and which inputs make the difference. */
import styles from '@/app/(signed)/models/[model]/whole-records.module.css'
import { ChartFigure } from '@/app/charts/chart-figure'
import type { TimeChartProps } from '@/app/charts/time-chart-props'
import { Name } from '@/app/components/name'
import { Quiet, Section } from '@/app/components/page-parts'
import { ShareBar } from '@/app/components/share-bar'
import { Status } from '@/app/components/status'
import { formatValue } from '@/app/format'
import { getMetric } from '@/lib/domain/metric'
import type { Contribution, WholeRecordMetric, WholeRecords } from '@/lib/queries/whole-records'

type Axis = Pick<TimeChartProps, 'startMs' | 'endMs' | 'zone' | 'markers' | 'group'>

const TITLES = {
  domain_auc: 'Can they be told from the reference?',
  reconstruction_error: 'Do the inputs still go together?',
} as const

export function WholeRecordsSection({ whole, axis }: { whole: WholeRecords; axis: Axis }) {
  return (
    <Section
      title="As a whole"
      sentence="Whole records, a sample of every window: they may differ although no input does by itself."
    >
      {whole.absence !== null && <Quiet>{whole.absence}</Quiet>}
      <div className={styles.pair}>
        {whole.metrics.map((one) => (
          <WholeRecordFigure key={one.metric} one={one} axis={axis} />
        ))}
      </div>
    </Section>
  )
}

function WholeRecordFigure({ one, axis }: { one: WholeRecordMetric; axis: Axis }) {
  const { metric, latest, points, contributions, firing } = one
  const { label, unit } = getMetric(metric)
  return (
    <div className={styles.one}>
      <p className={styles.verdict}>
        <Status name={latest.verdict} />
        {latest.value !== null && <strong>{formatValue(latest.value, unit)}</strong>}
        {latest.limit !== null && <span>limit {formatValue(latest.limit, unit)}</span>}
      </p>
      <ChartFigure
        {...axis}
        height={132}
        isZoomed
        title={TITLES[metric]}
        sentence={<bdi>{latest.reason}</bdi>}
        label={`${label} over time`}
        unit={unit}
        series={[{ label, tone: 'current', points }]}
        firing={firing}
      />
      {contributions.length > 0 && <Contributions contributions={contributions} />}
    </div>
  )
}

export function Contributions({ contributions }: { contributions: readonly Contribution[] }) {
  return (
    <ul className={styles.contributions} aria-label="Inputs that make the difference">
      {contributions.map(({ name, share }) => (
        <li key={name}>
          <Name>{name}</Name>
          <ShareBar share={share} />
          <span className={styles.share}>{formatValue(share, 'share')}</span>
        </li>
      ))}
    </ul>
  )
}
