/** Owns the golden methods on streams: each detector is fed value by value. */
import type { Column, GoldenMethod } from '@/lib/stats/golden/case'
import { numbersOf } from '@/lib/stats/golden/columns'
import { type AdwinSettings, addToAdwin, adwinWindow, createAdwin } from '@/lib/stats/streams/adwin'
import { type ChartBaseline, chartBaseline } from '@/lib/stats/streams/chart-baseline'
import { addToCusum, type CusumSettings, createCusum } from '@/lib/stats/streams/cusum'
import { addToEwmaChart, createEwmaChart, ewmaLimits } from '@/lib/stats/streams/ewma-chart'
import { addToKswin, createKswin } from '@/lib/stats/streams/kswin'
import {
  addToPageHinkley,
  createPageHinkley,
  type PageHinkleySettings,
} from '@/lib/stats/streams/page-hinkley'
import type { StreamSignal } from '@/lib/stats/streams/stream-value'
import { addToWesternElectric, createWesternElectric } from '@/lib/stats/streams/western-electric'

type Columns = Readonly<Record<string, Column>>
type Parameters = Readonly<Record<string, unknown>>

/** Feeds the stream and lists where the detector signals. */
function signalsOf(columns: Columns, add: (value: number) => StreamSignal): [number, StreamSignal][] {
  const signals: [number, StreamSignal][] = []
  numbersOf(columns.stream).forEach((value, i) => {
    const signal = add(value)
    if (signal !== 'none') signals.push([i, signal])
  })
  return signals
}

const indexesOf = (signals: readonly [number, StreamSignal][]) => signals.map(([index]) => index)

function baselineOf(params: Parameters): ChartBaseline {
  const found = chartBaseline(params.mean as number, params.sd as number)
  if (found.status !== 'ok') throw new RangeError('the case has no baseline')
  return found.baseline
}

const adwin: GoldenMethod = (columns, { params }) => {
  const settings: Partial<AdwinSettings> = {
    delta: params.delta as number,
    clock: params.clock as number,
    maxBuckets: params.max_buckets as number,
    minWindowLength: params.min_window_length as number,
    gracePeriod: params.grace_period as number,
  }
  const state = createAdwin(settings)
  const signals = signalsOf(columns, (value) => addToAdwin(state, value))
  const window = adwinWindow(state)
  return {
    status: 'ok',
    detections: indexesOf(signals),
    final_width: state.width,
    final_mean: window?.mean ?? null,
    final_variance: window?.variance ?? null,
  }
}

const cusum: GoldenMethod = (columns, { params }) => {
  const state = createCusum(baselineOf(params), params as Partial<CusumSettings>)
  let [upperMax, lowerMax] = [0, 0]
  const signals = signalsOf(columns, (value) => {
    const signal = addToCusum(state, value)
    upperMax = Math.max(upperMax, state.upper)
    lowerMax = Math.max(lowerMax, state.lower)
    return signal
  })
  return {
    status: 'ok',
    signals,
    upper_last: state.upper,
    lower_last: state.lower,
    upper_max: upperMax,
    lower_max: lowerMax,
  }
}

const ewmaChart: GoldenMethod = (columns, { params }) => {
  const settings = { lambda: params.lambda as number, width: params.L as number }
  const state = createEwmaChart(baselineOf(params), settings)
  let sum = 0
  const signals = signalsOf(columns, (value) => {
    const signal = addToEwmaChart(state, value)
    sum += state.z
    return signal
  })
  const { lower, upper } = ewmaLimits(state)
  return {
    status: 'ok',
    signals: indexesOf(signals),
    z_last: state.z,
    lower_last: lower,
    upper_last: upper,
    z_sum: sum,
  }
}

const kswin: GoldenMethod = (columns, { params }) => {
  const state = createKswin({
    alpha: params.alpha as number,
    windowSize: params.window_size as number,
    statSize: params.stat_size as number,
    seed: params.seed as number,
  })
  let [tests, sum] = [0, 0]
  const signals = signalsOf(columns, (value) => {
    const signal = addToKswin(state, value)
    if (state.pValue !== null) tests++
    sum += state.pValue ?? 0
    return signal
  })
  return { status: 'ok', detections: indexesOf(signals), tests, p_values_sum: sum }
}

const pageHinkley: GoldenMethod = (columns, { params }) => {
  const settings: PageHinkleySettings = {
    minInstances: params.min_instances as number,
    delta: params.delta as number,
    threshold: params.threshold as number,
    alpha: params.alpha as number,
    mode: params.mode as PageHinkleySettings['mode'],
  }
  const state = createPageHinkley(settings)
  const signals = signalsOf(columns, (value) => addToPageHinkley(state, value))
  return {
    status: 'ok',
    detections: indexesOf(signals),
    final_sum_increase: state.sumIncrease,
    final_sum_decrease: state.sumDecrease,
  }
}

const westernElectric: GoldenMethod = (columns, { params }) => {
  const state = createWesternElectric(baselineOf(params))
  const violations: [number, number][] = []
  numbersOf(columns.stream).forEach((value, i) => {
    const broken = addToWesternElectric(state, value)
    if (broken !== 'not_finite') for (const { rule } of broken) violations.push([i, rule])
  })
  return { status: 'ok', violations }
}

export const STREAM_METHODS: Readonly<Record<string, GoldenMethod>> = {
  adwin,
  cusum,
  ewma_chart: ewmaChart,
  kswin,
  page_hinkley: pageHinkley,
  western_electric: westernElectric,
}
