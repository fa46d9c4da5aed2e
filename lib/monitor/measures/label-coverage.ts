/** Owns the measure of label coverage: the share of a window's records with a label, once its labels had time to come. */
import type { EvaluationDetail } from '@/lib/domain/evaluation'
import { DAY_MS, HOUR_MS, MINUTE_MS, type TimeRange } from '@/lib/domain/time'
import { ALPHA } from '@/lib/monitor/decide'
import { type LabelledWindow, labelMaturityMs, MIN_LABELLED_WINDOWS } from '@/lib/monitor/label-history'
import { EFFECT_ALPHA, type Measure, type Measurement, stateOf } from '@/lib/monitor/measurement'
import { sayRecords, sayShare, sayShares } from '@/lib/monitor/words'
import { madBand } from '@/lib/stats/inference/thresholds'
import { medianOf } from '@/lib/stats/quantile'
import { normalQuantile } from '@/lib/stats/special/normal'

/** Complete windows that the usual coverage is taken from. */
const MAX_BASELINE_WINDOWS = 60

/** `3 days`, `5 hours`, `20 minutes`. */
function sayDelay(delayMs: number): string {
  const [unit, noun] =
    delayMs >= 2 * DAY_MS
      ? [DAY_MS, 'day']
      : delayMs >= 2 * HOUR_MS
        ? [HOUR_MS, 'hour']
        : [MINUTE_MS, 'minute']
  return sayRecords(Math.max(1, Math.round(delayMs / unit)), noun)
}

/** When the last label came, seen from this judgement: it changed the coverage, or an earlier judgement knew. */
function delayOf(
  coverage: number,
  window: TimeRange,
  nowMs: number,
  earlier?: LabelledWindow,
): number | null {
  if (coverage === 0) return null
  if (earlier && earlier.coverage === coverage) return earlier.delayMs
  return Math.max(0, nowMs - window.endMs)
}

/**
 * Coverage against that of earlier windows whose labels are complete. Labels that may still come are never missed, and
 * where none were ever sent there is nothing to say. History tells nothing of delays: its labels came with the import.
 */
export const measureLabelCoverage: Measure = ({ monitor, traffic, quality, labels, window, nowMs }) => {
  const records = traffic?.records ?? 0
  const labelled = quality?.n ?? 0
  const history = labels ?? []
  if (records === 0 || (labelled === 0 && !history.some(({ coverage }) => coverage > 0))) return null
  const coverage = Math.min(1, labelled / records)
  const earlier = history.find(({ startMs }) => startMs === window.startMs)
  const delayMs = labels === null ? null : delayOf(coverage, window, nowMs, earlier)
  const facts = { value: coverage, n: records, detail: delayMs === null ? {} : { delayMs } }
  const have = `${sayShare(coverage)} of ${sayRecords(records)} have a label`
  const maturityMs = labelMaturityMs(history)
  if (labels === null || maturityMs === null) {
    return stateOf('not_enough_data', `${have}. How late labels usually come is not known yet.`, facts)
  }
  if (nowMs - window.endMs < maturityMs) {
    const reason = `${have} so far. More may come: the labels of a window are complete after ${sayDelay(maturityMs)}.`
    return stateOf('not_enough_data', reason, facts)
  }
  const complete = history
    .filter(({ startMs, endMs }) => startMs < window.startMs && nowMs - endMs >= maturityMs)
    .slice(-MAX_BASELINE_WINDOWS)
    .map((past) => past.coverage)
  const usual = medianOf(complete) ?? 0
  if (complete.length < MIN_LABELLED_WINDOWS || usual === 0) {
    const reason = `${have}. Too few earlier windows have complete labels to know the usual share.`
    return stateOf('not_enough_data', reason, facts)
  }
  return compare({
    coverage,
    records,
    usual,
    complete,
    floor: monitor.effectFloor,
    detail: facts.detail,
    maturityMs,
  })
}

function compare(input: {
  readonly coverage: number
  readonly records: number
  readonly usual: number
  readonly complete: readonly number[]
  /** Part of the usual share whose loss matters. */
  readonly floor: number
  readonly detail: EvaluationDetail
  readonly maturityMs: number
}): Measurement {
  const { coverage, records, usual, complete, detail, maturityMs } = input
  const error = Math.sqrt((usual * (1 - usual)) / records)
  const band = madBand(complete) ?? { lower: usual, upper: usual }
  const floor = input.floor * usual
  const z = normalQuantile(1 - ALPHA)
  const allowed = Math.max(floor, usual - band.lower, z * error)
  const limit = Math.max(0, usual - allowed)
  const lost = usual - coverage
  const neededN = Math.ceil((z ** 2 * usual * (1 - usual)) / floor ** 2)
  const [now, before] = sayShares(coverage, usual)
  return {
    kind: 'value',
    value: coverage,
    limit,
    limitRatio: Math.max(0, lost / allowed),
    n: records,
    nReference: null,
    pValue: null,
    // Nobody is harmed by a label that is missing: it never wakes anyone.
    isSevere: false,
    isEnough: records >= neededN,
    neededN,
    effect: { size: lost, upper: lost + normalQuantile(1 - EFFECT_ALPHA) * error },
    fact: `${now} of records have a label ${sayDelay(maturityMs)} later; usual is ${before}`,
    evidence: `limit ${sayShare(limit)} from ${complete.length} earlier windows, ${sayRecords(records)}`,
    findings: [],
    detail: {
      ...detail,
      baseline: { median: usual, lower: band.lower, upper: band.upper, windows: complete.length },
    },
  }
}
