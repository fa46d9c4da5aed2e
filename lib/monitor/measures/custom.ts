/** Owns the measure of custom metrics: a value against a limit set by hand, or against earlier windows. */
import {
  type Aggregate,
  type CustomMetric,
  MISSING_REASONS,
  type MissingReason,
  quantileOf,
} from '@/lib/domain/custom-metric'
import { getMetric } from '@/lib/domain/metric'
import type { CustomWindow } from '@/lib/monitor/custom-window'
import { ALPHA } from '@/lib/monitor/decide'
import { labelMaturityMs } from '@/lib/monitor/label-history'
import {
  EFFECT_ALPHA,
  type Measure,
  type MeasureInput,
  type Measurement,
  stateOf,
} from '@/lib/monitor/measurement'
import { sayMeasure, sayRecords } from '@/lib/monitor/words'
import { madBand } from '@/lib/stats/inference/thresholds'
import { medianOf } from '@/lib/stats/quantile'
import { normalQuantile, normalSurvival } from '@/lib/stats/special/normal'
import { type CustomSummary, customError, customValue } from '@/lib/summary/custom'

/** Earlier windows needed before there is a band; of earlier weeks there are only eight. */
const MIN_TRAILING_WINDOWS = 6
const MIN_SAME_HOURS = 4
/** A share that moved by less than this matters to nobody. */
const LEAST_SHARE_CHANGE = 0.02
/** So many times the allowed distance is severe. */
const SEVERE_RATIO = 3
/** What grows with the length of the window. */
const GROWING: ReadonlySet<Aggregate> = new Set(['sum', 'count'])
/** Values of which a mean, and its error, mean something. */
const MIN_VALUES = 30
/** Records beyond a quantile that make it steady. */
const TAIL_RECORDS = 5
const MOST_NEEDED = 1e9

const WHY: Readonly<Record<MissingReason, string>> = {
  absent: 'a field is absent',
  wrong_type: 'a field holds another type',
  no_result: 'the calculation has no result',
}

/** `3 records have no value: a field is absent in 2, a field holds another type in 1`; empty where all have one. */
export function sayMissing({ missing, undecided }: Pick<CustomSummary, 'missing' | 'undecided'>): string {
  const parts = MISSING_REASONS.filter((reason) => missing[reason] > 0).map(
    (reason) => `${WHY[reason]} in ${missing[reason].toLocaleString('en-US')}`,
  )
  if (undecided > 0) parts.push(`the condition cannot be told in ${undecided.toLocaleString('en-US')}`)
  const total = MISSING_REASONS.reduce(
    (sum, reason) => sum + Math.max(0, missing[reason]),
    Math.max(0, undecided),
  )
  return total === 0
    ? ''
    : `${sayRecords(total)} ${total === 1 ? 'has' : 'have'} no value: ${parts.join(', ')}`
}

/** A value of this metric with its unit. */
export function sayCustom(
  { aggregate, unit }: Pick<CustomMetric, 'aggregate' | 'unit'>,
  value: number,
): string {
  if (aggregate === 'share') return sayMeasure(value, 'share')
  return unit === null ? sayMeasure(value, 'number') : `${sayMeasure(value, 'number')} ${unit}`
}

