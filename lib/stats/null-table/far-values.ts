/**
 * Owns how likely a window holds a value so far out that it alone decides a distance: one of the ends of the reference, or
 * beyond all that it has, by a Pareto law fitted to its outermost rows.
 *
 * Source: Hill 1975 (the fit); Asmussen & Kroese 2006 (the rest of a window is drawn, its farthest value is worked out).
 */
import type { ReferenceLaw } from '@/lib/stats/null-table/reference-law'

/** Rows that tell the shape of an end: this share of the reference, at least so many. */
const FITTED_SHARE = 0.01
const LEAST_FITTED_ROWS = 40
/** Fewer different points are no tail. */
const LEAST_POINTS = 5
/**
 * Tails of real columns mostly get lighter outwards, and those of a Pareto law look heavier than they are when distances are
 * from the mean: this part of the fitted shape has windows pass limits about as often as they should (docs/evidence.md).
 */
const SHAPE_KEPT = 0.8
/** Outermost rows that the fitted law takes the place of. */
const SINGLE_ROWS = 10
/** Expected values of a window among those that are not drawn. */
export const FAR_VALUES = 0.1

/** One end of a law, seen from its middle: distances grow outwards. */
export interface FarEnd {
  /** Points from the outermost inwards: position in the law, share, distance from the mean of the law. */
  readonly points: readonly { readonly index: number; readonly share: number; readonly distance: number }[]
  /** Share that lies beyond the outermost point, and the shape and unit of its law; null: nothing does. */
  readonly beyond: { readonly share: number; readonly from: number; readonly shape: number } | null
}

/** @param sign 1 for the upper end, -1 for the lower @param rows of the reference */
export function farEnd({ shares, values }: ReferenceLaw, rows: number, sign: 1 | -1): FarEnd {
  const mean = values.reduce((sum, value, j) => sum + value * shares[j]!, 0)
  const points = Array.from(values, (value, index) => ({
    index,
    share: shares[index]!,
    distance: sign * (value - mean),
  })).sort((a, b) => b.distance - a.distance)
  return { points, beyond: fitBeyond(points, rows) }
}

function fitBeyond(points: FarEnd['points'], rows: number): FarEnd['beyond'] {
  const wished = Math.max(FITTED_SHARE, LEAST_FITTED_ROWS / rows)
  let [taken, count] = [0, 0]
  while (count < points.length && taken + points[count]!.share <= wished) taken += points[count++]!.share
  if (count < LEAST_POINTS || count === points.length) return null
  const threshold = between(points, count)
  if (!(threshold > 0)) return null
  let shape = 0
  for (const { share, distance } of points.slice(0, count))
    shape += (share / taken) * Math.log(distance / threshold)
  let [share, last] = [0, 0]
  while (last < count && share < SINGLE_ROWS / rows) share += points[last++]!.share
  return shape > 0 ? { share, from: between(points, last), shape: SHAPE_KEPT * shape } : null
}

/** Where the first `count` points end. */
function between(points: FarEnd['points'], count: number): number {
  const [outer, inner] = [points[count - 1]!.distance, points[count]!.distance]
  return outer > 0 && inner > 0 ? Math.sqrt(outer * inner) : 0
}

/** Points that a window of `size` rows seldom holds: they are left to `shareBeyond`. */
export function farPoints({ points }: FarEnd, size: number): number {
  let share = 0
  let count = 0
  while (count < points.length - 1 && (share + points[count]!.share) * size <= FAR_VALUES)
    share += points[count++]!.share
  return count
}

/** Share of the law further out than `distance`, where it is further than the points that are drawn. */
export function shareBeyond({ points, beyond }: FarEnd, count: number, distance: number): number {
  const out = Math.max(distance, points[count]!.distance)
  if (beyond !== null && out >= beyond.from) return beyond.share * (out / beyond.from) ** (-1 / beyond.shape)
  let share = 0
  for (let k = 0; k < count && points[k]!.distance > out; k++) share += points[k]!.share
  return share
}
