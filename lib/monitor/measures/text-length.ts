/** Owns the measure of the mean length of a text column. */
import { columnOf, EFFECT_ALPHA, type Measure, stateOf } from '@/lib/monitor/measurement'
import { referenceColumn } from '@/lib/monitor/reference'
import { sayNumber, sayRecords } from '@/lib/monitor/words'
import { normalQuantile, normalSurvival } from '@/lib/stats/special/normal'

/** A shift of the mean by this many standard deviations is severe. */
const SEVERE_SHIFT = 1

/**
 * Mean length against the reference, by a z test of two means. The effect floor is in reference standard deviations;
 * value and limit are in characters, on the side to which the mean moved.
 */
export const measureTextLength: Measure = ({ monitor, reference, summary, tests, alpha }) => {
  const column = referenceColumn(reference, columnOf(monitor))
  const { name, lengths } = column.profile
  if (!lengths || lengths.n === 0) return null
  if (summary?.kind !== 'categories' || summary.lengths.n === 0) {
    return stateOf('no_data', `No values of ${name} arrived in this window.`, { nReference: lengths.n })
  }
  const current = summary.lengths
  const spread = Math.sqrt(Math.max(0, lengths.m2) / lengths.n)
  const currentSpread = Math.sqrt(Math.max(0, current.m2) / current.n)
  const error = Math.sqrt(spread ** 2 / lengths.n + currentSpread ** 2 / current.n)
  // Texts of one length have no spread; one character is then the unit.
  const unit = spread > 0 ? spread : 1
  const gap = current.mean - lengths.mean
  const z = normalQuantile(1 - alpha / 2)
  const allowed = Math.max(monitor.effectFloor * unit, z * error)
  const neededZ = normalQuantile(1 - alpha / 2 / Math.max(1, tests))
  const inverse = (monitor.effectFloor / neededZ) ** 2 - 1 / lengths.n
  const neededN = inverse > 0 ? Math.ceil(1 / inverse) : null
  return {
    kind: 'value',
    value: current.mean,
    limit: lengths.mean + (gap < 0 ? -allowed : allowed),
    limitRatio: Math.abs(gap) / allowed,
    n: current.n,
    nReference: lengths.n,
    pValue: error > 0 ? Math.min(1, 2 * normalSurvival(Math.abs(gap) / error)) : gap === 0 ? 1 : 0,
    isSevere: Math.abs(gap) > Math.max(allowed, SEVERE_SHIFT * unit),
    isEnough: neededN !== null && current.n >= neededN,
    neededN,
    effect: { size: Math.abs(gap), upper: Math.abs(gap) + normalQuantile(1 - EFFECT_ALPHA) * error },
    fact: `Texts of ${name} are ${sayNumber(current.mean)} characters long on average, ${sayNumber(lengths.mean)} in the reference`,
    evidence: `${sayNumber(gap / unit)} σ, limit ${sayNumber(allowed / unit)} σ, ${sayRecords(current.n)}`,
    findings: [],
    detail: { meanReference: lengths.mean, meanCurrent: current.mean, shiftSigma: gap / unit },
  }
}
