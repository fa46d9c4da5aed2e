/** Owns the measure of distribution drift of one column, input or output: distance, proven interval, significance. */
import type { EvaluationDetail, Finding } from '@/lib/domain/evaluation'
import type { Monitor } from '@/lib/domain/monitor'
import { chanceLimit, significance } from '@/lib/monitor/chance-limit'
import { drawnBins } from '@/lib/monitor/drawn-bins'
import { columnOfEarlier, isEarlierBaseline } from '@/lib/monitor/earlier-windows'
import { effectFloor } from '@/lib/monitor/effect-floor'
import { findFaults, isAllMissing, isTypeChanged, isVaried, onlyValue } from '@/lib/monitor/findings'
import {
  columnOf,
  EFFECT_ALPHA,
  type Measure,
  type MeasureInput,
  type Measurement,
  stateOf,
} from '@/lib/monitor/measurement'
import { pairOf } from '@/lib/monitor/pair'
import { type ReferenceColumn, referenceColumn } from '@/lib/monitor/reference'
import { sayDrift } from '@/lib/monitor/say-drift'
import { allowedSwing, referenceSwing, type Swing } from '@/lib/monitor/swing'
import { sayDistances, sayRecords } from '@/lib/monitor/words'
import { rowsForKs, rowsForShares } from '@/lib/stats/inference/power'
import { DRIFT_METHODS, getDriftMethod, significanceTest } from '@/lib/stats/methods'
import type { DriftMethod } from '@/lib/stats/methods/drift-method'
import { type Pair, pairSizes } from '@/lib/stats/methods/pair'
import { presentOf, rowsOf } from '@/lib/summary/merge'
import type { ColumnSummary } from '@/lib/summary/types'

/** A distance of half its range is severe whatever the limit. */
const SEVERE_DISTANCE = 0.5

/** Records a window needs before a change at the floor is seen half of the time. */
function neededRows(method: DriftMethod, pair: Pair, floor: number, alpha: number): number | null {
  const { n } = pairSizes(pair)
  if (pair.kind === 'numeric') return rowsForKs(method.id === 'ks' ? floor : Math.min(floor, 0.1), n, alpha)
  return rowsForShares(
    method.id === 'total_variation' ? floor : Math.min(floor, 0.1),
    n,
    pair.labels.length,
    alpha,
  )
}

function shiftOf(column: ReferenceColumn, summary: ColumnSummary): EvaluationDetail {
  const reference = column.profile.moments
  if (summary.kind !== 'grid' || !reference) return {}
  const means = { meanReference: reference.mean, meanCurrent: summary.moments.mean }
  if (column.deviation === 0) return means
  return { ...means, shiftSigma: (summary.moments.mean - reference.mean) / column.deviation }
}

function otherStatistics(pair: Pair, used: DriftMethod): Record<string, number> {
  const also: Record<string, number> = {}
  for (const method of DRIFT_METHODS) {
    if (method.id === used.id || method.kinds[0] !== pair.kind) {
      if (method.id === used.id || !['jensen_shannon', 'psi'].includes(method.id)) continue
    }
    const score = method.compute(pair)
    if (score.status === 'ok' && Number.isFinite(score.value))
      also[method.id] = Number(score.value.toPrecision(6))
  }
  return also
}

const STEADY: Swing = { swing: 0, widest: 0, chunks: 0 }

function methodOf(monitor: Monitor, column: ReferenceColumn): DriftMethod {
  return getDriftMethod(monitor.method ?? (column.grid ? 'ks' : 'total_variation'))
}

