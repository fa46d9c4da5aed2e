/** Owns the measure of the shares of the predicted classes: the class that moved most speaks. */
import { type ClassChange, classChange } from '@/lib/monitor/class-change'
import { classSwing } from '@/lib/monitor/class-swing'
import { columnOf, EFFECT_ALPHA, type Measure, stateOf } from '@/lib/monitor/measurement'
import { pairOf } from '@/lib/monitor/pair'
import { referenceColumn } from '@/lib/monitor/reference'
import { sayRecords, sayShare, sayShares } from '@/lib/monitor/words'
import { wilsonInterval } from '@/lib/stats/inference/proportion-interval'
import { type CategoryPair, pairSizes } from '@/lib/stats/methods/pair'
import { normalQuantile } from '@/lib/stats/special/normal'
import { presentOf, rowsOf } from '@/lib/summary/merge'

/** Twice the allowed change is severe, and so is a class that vanished, whose change is just that. */
const SEVERE_RATIO = 2 - 1e-9
/** Classes listed with an evaluation. */
const MAX_LISTED = 12

/**
 * The class that speaks. Of two classes always the same one, as both move alike: the positive one, else the rarer. Of
 * more, the one that surely moved furthest towards its limit.
 */
function leading(
  changes: readonly ClassChange[],
  positiveClass: string | null,
  alpha: number,
): ClassChange | undefined {
  if (changes.length === 2) {
    const rarer = [...changes].sort((a, b) => a.referenceShare - b.referenceShare)[0]
    return changes.find(({ label }) => label === positiveClass) ?? rarer
  }
  const isSure = ({ pValue }: ClassChange) => Number(pValue * changes.length < alpha)
  return [...changes].sort((a, b) => isSure(b) - isSure(a) || b.limitRatio - a.limitRatio)[0]
}

function countsOf(pair: CategoryPair) {
  const { n: referenceN, m: n } = pairSizes(pair)
  return pair.labels.map((label, j) => ({
    label,
    count: pair.current[j] ?? 0,
    n,
    referenceCount: pair.reference[j] ?? 0,
    referenceN,
  }))
}

/** Records that tell a change of every class; null when the reference is too small for one of them. */
function neededOf(changes: readonly ClassChange[]): number | null {
  return changes.reduce<number | null>(
    (most, { neededN }) => (most === null || neededN === null ? null : Math.max(most, neededN)),
    1,
  )
}

/** Share of each class of a predicted column against the reference, corrected for the number of classes. */
export const measureClassShare: Measure = ({
  monitor,
  reference,
  summary,
  cadence,
  tests,
  alpha,
  withDetail,
}) => {
  const column = referenceColumn(reference, columnOf(monitor))
  const { name } = column.profile
  if (!summary || rowsOf(summary) === 0) {
    return stateOf('no_data', `No records with ${name} arrived in this window.`, { nReference: column.n })
  }
  const present = presentOf(summary)
  const pair = pairOf(column, summary)
  if (present === 0 || pair.kind !== 'categorical' || column.n === 0) {
    return stateOf('not_enough_data', `No values of ${name} arrived in this window.`, {
      nReference: column.n,
    })
  }
  const counts = countsOf(pair)
  // The share of one of two classes is one less the other's: that is a single test.
  const classes = counts.length === 2 ? 1 : counts.length
  const options = { floor: monitor.effectFloor, tests: tests * classes, alpha }
  const changes = counts.map((of) =>
    classChange(of, { ...options, swing: classSwing(column, cadence, of.label) }),
  )
  const lead = leading(changes, reference.positiveClass, alpha)
  if (!lead) return null
  const neededN = neededOf(changes)
  const moved = Math.abs(lead.share - lead.referenceShare)
  const spread = Math.sqrt((lead.share * (1 - lead.share)) / present)
  const [now, before] = sayShares(lead.share, lead.referenceShare)
  const label = lead.label.slice(0, 60)
  return {
    kind: 'value',
    value: lead.share,
    limit: lead.limit,
    limitRatio: lead.limitRatio,
    n: present,
    nReference: column.n,
    pValue: Math.min(1, lead.pValue * classes),
    isSevere: lead.limitRatio >= SEVERE_RATIO,
    isEnough: neededN !== null && present >= neededN,
    neededN,
    effect: { size: moved, upper: moved + normalQuantile(1 - EFFECT_ALPHA) * spread },
    fact: `${name} is "${label}" in ${now} of records, ${before} in the reference`,
    evidence: `limit ${sayShare(lead.limit)}, ${sayRecords(present)}`,
    findings: [],
    detail: {
      className: label,
      referenceShare: lead.referenceShare,
      confidence: wilsonInterval(Math.round(lead.share * present), present),
      ...(withDetail ? { classes: listed(changes) } : {}),
    },
  }
}

function listed(changes: readonly ClassChange[]) {
  return [...changes]
    .sort((a, b) => b.limitRatio - a.limitRatio)
    .slice(0, MAX_LISTED)
    .map(({ label, share, referenceShare, limitRatio }) => ({
      label: label.slice(0, 60),
      share,
      referenceShare,
      limitRatio,
    }))
}
