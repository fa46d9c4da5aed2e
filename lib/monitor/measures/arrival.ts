/**
 * Owns the measure of what comes after a record, and late: the share of a window's records that got it, once it had time
 * to come, against earlier windows that are complete.
 */
import type { EvaluationDetail } from '@/lib/domain/evaluation'
import { DAY_MS, HOUR_MS, MINUTE_MS, type TimeRange } from '@/lib/domain/time'
import { ALPHA } from '@/lib/monitor/decide'
import { type LabelledWindow, labelMaturityMs, MIN_LABELLED_WINDOWS } from '@/lib/monitor/label-history'
import { EFFECT_ALPHA, type MeasureInput, type Measurement, stateOf } from '@/lib/monitor/measurement'
import { sayRecords, sayShare, sayShares } from '@/lib/monitor/words'
import { madBand } from '@/lib/stats/inference/thresholds'
import { medianOf } from '@/lib/stats/quantile'
import { normalQuantile } from '@/lib/stats/special/normal'

/** What comes, in words, and which way its share is bad. */
export interface Arrival {
  /** Behind a number of records: `have a label`. */
  readonly have: string
  /** `labels`. */
  readonly many: string
  readonly bad: 'up' | 'down'
  /** The least change that matters, as a share of all records; beside the monitor's floor, which is a part of the usual share. */
  readonly leastChange: number
  /** Whether chance is taken at the share that was seen too, where that is larger: for shares near 0. */
  readonly chanceAtSeen: boolean
}

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
 * The share against that of earlier windows which are complete. What may still come is never missed, and where none ever
 * came there is nothing to say. History tells nothing of delays: what belongs to it came with the import.
 * @param labelled records of the window that got one
 */
export function measureArrival(
  { monitor, traffic, labels, window, nowMs }: MeasureInput,
  labelled: number,
  arrival: Arrival,
): Measurement | null {
  const records = traffic?.records ?? 0
  const history = labels ?? []
  if (records === 0 || (labelled === 0 && !history.some(({ coverage }) => coverage > 0))) return null
  const coverage = Math.min(1, labelled / records)
  const earlier = history.find(({ startMs }) => startMs === window.startMs)
  const delayMs = labels === null ? null : delayOf(coverage, window, nowMs, earlier)
  const facts = { value: coverage, n: records, detail: delayMs === null ? {} : { delayMs } }
  const have = `${sayShare(coverage)} of ${sayRecords(records)} ${arrival.have}`
  const maturityMs = labelMaturityMs(history)
  if (labels === null || maturityMs === null) {
    return stateOf(
      'not_enough_data',
      `${have}. How late ${arrival.many} usually come is not known yet.`,
      facts,
    )
  }
  if (nowMs - window.endMs < maturityMs) {
    const reason = `${have} so far. More may come: the ${arrival.many} of a window are complete after ${sayDelay(maturityMs)}.`
    return stateOf('not_enough_data', reason, facts)
  }
  const complete = history
    .filter(({ startMs, endMs }) => startMs < window.startMs && nowMs - endMs >= maturityMs)
    .slice(-MAX_BASELINE_WINDOWS)
    .map((past) => past.coverage)
  const usual = medianOf(complete) ?? 0
  if (complete.length < MIN_LABELLED_WINDOWS || (usual === 0 && arrival.bad === 'down')) {
    const reason = `${have}. Too few earlier windows have complete ${arrival.many} to know the usual share.`
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
    arrival,
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
  readonly arrival: Arrival
}): Measurement {
  const { coverage, records, usual, complete, detail, maturityMs, arrival } = input
  const isUp = arrival.bad === 'up'
  const expected = usual * (1 - usual)
  const spread = arrival.chanceAtSeen ? Math.max(expected, coverage * (1 - coverage)) : expected
  const error = Math.sqrt(spread / records)
  const band = madBand(complete) ?? { lower: usual, upper: usual }
  const floor = Math.max(input.floor * usual, arrival.leastChange)
  const z = normalQuantile(1 - ALPHA)
  const allowed = Math.max(floor, isUp ? band.upper - usual : usual - band.lower, z * error)
  const limit = isUp ? Math.min(1, usual + allowed) : Math.max(0, usual - allowed)
  const moved = isUp ? coverage - usual : usual - coverage
  const neededN = Math.ceil((z ** 2 * usual * (1 - usual)) / floor ** 2)
  const [now, before] = sayShares(coverage, usual)
  return {
    kind: 'value',
    value: coverage,
    limit,
    limitRatio: Math.max(0, moved / allowed),
    n: records,
    nReference: null,
    pValue: null,
    // A label that is missing harms nobody, and clicks tell of people as much as of models: it never wakes anyone.
    isSevere: false,
    isEnough: records >= neededN,
    neededN,
    effect: { size: moved, upper: moved + normalQuantile(1 - EFFECT_ALPHA) * error },
    fact: `${now} of records ${arrival.have} ${sayDelay(maturityMs)} later; usual is ${before}`,
    evidence: `limit ${sayShare(limit)} from ${complete.length} earlier windows, ${sayRecords(records)}`,
    findings: [],
    detail: {
      ...detail,
      baseline: { median: usual, lower: band.lower, upper: band.upper, windows: complete.length },
    },
  }
}