function measurePair(
  { monitor, cadence, tests, alpha, withDetail }: MeasureInput,
  column: ReferenceColumn,
  summary: ColumnSummary,
  findings: readonly Finding[],
  own: Swing,
): Measurement {
  const method = methodOf(monitor, column)
  const pair = pairOf(column, summary)
  const score = method.compute(pair)
  const { n, m } = pairSizes(pair)
  const { against } = column
  const { name } = column.profile
  if (score.status !== 'ok') {
    const reason = `${name} cannot be compared with ${against}: one side has no values.`
    return stateOf('not_enough_data', reason, { n: m, nReference: n, findings })
  }
  const floor = effectFloor(monitor.effectFloor, method, pair, score.value)
  const { widest } = own
  const swing = allowedSwing(own, cadence, tests)
  const limit = Math.max(floor, chanceLimit(column, method, pair, alpha) + swing)
  const upper = score.interval?.[1] ?? score.value
  const test = significanceTest(pair.kind)
  const { p, upperP } = significance(column, test, test === method ? score : test.compute(pair), pair)
  // A reference that swings by itself hides changes smaller than its swing, however many records there are.
  const neededN = neededRows(method, pair, Math.max(monitor.effectFloor, swing), alpha / Math.max(1, tests))
  const detail: EvaluationDetail = {
    ...(withDetail ? { bins: drawnBins(pair) } : {}),
    ...(score.interval ? { interval: score.interval } : {}),
    ...(withDetail ? { also: otherStatistics(pair, method) } : {}),
    ...shiftOf(column, summary),
    noiseFloor: method.noiseFloor(pair),
    ...(widest > 0 ? { referenceVariation: widest } : {}),
  }
  const [said, saidLimit] = sayDistances(score.value, limit)
  return {
    kind: 'value',
    value: score.value,
    limit,
    limitRatio: score.value / limit,
    upperRatio: upper / limit,
    n: m,
    nReference: n,
    pValue: p,
    upperPValue: upperP,
    isSevere: score.value >= Math.min(2 * limit, Math.max(SEVERE_DISTANCE, limit)),
    isEnough: neededN !== null && m >= neededN,
    neededN,
    effect: { size: score.value, upper: upper + chanceLimit(column, method, pair, EFFECT_ALPHA) },
    fact: score.value > limit / 2 ? sayDrift(column, summary, pair) : `${name} is as in ${against}`,
    evidence: `${method.shortName} ${said}, limit ${saidLimit}, ${sayRecords(m)}`,
    findings,
    detail,
  }
}

/** Drift of the monitor's column against the reference profile. */
export const measureDrift: Measure = (input) => {
  const { monitor, reference, summary, alpha } = input
  const column = referenceColumn(reference, columnOf(monitor))
  const { name } = column.profile
  if (!summary || rowsOf(summary) === 0) {
    return stateOf('no_data', `No records with ${name} arrived in this window.`, { nReference: column.n })
  }
  const findings = findFaults(column, summary, alpha)
  const present = presentOf(summary)
  const facts = { n: present, nReference: column.n, findings }
  if (isTypeChanged(summary)) {
    return stateOf('type_changed', `Most values of ${name} have another type than in the reference.`, facts)
  }
  if (isAllMissing(column, summary, alpha))
    return stateOf('all_missing', `Every value of ${name} is missing.`, facts)
  if (present === 0) {
    const reason = `None of the ${sayRecords(rowsOf(summary))} has a value of ${name}, too few to tell why.`
    return stateOf('not_enough_data', reason, facts)
  }
  const only = onlyValue(summary)
  if (only !== null && !isVaried(column) && isSameConstant(column, only)) {
    return stateOf(
      'constant',
      `${name} is always ${only.slice(0, 60)}, as in the reference: there is nothing to compare.`,
      facts,
    )
  }
  return compareWithBaseline(input, column, summary, findings)
}

/** Fewer values of earlier windows are no baseline. */
const MIN_EARLIER = 30

/** The baseline is the reference, or earlier windows. The hour of the week takes seasons out; a whole week goes through them. */
function compareWithBaseline(
  input: MeasureInput,
  column: ReferenceColumn,
  summary: ColumnSummary,
  findings: readonly Finding[],
): Measurement {
  const { monitor, cadence, earlier } = input
  const { baseline } = monitor
  const swing =
    baseline === 'same_hour_of_week' ? STEADY : referenceSwing(column, methodOf(monitor, column), cadence)
  if (!isEarlierBaseline(baseline)) return measurePair(input, column, summary, findings, swing)
  const usual = earlier ? columnOfEarlier(column, baseline, earlier) : null
  if (!usual || usual.n < MIN_EARLIER) {
    const reason = `Too few values of ${column.profile.name} are stored of earlier windows to compare with.`
    return stateOf('not_enough_data', reason, { n: presentOf(summary), nReference: usual?.n ?? 0, findings })
  }
  return measurePair(input, usual, summary, findings, swing)
}

function isSameConstant(column: ReferenceColumn, only: string): boolean {
  if (column.categories) return column.categories.has(only)
  return String(column.profile.moments?.min) === only
}
