/** Owns one judged window explained: verdict, the numbers behind it, and both distributions. */
import styles from '@/app/(signed)/models/[model]/window-verdict.module.css'
import { DistributionChart } from '@/app/charts/distribution-chart'
import { Status } from '@/app/components/status'
import { formatCount, formatNumber, formatP, formatPair } from '@/app/format'
import type { Evaluation } from '@/lib/domain/evaluation'
import type { Cadence } from '@/lib/domain/time'
import { whenEnough } from '@/lib/queries/readiness'
import { DRIFT_METHODS } from '@/lib/stats/methods'

export function WindowVerdictView({
  evaluation,
  cadence,
}: {
  evaluation: Evaluation
  /** Of the model: evaluations from before they kept it are taken to be of it. */
  cadence: Cadence
}) {
  const { detail } = evaluation
  const [value, limit] = formatPair(evaluation.value, evaluation.limit, 'distance')
  const facts: [string, string][] = [
    ['value', value],
    ['limit', limit],
    ['n', `${formatCount(evaluation.n)} against ${formatCount(evaluation.nReference)}`],
    ['corrected p', formatP(evaluation.pCorrected)],
    ...(detail.interval ? [provenBy(...detail.interval)] : []),
    ...(detail.shiftSigma === undefined
      ? []
      : [['shift of the mean', `${formatNumber(detail.shiftSigma)} σ`] as [string, string]]),
    ...Object.entries(detail.also ?? {}).map(([id, value]): [string, string] => [
      DRIFT_METHODS.find((method) => method.id === id)?.shortName ?? id,
      formatNumber(value),
    ]),
  ]
  return (
    <>
      <div className={styles.head}>
        <Status name={evaluation.verdict} />
        {evaluation.revision > 1 && (
          <span className={styles.revised}>revised after late data (revision {evaluation.revision})</span>
        )}
      </div>
      {evaluation.verdict === 'not_enough_data' && detail.neededN !== undefined && (
        <p>
          {formatCount(evaluation.n)} of {formatCount(detail.neededN)} records needed for a verdict.{' '}
          {whenEnough(evaluation, cadence)}
        </p>
      )}
      {detail.bins && <DistributionChart bins={detail.bins} label={evaluation.reason} />}
      <dl className={styles.facts}>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {(detail.findings ?? []).length > 0 && (
        <ul className={styles.findings}>
          {(detail.findings ?? []).map((finding) => (
            <li key={finding.kind}>
              <bdi>{finding.sentence}</bdi>
            </li>
          ))}
        </ul>
      )}
    </>
  )
}

/** The interval that holds the true value; often it is as narrow as what is written of it. */
function provenBy(low: number, high: number): [string, string] {
  const [least, most] = [formatNumber(low), formatNumber(high)]
  return least === most ? ['proven', least] : ['proven between', `${least} and ${most}`]
}