export const measureCustom: Measure = (input) => {
  const { custom, traffic, monitor } = input
  if (!custom) return null
  const { metric, summary } = custom
  if (!summary) {
    if ((traffic?.records ?? 0) > 0) return null
    return stateOf('no_data', 'No records arrived in this window.')
  }
  const value = customValue(summary, metric.aggregate)
  const without = sayMissing(summary)
  const { missing, undecided, n } = summary
  const detail = { customRevision: metric.id, missing, undecided }
  if (value === null) {
    const reason = without === '' ? 'No record meets the condition' : without
    return stateOf('not_enough_data', `${metric.name} has no value in this window. ${reason}.`, { detail })
  }
  const facts = { value, n, detail }
  const late = sayLate(input, custom, value)
  if (late)
    return stateOf('not_enough_data', late.reason, { ...facts, detail: { ...detail, ...late.detail } })
  const told = { input, custom, summary, value, detail: { ...detail, ...delayOf(input, custom, value) } }
  const said = `${metric.name} is ${sayCustom(metric, value)}`
  if (
    monitor.fixedLimit !== null &&
    monitor.metric !== 'custom_both' &&
    monitor.metric !== 'custom_share_both'
  ) {
    if (custom.isOtherSpan && GROWING.has(metric.aggregate))
      return stateOf('not_enough_data', `${said}. Its limit is for windows of another length.`, facts)
    return againstLimit(told, monitor.fixedLimit)
  }
  if (monitor.baseline === 'none')
    return stateOf('ok', `${said} (${sayRecords(n)}). It has no limit.`, { ...facts, detail: told.detail })
  const history = completeHistory(input, custom)
  const needed = monitor.baseline === 'same_hour_of_week' ? MIN_SAME_HOURS : MIN_TRAILING_WINDOWS
  if (history.length >= needed) return againstHistory(told, history)
  const reason = `${said}. There are ${history.length} of ${needed} earlier windows needed to know what is usual.`
  return stateOf('not_enough_data', reason, { ...facts, detail: { ...told.detail, neededWindows: needed } })
}

interface Told {
  readonly input: MeasureInput
  readonly custom: CustomWindow
  readonly summary: CustomSummary
  readonly value: number
  readonly detail: Readonly<Record<string, unknown>>
}

/** When the value changed last by an event, seen from this judgement. */
function delayOf(
  { window, nowMs }: MeasureInput,
  { arrivals }: CustomWindow,
  value: number,
): { delayMs?: number } {
  if (arrivals === null) return {}
  const earlier = arrivals.find(({ startMs }) => startMs === window.startMs)
  if (earlier?.coverage === value) return earlier.delayMs === null ? {} : { delayMs: earlier.delayMs }
  return { delayMs: Math.max(0, nowMs - window.endMs) }
}

/** Why events that may still come forbid a verdict; null: they are complete, or the metric reads none. */
function sayLate(
  input: MeasureInput,
  custom: CustomWindow,
  value: number,
): { reason: string; detail: { delayMs?: number } } | null {
  const { window, nowMs } = input
  const { metric, arrivals } = custom
  if (arrivals === null) return null
  const detail = delayOf(input, custom, value)
  const said = `${metric.name} is ${sayCustom(metric, value)}`
  const maturityMs = labelMaturityMs(arrivals)
  if (maturityMs === null)
    return { reason: `${said}. How late its events usually come is not known yet.`, detail }
  if (nowMs - window.endMs >= maturityMs) return null
  return { reason: `${said} so far. More of its events may come.`, detail }
}

/** Values of earlier windows; of events only those that are complete. */
function completeHistory({ nowMs }: MeasureInput, { history, arrivals }: CustomWindow): number[] {
  const maturityMs = arrivals === null ? 0 : (labelMaturityMs(arrivals) ?? 0)
  return history
    .filter(({ endMs }) => arrivals === null || nowMs - endMs >= maturityMs)
    .map(({ value }) => value)
}

/** Spread of the value by chance: of a share also at what is usual, where that is larger. */
function errorOf({ custom: { metric }, summary }: Told, usual: number | null): number | null {
  const error = customError(summary, metric.aggregate)
  if (error === null || metric.aggregate !== 'share' || usual === null) return error
  return Math.max(error, Math.sqrt((usual * (1 - usual)) / summary.n))
}

/** Values needed to see a change of this size half of the time. */
function neededFor({ custom: { metric }, summary }: Told, error: number | null, change: number): number {
  const quantile = quantileOf(metric.aggregate)
  if (quantile !== null) return Math.ceil(TAIL_RECORDS / Math.min(quantile, 1 - quantile))
  if (metric.aggregate !== 'share' && metric.aggregate !== 'mean') return 1
  if (error === null || !(change > 0)) return MIN_VALUES
  const needed = Math.ceil(summary.n * (normalQuantile(1 - ALPHA) * (error / change)) ** 2)
  return Math.min(MOST_NEEDED, Math.max(1, needed))
}

