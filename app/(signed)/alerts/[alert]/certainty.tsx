/** Owns how sure an alert is: value, limit, sample sizes, corrected p, and the monitor's own record. */
import styles from '@/app/(signed)/alerts/[alert]/alert-page.module.css'
import { Name } from '@/app/components/name'
import { formatCount, formatNumber, formatP, formatPair } from '@/app/format'
import type { MetricUnit } from '@/lib/domain/metric'
import type { AlertMemberItem } from '@/lib/queries/alert-members'
import type { AlertPage } from '@/lib/queries/alert-page'

export function Certainty({
  member,
  unit,
  record,
  memberCount,
}: {
  member: AlertMemberItem
  unit: MetricUnit
  record: AlertPage['record']
  memberCount: number
}) {
  const { evaluation, ratio } = member
  const [value, limit] = formatPair(evaluation.value, evaluation.limit, unit)
  const facts = [
    ['Value', value],
    ['Limit', limit],
    ['Beyond it', ratio === null ? '–' : `${formatNumber(ratio)} ×`],
    [
      'Records',
      evaluation.nReference === null
        ? formatCount(evaluation.n)
        : `${formatCount(evaluation.n)} against ${formatCount(evaluation.nReference)}`,
    ],
    ['Corrected p', formatP(evaluation.pCorrected)],
    ['Windows breached', `${record.breached} of ${record.judged} shown`],
  ] as const
  return (
    <>
      <p className={styles.reason}>
        {evaluation.column && !evaluation.reason.includes(evaluation.column.name) && (
          <>
            <Name>{evaluation.column.name}</Name>:{' '}
          </>
        )}
        <bdi>{evaluation.reason}</bdi>
        {memberCount > 1 &&
          ` ${memberCount - 1} more ${memberCount === 2 ? 'monitor takes' : 'monitors take'} part.`}
      </p>
      <dl className={styles.certainty}>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </>
  )
}
