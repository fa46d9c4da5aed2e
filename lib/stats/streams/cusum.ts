/**
 * Tabular CUSUM chart: small, lasting shifts of the mean add up until they are beyond doubt.
 *
 * C⁺ ← max(0, C⁺ + z - k), C⁻ ← max(0, C⁻ - z - k) with z = (x - mean)/deviation; signal above h, then both start again
 * at 0 (with the next value, so that the sums that signalled can be read). Sensitive to: shifts of about 2k deviations.
 * Kinds: one value at a time. k = 0.5, h = 5: about 465 values between false signals.
 * Source: Montgomery 2013, chapter 9; statistics.md 8.4; golden `cusum`. Example: six values of 2 signal at the fourth.
 */
import { type ChartBaseline, standardScore } from '@/lib/stats/streams/chart-baseline'
import type { StreamSignal } from '@/lib/stats/streams/stream-value'

export interface CusumSettings {
  /** Slack in deviations. */
  readonly k: number
  /** Limit in deviations. */
  readonly h: number
  /** Whether the sums start again after a signal. */
  readonly reset: boolean
}

export const CUSUM_DEFAULTS: CusumSettings = { k: 0.5, h: 5, reset: true }

/** Plain JSON. */
export interface Cusum {
  readonly baseline: ChartBaseline
  readonly settings: CusumSettings
  upper: number
  lower: number
  signalled: boolean
}

export function createCusum(baseline: ChartBaseline, settings: Partial<CusumSettings> = {}): Cusum {
  return { baseline, settings: { ...CUSUM_DEFAULTS, ...settings }, upper: 0, lower: 0, signalled: false }
}

/** Takes the next value, in place. */
export function addToCusum(state: Cusum, value: number): StreamSignal {
  const z = standardScore(value, state.baseline)
  if (z === null) return 'not_finite'
  const { k, h, reset } = state.settings
  if (state.signalled && reset) {
    state.upper = 0
    state.lower = 0
  }
  state.upper = Math.max(0, state.upper + z - k)
  state.lower = Math.max(0, state.lower - z - k)
  state.signalled = state.upper > h || state.lower > h
  return state.upper > h ? 'up' : state.lower > h ? 'down' : 'none'
}
