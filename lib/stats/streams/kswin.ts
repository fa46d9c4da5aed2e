/**
 * KSWIN: a Kolmogorov–Smirnov test of the newest values against a draw from the older ones, with every value.
 *
 * Once the window is full, its last `statSize` values are compared (exact test) with as many drawn without replacement
 * from the rest; signal when p ≤ α and D > 0.1. Sensitive to: any change of distribution. Kinds: one value at a time.
 * Conventions: after a signal the window is emptied and the generator restarts from its seed, both with the next value;
 * the draw is a partial Fisher–Yates shuffle. One test a value: about one false signal per 1/α tests at worst.
 * The signal says where the median of the newest values lies. Source: Raab et al. 2020; statistics.md 8.3; golden
 * `kswin`. Example: see the golden file.
 */
import { createMulberry32, mulberry32SeedAfter } from '@/lib/stats/mulberry32'
import { quantileOfSorted } from '@/lib/stats/quantile'
import { type StreamSignal, streamValue } from '@/lib/stats/streams/stream-value'
import { ksTwoSample } from '@/lib/stats/two-sample/ks-two-sample'

export interface KswinSettings {
  readonly alpha: number
  readonly windowSize: number
  /** Newest values that are tested; at most half of the window. */
  readonly statSize: number
  readonly seed: number
}

export const KSWIN_DEFAULTS: KswinSettings = { alpha: 0.005, windowSize: 100, statSize: 30, seed: 1 }

/** Distances up to this never signal, however sure. */
const SMALLEST_DISTANCE = 0.1

/** Plain JSON. */
export interface Kswin {
  readonly settings: KswinSettings
  /** Oldest first. */
  window: number[]
  /** Where the generator stands. */
  generator: number
  /** p-value of the last test; null when the last value ran none. */
  pValue: number | null
  signalled: boolean
}

export function createKswin(settings: Partial<KswinSettings> = {}): Kswin {
  const complete = { ...KSWIN_DEFAULTS, ...settings }
  return { settings: complete, window: [], generator: complete.seed | 0, pValue: null, signalled: false }
}

/** `count` values of the first `population`, drawn without replacement. */
function drawn(window: readonly number[], population: number, count: number, seed: number): Float64Array {
  const random = createMulberry32(seed)
  const shuffled = Float64Array.from({ length: population }, (_, i) => window[i]!)
  for (let j = 0; j < count; j++) {
    const other = j + random.below(population - j)
    const value = shuffled[j]!
    shuffled[j] = shuffled[other]!
    shuffled[other] = value
  }
  return shuffled.subarray(0, count)
}

const medianOfSorted = (values: Float64Array) => quantileOfSorted(values, 0.5) ?? 0

/** Takes the next value, in place. */
export function addToKswin(state: Kswin, value: number): StreamSignal {
  const x = streamValue(value)
  if (x === null) return 'not_finite'
  const { alpha, windowSize, statSize } = state.settings
  if (state.signalled) Object.assign(state, createKswin(state.settings))
  state.window.push(x)
  if (state.window.length > windowSize) state.window.shift()
  state.pValue = null
  if (state.window.length < windowSize) return 'none'
  const older = drawn(state.window, windowSize - statSize, statSize, state.generator)
  state.generator = mulberry32SeedAfter(state.generator, statSize)
  const newest = Float64Array.from(state.window.slice(-statSize))
  const test = ksTwoSample(older, newest)
  if (test.status !== 'ok') return 'none'
  state.pValue = test.pValue
  state.signalled = test.pValue <= alpha && test.value > SMALLEST_DISTANCE
  if (!state.signalled) return 'none'
  return medianOfSorted(newest.sort()) < medianOfSorted(older.sort()) ? 'down' : 'up'
}
