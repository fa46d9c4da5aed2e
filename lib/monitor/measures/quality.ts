/** Owns the measures of realised quality, from labels joined to the window's records, against the reference's own. */
import { getMetric } from '@/lib/domain/metric'
import { EFFECT_ALPHA, type Measure, stateOf } from '@/lib/monitor/measurement'
import { qualitySwing } from '@/lib/monitor/quality-swing'
import { type QualityEstimate, qualityValue } from '@/lib/monitor/quality-value'
import { sayMeasure, sayRecords } from '@/lib/monitor/words'
import { normalQuantile, normalSurvival } from '@/lib/stats/special/normal'

/** Three times the allowed loss is severe. */
const SEVERE_RATIO = 3

/** Loss that matters: relative for errors in the unit of the target, absolute for shares. */
function floorLoss(unit: string, reference: number, floor: number): number {
  return unit === 'share' ? floor : floor * Math.abs(reference)
}

/** Error of the difference: the window's own, and the reference's from its size. */
function errors(
  estimate: QualityEstimate,
  nReference: number,
): { readonly current: number; readonly both: number } {
  const reference = estimate.error * Math.sqrt(estimate.n / Math.max(1, nReference))
  return { current: estimate.error, both: Math.hypot(estimate.error, reference) }
}

/** One quality metric; its reference value is part of the profile. */
export const measureQuality: Measure = ({ monitor, reference, quality, cadence, tests, alpha }) => {
  const { metric } = monitor
  const { unit, label, bad } = getMetric(metric)
  const expected = reference.quality?.metrics[metric] ?? null
  const nReference = reference.quality?.n ?? 0
  if (expected === null || nReference === 0) return null
  if (!quality || quality.n === 0) {
    return stateOf('not_enough_data', 'No labels have arrived for this window yet.', { nReference })
  }
  const estimate = qualityValue(metric, quality, reference.positiveClass, expected)
  if (!estimate) {
    const reason = `Too few labels of one class have arrived for this window: ${label} cannot be told.`
    return stateOf('not_enough_data', reason, { n: quality.n, nReference })
  }
  const error = errors(estimate, nReference)
  const floor = floorLoss(unit, expected, monitor.effectFloor)
  const loss = bad === 'down' ? expected - estimate.value : estimate.value - expected
  const z = normalQuantile(1 - alpha / Math.max(1, tests))
  const swing = qualitySwing(metric, reference, cadence, expected)
  const allowed = Math.max(floor, normalQuantile(1 - alpha) * error.both, Number.MIN_VALUE) + swing
  const referenceVariance = error.both ** 2 - error.current ** 2
  const room = (floor / z) ** 2 - referenceVariance
  const neededN = room > 0 ? Math.ceil((error.current ** 2 * estimate.n) / room) : null
  const limit = bad === 'down' ? expected - allowed : expected + allowed
  return {
    kind: 'value',
    value: estimate.value,
    limit,
    limitRatio: Math.max(0, loss / allowed),
    n: estimate.n,
    nReference,
    pValue: error.both > 0 ? normalSurvival(loss / error.both) : loss > 0 ? 0 : 1,
    isSevere: loss > SEVERE_RATIO * allowed,
    isEnough: neededN !== null && estimate.n >= neededN,
    neededN,
    effect: { size: loss, upper: loss + normalQuantile(1 - EFFECT_ALPHA) * error.both },
    fact: `${label[0]?.toUpperCase()}${label.slice(1)} is ${sayMeasure(estimate.value, unit)}, ${sayMeasure(expected, unit)} in the reference`,
    evidence: `limit ${sayMeasure(limit, unit)}, ${sayRecords(estimate.n, 'label')}`,
    findings: [],
    detail: {
      expected,
      confidence: [estimate.value - 1.96 * error.current, estimate.value + 1.96 * error.current],
    },
  }
}
