/** Owns the measures that count faulty rows: of a column (missing, unseen, out of range, another type) and null predictions. */
import { PREDICTION } from '@/lib/domain/column'
import { faultOf } from '@/lib/monitor/column-faults'
import { findFaults } from '@/lib/monitor/findings'
import { columnOf, EFFECT_ALPHA, type Measure, type MeasuredValue, stateOf } from '@/lib/monitor/measurement'
import { referenceColumn } from '@/lib/monitor/reference'
import { type ShareCounts, type ShareTest, testShare } from '@/lib/monitor/share-test'
import { sayRecords, sayShare, sayShares } from '@/lib/monitor/words'
import { wilsonInterval } from '@/lib/stats/inference/proportion-interval'
import { rowsOf } from '@/lib/summary/merge'

function measured(counts: ShareCounts, test: ShareTest, fact: string): Omit<MeasuredValue, 'findings'> {
  return {
    kind: 'value',
    value: test.value,
    limit: test.limit,
    limitRatio: test.limitRatio,
    n: counts.n,
    nReference: counts.referenceN,
    pValue: test.pValue,
    isSevere: test.isSevere,
    isEnough: test.isEnough,
    neededN: test.neededN,
    effect: {
      size: test.value - test.referenceShare,
      upper: wilsonInterval(counts.count, counts.n, 2 * EFFECT_ALPHA)[1] - test.referenceShare,
    },
    fact,
    evidence: `${sayShare(test.referenceShare)} in the reference, limit ${sayShares(test.value, test.limit)[1]}, ${sayRecords(counts.n)}`,
    detail: { confidence: wilsonInterval(counts.count, counts.n), referenceShare: test.referenceShare },
  }
}

/** Share of faulty rows of the monitor's column. */
export const measureFault: Measure = ({ monitor, reference, summary, tests, alpha }) => {
  const column = referenceColumn(reference, columnOf(monitor))
  const { name } = column.profile
  if (!summary || rowsOf(summary) === 0) {
    return stateOf('no_data', `No records with ${name} arrived in this window.`, { nReference: column.n })
  }
  const fault = faultOf(monitor.metric)
  const counts = fault.counts(column, summary)
  if (!counts || counts.n === 0) {
    return stateOf('not_enough_data', `No values of ${name} arrived in this window.`, {
      nReference: column.n,
    })
  }
  const test = testShare(counts, { floor: monitor.effectFloor, alpha, allowed: fault.allowed(column), tests })
  // A change of unit throws values out of their range: it is the better word for it.
  const findings = findFaults(column, summary, alpha).filter(
    ({ kind }) => kind === fault.finding || (kind === 'unit_change' && fault.finding === 'out_of_range'),
  )
  const own = findings.find(({ kind }) => kind === fault.finding)?.sentence.replace(/\.$/, '')
  const fact = own ?? `${sayShare(test.value)} of the values of ${name} ${fault.says}`
  return { ...measured(counts, test, fact), findings }
}

/** Share of records without a prediction. */
export const measureNullPredictions: Measure = ({ monitor, reference, traffic, tests, alpha }) => {
  if (!traffic || traffic.records === 0) return stateOf('no_data', 'No records arrived in this window.')
  const column = reference.columns.get(`output:${PREDICTION}`)
  const counts = {
    count: traffic.nullPredictions,
    n: traffic.records,
    referenceCount: column?.profile.missing ?? 0,
    referenceN: column?.profile.rows ?? reference.rows,
  }
  const test = testShare(counts, { floor: monitor.effectFloor, alpha, tests })
  return { ...measured(counts, test, `${sayShare(test.value)} of records carry no prediction`), findings: [] }
}
