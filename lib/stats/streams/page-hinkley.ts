/**
 * Page–Hinkley test: a stream's mean has moved since the test began.
 *
 * up ← α·up + (x - mean) - δ and down ← α·down + (x - mean) + δ, the running mean updated first; from the
 * `minInstances`-th value on, signal when up rises more than λ above its minimum or down falls more than λ below its
 * maximum. Sensitive to: a lasting change of the mean. Kinds: one value at a time. Conventions as river has them: the
 * minimum starts at +∞, the maximum at -1; the test starts again with the value after a signal. λ and δ are in units of
 * the stream: standardise it first, then λ = 20 and δ = 0.05 serve. Source: Page 1954; statistics.md 8.1; golden
 * `page_hinkley`. Example: 700 draws of N(0, 1), then N(2, 1): signals `up` 22 values after the change (λ = 50).
 */
import { type StreamSignal, streamValue } from '@/lib/stats/streams/stream-value'

export interface PageHinkleySettings {
  readonly minInstances: number
  /** δ: changes smaller than this are tolerated. */
  readonly delta: number
  /** λ */
  readonly threshold: number
  /** α: how much of the sum is kept with each value. */
  readonly alpha: number
  readonly mode: 'up' | 'down' | 'both'
}

export const PAGE_HINKLEY_DEFAULTS: PageHinkleySettings = {
  minInstances: 30,
  delta: 0.005,
  threshold: 50,
  alpha: 0.9999,
  mode: 'both',
}

/** Plain JSON. */
export interface PageHinkley {
  readonly settings: PageHinkleySettings
  n: number
  mean: number
  sumIncrease: number
  sumDecrease: number
  /** Null before the first value. */
  minimum: number | null
  maximum: number
  signalled: boolean
}

export function createPageHinkley(settings: Partial<PageHinkleySettings> = {}): PageHinkley {
  const start = {
    n: 0,
    mean: 0,
    sumIncrease: 0,
    sumDecrease: 0,
    minimum: null,
    maximum: -1,
    signalled: false,
  }
  return { settings: { ...PAGE_HINKLEY_DEFAULTS, ...settings }, ...start }
}

/** Takes the next value, in place. */
export function addToPageHinkley(state: PageHinkley, value: number): StreamSignal {
  const x = streamValue(value)
  if (x === null) return 'not_finite'
  const { minInstances, delta, threshold, alpha, mode } = state.settings
  if (state.signalled) Object.assign(state, createPageHinkley(state.settings))
  state.n++
  state.mean += (x - state.mean) / state.n
  const deviation = x - state.mean
  state.sumIncrease = alpha * state.sumIncrease + deviation - delta
  state.sumDecrease = alpha * state.sumDecrease + deviation + delta
  state.minimum = Math.min(state.minimum ?? Number.POSITIVE_INFINITY, state.sumIncrease)
  state.maximum = Math.max(state.maximum, state.sumDecrease)
  if (state.n < minInstances) return 'none'
  const up = mode !== 'down' && state.sumIncrease - state.minimum > threshold
  const down = mode !== 'up' && state.maximum - state.sumDecrease > threshold
  state.signalled = up || down
  return up ? 'up' : down ? 'down' : 'none'
}
