/** Owns how sure an alert is: value, limit, sample sizes, corrected p, and the monitor's own record. */
import Link from 'next/link'
import styles from '@/app/(signed)/alerts/[alert]/alert-page.module.css'
import { Name } from '@/app/components/name'
import { formatCount, formatNumber, formatP, formatPair, keepUnits } from '@/app/format'
import { monitorPath } from '@/app/links'
import type { MetricUnit } from '@/lib/domain/metric'
import type { AlertMemberItem } from '@/lib/queries/alert-members'
import type { AlertPage } from '@/lib/queries/alert-page'
import { USE_DAYS } from '@/lib/queries/monitor-use'

export function Certainty({
  member,
  unit,
  record,
  use,
  memberCount,
}: {
  member: AlertMemberItem
  unit: MetricUnit
  record: AlertPage['record']
  use: AlertPage['use']
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
        <bdi>{keepUnits(evaluation.reason)}</bdi>
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
      {use && (
        <p className={styles.record}>
          <Link href={monitorPath(use.monitorId)} prefetch={false}>
            Its monitor
          </Link>{' '}
          {sayRecord(use)}
        </p>
      )}
    </>
  )
}

/** How far to trust it: how often it called, and what people found. */
function sayRecord({ fired, real, falseAlarms }: NonNullable<AlertPage['use']>): string {
  if (fired === 0) return `has not fired in the last ${USE_DAYS} days.`
  const often = `fired ${fired === 1 ? 'once' : `${fired} times`} in the last ${USE_DAYS} days`
  const marks = [real > 0 && `${real} marked real`, falseAlarms > 0 && `${falseAlarms} marked false`]
  const marked = marks.filter(Boolean).join(', ')
  return `${often}${marked === '' ? '' : `, ${marked}`}.`
}