function chanceOf(moved: number, error: number | null, isTwoSided: boolean): number | null {
  if (error === null) return null
  if (error === 0) return moved > 0 ? 0 : 1
  return Math.min(1, normalSurvival(moved / error) * (isTwoSided ? 2 : 1))
}

function againstLimit(told: Told, limit: number): Measurement {
  const { input, custom, summary, value, detail } = told
  const { metric } = custom
  const isBelow = getMetric(input.monitor.metric).bad === 'down'
  const moved = isBelow ? limit - value : value - limit
  const error = errorOf(told, metric.aggregate === 'share' ? Math.min(1, limit) : null)
  const neededN = neededFor(told, error, Math.max(input.monitor.effectFloor * limit, Math.abs(moved)))
  return {
    kind: 'value',
    value,
    limit,
    // The limit takes its place in withFixedLimit, as with every other monitor.
    limitRatio: isBelow ? (value > 0 ? limit / value : Number.MAX_VALUE) : Math.max(0, value / limit),
    n: summary.n,
    nReference: null,
    pValue: chanceOf(moved, error, false),
    isSevere: false,
    isEnough: summary.n >= neededN,
    neededN,
    fact: `${metric.name} is ${sayCustom(metric, value)}`,
    evidence: `limit ${sayCustom(metric, limit)}, ${sayRecords(summary.n)}`,
    findings: [],
    detail,
  }
}

function againstHistory(told: Told, history: readonly number[]): Measurement {
  const { input, custom, summary, value, detail } = told
  const { metric } = custom
  const { monitor } = input
  const { bad } = getMetric(monitor.metric)
  const usual = medianOf(history) ?? 0
  // Where all are alike there is no band: the floor and chance decide, so that one odd window widens nothing.
  const band = madBand(history) ?? { lower: usual, upper: usual }
  const floor =
    metric.aggregate === 'share'
      ? Math.max(LEAST_SHARE_CHANGE, monitor.effectFloor * Math.min(usual, 1 - usual))
      : monitor.effectFloor * Math.abs(usual)
  const isBelow = bad === 'down' || (bad === 'both' && value < usual)
  const moved = isBelow ? usual - value : value - usual
  const allowed = Math.max(floor, isBelow ? usual - band.lower : band.upper - usual, Number.MIN_VALUE)
  const reached = isBelow ? usual - allowed : usual + allowed
  const limit = metric.aggregate === 'share' ? Math.min(1, Math.max(0, reached)) : reached
  const error = errorOf(told, metric.aggregate === 'share' ? usual : null)
  const neededN = neededFor(told, error, allowed)
  const upper = error === null ? null : moved + normalQuantile(1 - EFFECT_ALPHA) * error
  return {
    kind: 'value',
    value,
    limit,
    limitRatio: Math.min(1e6, Math.max(0, moved) / allowed),
    n: summary.n,
    nReference: null,
    pValue: chanceOf(moved, error, bad === 'both'),
    isSevere: moved >= SEVERE_RATIO * allowed,
    isEnough: summary.n >= neededN,
    neededN,
    ...(upper === null ? {} : { effect: { size: Math.max(0, moved), upper: Math.max(0, upper) } }),
    fact: `${metric.name} is ${sayCustom(metric, value)}; usual is ${sayCustom(metric, usual)}`,
    evidence: `limit ${sayCustom(metric, limit)} from ${history.length} earlier ${monitor.baseline === 'same_hour_of_week' ? 'weeks' : 'windows'}, ${sayRecords(summary.n)}`,
    findings: [],
    detail: {
      ...detail,
      baseline: { median: usual, lower: band.lower, upper: band.upper, windows: history.length },
    },
  }
}
