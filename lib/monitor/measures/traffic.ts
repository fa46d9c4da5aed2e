/** Owns the measures of the version as a whole: volume, and software metrics against earlier windows. */
import { getMetric, type MetricId } from '@/lib/domain/metric'
import { DAY_MS, type TimeRange } from '@/lib/domain/time'
import { ALPHA } from '@/lib/monitor/decide'
import { type Measure, type MeasureInput, type Measurement, stateOf } from '@/lib/monitor/measurement'
import { enoughFrom } from '@/lib/monitor/say-enough'
import { quantileOfMetric, type TrafficValue, trafficValue } from '@/lib/monitor/traffic-value'
import { sayMeasure, sayRecords, sayUtc } from '@/lib/monitor/words'
import { type Band, deviationBand, madBand } from '@/lib/stats/inference/thresholds'
import { medianOf } from '@/lib/stats/quantile'
import { normalSurvival } from '@/lib/stats/special/normal'

/** Earlier windows needed before there is a band (statistics.md section 9). */
export const MIN_TRAILING_WINDOWS = 6
/** Share of a window that its records must cover before it can tell how many come. */
const MIN_COVERED = 0.5
/** Twice the limit, or twice the allowed distance, is severe. */
const SEVERE_RATIO = 2
/** Records beyond a quantile that make it steady. */
const TAIL_RECORDS = 5

/** Only tells whether anything arrived at all; for the monitor that watches for absence. */
export const measureVolume: Measure = ({ traffic }) => {
  const n = traffic?.records ?? 0
  if (n === 0) return stateOf('no_data', 'No records arrived in this window.', { value: 0 })
  return stateOf('ok', `${sayRecords(n)} arrived in this window.`, { value: n, n })
}

/** Traffic follows the hours of the day: a day's worth of windows before its level means anything. */
function neededWindows(metric: MetricId, window: TimeRange): number {
  if (metric !== 'throughput') return MIN_TRAILING_WINDOWS
  const perDay = Math.ceil(DAY_MS / (window.endMs - window.startMs))
  return Math.max(MIN_TRAILING_WINDOWS, Math.min(96, perDay))
}

function bandOf(history: readonly number[]): Band | null {
  const band = madBand(history)
  return band && band.lower < band.upper ? band : deviationBand(history)
}

/** Distance by which a metric may leave its median before it matters: relative, for shares absolute. */
function floorDistance(metric: MetricId, median: number, floor: number): number {
  return getMetric(metric).unit === 'share' ? floor : floor * Math.abs(median)
}

/** Errors are counted: a share must also be more than chance over the usual one. */
function chanceOfShare(metric: MetricId, { value, n }: TrafficValue, median: number): number | null {
  if (metric !== 'error_share') return null
  const usual = Math.max(median, 1 / n)
  return normalSurvival((value - median) / Math.sqrt((usual * (1 - Math.min(usual, 0.999))) / n))
}

function compare(input: MeasureInput, current: TrafficValue, history: readonly number[]): Measurement {
  const { metric, effectFloor } = input.monitor
  const { unit, label, bad } = getMetric(metric)
  const median = medianOf(history) ?? 0
  const band = bandOf(history) ?? { lower: median, upper: median }
  const floor = floorDistance(metric, median, effectFloor)
  const isBelow = bad === 'both' && current.value < median
  const allowed = isBelow
    ? Math.max(floor, median - band.lower)
    : Math.max(floor, band.upper - median, Number.MIN_VALUE)
  // No rate, duration or share falls below 0.
  const limit = isBelow ? Math.max(0, median - allowed) : median + allowed
  const limitRatio = Math.min(1e6, Math.abs(current.value - median) / allowed)
  const neededN = neededRecords(metric)
  const isWorse = isBelow || current.value >= median
  return {
    kind: 'value',
    value: current.value,
    limit,
    limitRatio: isWorse ? limitRatio : 0,
    n: current.n,
    nReference: null,
    pValue: chanceOfShare(metric, current, median),
    isSevere: isBelow ? current.value <= median / 10 : current.value >= SEVERE_RATIO * limit,
    isEnough: current.n >= neededN,
    neededN,
    fact: `${label[0]?.toUpperCase()}${label.slice(1)} is ${sayMeasure(current.value, unit, median)}; usual is ${sayMeasure(median, unit)}`,
    evidence: `limit ${sayMeasure(limit, unit, median)} from ${history.length} earlier windows, ${sayRecords(current.n)}`,
    findings: [],
    detail: { baseline: { median, lower: band.lower, upper: band.upper, windows: history.length } },
  }
}

function neededRecords(metric: MetricId): number {
  const quantile = quantileOfMetric(metric)
  if (quantile !== null) return Math.ceil(TAIL_RECORDS / (1 - quantile))
  return metric === 'error_share' ? Math.ceil(1 / ALPHA / 10) : 1
}

/** A software metric against the median of earlier windows: the band of their spread, and an effect floor. */
export const measureTrailing: Measure = (input) => {
  const { monitor, traffic, trailing, window, covered } = input
  const history = trailing.get(monitor.metric) ?? []
  const current = traffic ? trafficValue(monitor.metric, traffic, covered) : null
  const { label } = getMetric(monitor.metric)
  if (
    monitor.metric === 'throughput' &&
    covered.endMs - covered.startMs < MIN_COVERED * (window.endMs - window.startMs)
  ) {
    return stateOf('not_enough_data', 'The records cover a small part of this window only.', {
      n: current?.n ?? 0,
    })
  }
  if (!current) {
    if (history.length === 0) return null
    return stateOf('not_enough_data', `No record of this window carries ${label}.`)
  }
  const needed = neededWindows(monitor.metric, window)
  if (history.length < needed) {
    const fromMs = enoughFrom(window, input.cadence, needed - history.length)
    const reason = `There are ${history.length} of ${needed} earlier windows needed to know the usual ${label}; from ${sayUtc(fromMs)} on there will be enough.`
    return stateOf('not_enough_data', reason, {
      value: current.value,
      n: current.n,
      detail: { neededWindows: needed, enoughFromMs: fromMs },
    })
  }
  return compare(input, current, history)
}
