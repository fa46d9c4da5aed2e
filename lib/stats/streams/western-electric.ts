/**
 * Western Electric rules: patterns on a control chart that chance rarely draws.
 *
 * 1: one value beyond 3 deviations. 2: two of three beyond 2 on one side, the last among them. 3: four of five beyond 1 on
 * one side, the last among them. 4: eight in a row on one side. All strict. Sensitive to: spikes and shifts of the mean.
 * Kinds: one value at a time. With all four, about one false alarm in 92 values.
 * Source: Western Electric 1956; Montgomery 2013, chapter 6; statistics.md 8.4; golden `western_electric`.
 * Example: a first value of 4 deviations breaks rule 1.
 */
import { type ChartBaseline, standardScore } from '@/lib/stats/streams/chart-baseline'

export type WesternElectricRule = 1 | 2 | 3 | 4

/** Rules on how many of the last values lie beyond a line on one side. */
const RUN_RULES = [
  { rule: 2, needed: 2, of: 3, beyond: 2 },
  { rule: 3, needed: 4, of: 5, beyond: 1 },
  { rule: 4, needed: 8, of: 8, beyond: 0 },
] as const

const LONGEST_RUN = 8

/** Plain JSON. */
export interface WesternElectric {
  readonly baseline: ChartBaseline
  /** The last eight standard scores, oldest first. */
  recent: number[]
}

export interface Violation {
  readonly rule: WesternElectricRule
  readonly side: 'up' | 'down'
}

const NONE: readonly Violation[] = []

export function createWesternElectric(baseline: ChartBaseline): WesternElectric {
  return { baseline, recent: [] }
}

function isBroken(
  recent: readonly number[],
  sign: 1 | -1,
  needed: number,
  of: number,
  beyond: number,
): boolean {
  const last = recent.length - 1
  if (recent.length < of || !(sign * recent[last]! > beyond)) return false
  let count = 0
  for (let i = last; i > last - of; i--) if (sign * recent[i]! > beyond) count++
  return count >= needed
}

/** Takes the next value, in place; the rules it breaks, `not_finite` for a value that was left out. */
export function addToWesternElectric(
  state: WesternElectric,
  value: number,
): readonly Violation[] | 'not_finite' {
  const z = standardScore(value, state.baseline)
  if (z === null) return 'not_finite'
  state.recent.push(z)
  if (state.recent.length > LONGEST_RUN) state.recent.shift()
  // Every rule needs the last value beyond a line, so only one side can be broken.
  if (z === 0) return NONE
  const [sign, side] = z > 0 ? ([1, 'up'] as const) : ([-1, 'down'] as const)
  const broken: Violation[] = Math.abs(z) > 3 ? [{ rule: 1, side }] : []
  for (const { rule, needed, of, beyond } of RUN_RULES) {
    if (isBroken(state.recent, sign, needed, of, beyond)) broken.push({ rule, side })
  }
  return broken.length > 0 ? broken : NONE
}
