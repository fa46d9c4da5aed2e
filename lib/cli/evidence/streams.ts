/** Owns the experiment on stream detectors: how often they signal where nothing changed, and how soon where something did. */
import { createMulberry32 } from '@/lib/stats/mulberry32'
import { addToAdwin, createAdwin } from '@/lib/stats/streams/adwin'
import type { ChartBaseline } from '@/lib/stats/streams/chart-baseline'
import { addToCusum, createCusum } from '@/lib/stats/streams/cusum'
import { addToEwmaChart, createEwmaChart } from '@/lib/stats/streams/ewma-chart'
import { addToKswin, createKswin } from '@/lib/stats/streams/kswin'
import { addToPageHinkley, createPageHinkley } from '@/lib/stats/streams/page-hinkley'
import { addToWesternElectric, createWesternElectric } from '@/lib/stats/streams/western-electric'

const STANDARD: ChartBaseline = { mean: 0, deviation: 1, isConstant: false }

/** Takes one standardised value; true when it signals. */
type Detector = (value: number) => boolean

/** With their own defaults; Page–Hinkley in units of a standardised stream, as its header says. */
const DETECTORS: Readonly<Record<string, () => Detector>> = {
  'Page–Hinkley (λ 20, δ 0.05)': () => {
    const state = createPageHinkley({ threshold: 20, delta: 0.05 })
    return (value) => addToPageHinkley(state, value) !== 'none'
  },
  ADWIN: () => {
    const state = createAdwin()
    return (value) => addToAdwin(state, value) !== 'none'
  },
  KSWIN: () => {
    const state = createKswin()
    return (value) => addToKswin(state, value) !== 'none'
  },
  CUSUM: () => {
    const state = createCusum(STANDARD)
    return (value) => addToCusum(state, value) !== 'none'
  },
  EWMA: () => {
    const state = createEwmaChart(STANDARD)
    return (value) => addToEwmaChart(state, value) !== 'none'
  },
  'Western Electric': () => {
    const state = createWesternElectric(STANDARD)
    return (value) => addToWesternElectric(state, value).length > 0
  },
}

/** Values before the change: every detector has filled its window. */
const STEADY = 300
/** Values after it within which a signal counts. */
const HORIZON = 200

export interface Detected {
  readonly shift: number
  /** Streams that signalled within 200 values after the change, of those that were quiet in the 50 before. */
  readonly found: number
  readonly streams: number
  /** Values until the signal, median of those that found it. */
  readonly delay: number | null
}

export interface StreamResult {
  readonly detector: string
  /** Values between two false signals, on average; null when there was none. */
  readonly between: number | null
  readonly steadyValues: number
  readonly shifts: readonly Detected[]
}

interface Setting {
  /** Values of the one stream in which nothing changes. */
  readonly steadyValues: number
  readonly streams: number
  /** In standard deviations. */
  readonly shifts: readonly number[]
  readonly seed: number
}

/** A signal that goes on is one: what signals again within as many values belongs to the one before. */
const APART = 20

function falseSignals(detector: Detector, values: number, seed: number): number {
  const random = createMulberry32(seed)
  let signals = 0
  let last = Number.NEGATIVE_INFINITY
  for (let i = 0; i < values; i++) {
    if (!detector(random.normal())) continue
    if (i - last > APART) signals++
    last = i
  }
  return signals
}

function detect(make: () => Detector, shift: number, { streams, seed }: Setting): Detected {
  const delays: number[] = []
  for (let stream = 0; stream < streams; stream++) {
    const random = createMulberry32(seed + 1_000 * stream)
    const detector = make()
    for (let i = 0; i < STEADY; i++) detector(random.normal())
    for (let i = 1; i <= HORIZON; i++) {
      if (!detector(random.normal() + shift)) continue
      delays.push(i)
      break
    }
  }
  delays.sort((a, b) => a - b)
  return { shift, found: delays.length, streams, delay: delays[Math.floor(delays.length / 2)] ?? null }
}

/** Every detector, on streams of independent standard normal values. */
export function runStreams(setting: Setting): StreamResult[] {
  const { steadyValues, shifts, seed } = setting
  return Object.entries(DETECTORS).map(([detector, make]) => {
    const signals = falseSignals(make(), steadyValues, seed)
    return {
      detector,
      between: signals === 0 ? null : steadyValues / signals,
      steadyValues,
      shifts: shifts.map((shift) => detect(make, shift, setting)),
    }
  })
}
