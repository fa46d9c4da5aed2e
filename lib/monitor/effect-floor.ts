/** Owns the smallest effect that matters in a window, and when half of it is enough. */
import type { DriftMethod } from '@/lib/stats/methods/drift-method'
import { ks } from '@/lib/stats/methods/ks'
import type { Pair } from '@/lib/stats/methods/pair'
import { wassersteinNormed } from '@/lib/stats/methods/wasserstein-normed'

/**
 * Average move of the values, in reference deviations, from which half of a Kolmogorov–Smirnov floor matters. A shift of a
 * normal column by 0.125 has just half of the usual floor as its distance, so that both ways to look at it nearly agree.
 */
const MOVED_SIGMA = 0.13

/** The floor of a column whose values moved that far. */
export function movedFloor(floor: number): number {
  return floor / 2
}

/**
 * A change of many values by little reaches few points of a distribution function: where the values moved far enough on
 * average, half of the floor is enough.
 */
export function effectFloor(floor: number, method: DriftMethod, pair: Pair, value: number): number {
  if (method.id !== ks.id || value > floor || value <= movedFloor(floor)) return floor
  const moved = wassersteinNormed.compute(pair)
  return moved.status === 'ok' && moved.value >= MOVED_SIGMA ? movedFloor(floor) : floor
}
