/**
 * EWMA chart: an exponentially weighted mean against limits that are exact from the first value on.
 *
 * z ← λx + (1-λ)z from the baseline mean; limits mean ± L·sd·√(λ/(2-λ)·(1-(1-λ)^(2t))). Sensitive to: small shifts of the
 * mean. Kinds: one value at a time. λ = 0.2, L = 3; it goes on after a signal and signals as long as z is outside.
 * Source: Roberts 1959; Montgomery 2013, chapter 9; statistics.md 8.4; golden `ewma_chart`. Example: a first value of 4
 * deviations gives z = 0.8 against a limit of 0.6.
 */
import type { ChartBaseline } from '@/lib/stats/streams/chart-baseline'
import type { StreamSignal } from '@/lib/stats/streams/stream-value'

export interface EwmaSettings {
  /** λ: weight of the newest value. */
  readonly lambda: number
  /** L: width of the limits in deviations of z. */
  readonly width: number
}

export const EWMA_DEFAULTS: EwmaSettings = { lambda: 0.2, width: 3 }

/** Plain JSON. */
export interface EwmaChart {
  readonly baseline: ChartBaseline
  readonly settings: EwmaSettings
  n: number
  z: number
}

export function createEwmaChart(baseline: ChartBaseline, settings: Partial<EwmaSettings> = {}): EwmaChart {
  return { baseline, settings: { ...EWMA_DEFAULTS, ...settings }, n: 0, z: baseline.mean }
}

/** Limits for z as it stands; both are the mean before the first value. */
export function ewmaLimits({ baseline, settings, n }: EwmaChart): { lower: number; upper: number } {
  const { lambda, width } = settings
  const spread = Math.sqrt((lambda / (2 - lambda)) * (1 - (1 - lambda) ** (2 * n)))
  const half = width * baseline.deviation * spread
  return { lower: baseline.mean - half, upper: baseline.mean + half }
}

/** Takes the next value, in place. */
export function addToEwmaChart(state: EwmaChart, value: number): StreamSignal {
  if (!Number.isFinite(value)) return 'not_finite'
  const { lambda } = state.settings
  state.n++
  // Adding 0 turns -0 into 0, which is all that JSON knows.
  state.z = lambda * value + (1 - lambda) * state.z + 0
  const { lower, upper } = ewmaLimits(state)
  return state.z > upper ? 'up' : state.z < lower ? 'down' : 'none'
}
