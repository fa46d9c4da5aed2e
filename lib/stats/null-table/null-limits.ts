/** Owns the limits of one method at one window size: the drawn tail, and what single far values add to it. */
import type { FarEnd } from '@/lib/stats/null-table/far-values'
import { shareBeyond } from '@/lib/stats/null-table/far-values'
import { onTailLine, sizeQuantile, type TailLine, zOnTailLine } from '@/lib/stats/null-table/tail-line'
import { normalSurvival } from '@/lib/stats/special/normal'

/** Draws that a far value is added to, evenly over all of them. */
const FAR_DRAWS = 8
/** Halvings of the span that holds a limit. */
const BISECTIONS = 16
/** No limit is looked for beyond so many times what is drawn. */
const FARTHEST = 1e4

/** How far values work on a method's distance in windows of one size. */
export interface FarEffect {
  /** Rows of a window. */
  readonly m: number
  readonly ends: readonly { readonly end: FarEnd; readonly cut: number }[]
  /** How far from the mean a value has to be to carry the (scaled) distance from `rest` to `value`. */
  readonly needed: (value: number, rest: number) => number
}

/** Chance that a far value carries a window's distance beyond `value`. */
function farChance(value: number, sorted: Float64Array, { m, ends, needed }: FarEffect): number {
  let share = 0
  for (let k = 0; k < FAR_DRAWS; k++) {
    const rest = sorted[Math.floor(((k + 0.5) / FAR_DRAWS) * sorted.length)]!
    if (rest >= value) continue
    const distance = needed(value, rest)
    for (const { end, cut } of ends) share += shareBeyond(end, cut, distance) / FAR_DRAWS
  }
  return 1 - Math.exp(-m * share)
}

/**
 * @param levels chances of a larger distance, descending; the first is one half
 * @param sorted the drawn distances, ascending
 * @param far absent: single values do not decide
 */
export function nullLimits(
  levels: readonly number[],
  line: TailLine,
  sorted: Float64Array,
  far: FarEffect | null,
): number[] {
  return levels.map((level, k) => {
    const drawn = onTailLine(line, sizeQuantile(level))
    if (k === 0) return Math.min(line.median, onTailLine(line, sizeQuantile(levels[1]!)))
    if (!far) return drawn
    const isPassed = (value: number) => {
      const chance = 2 * normalSurvival(zOnTailLine(line, value))
      return 1 - (1 - chance) * (1 - farChance(value, sorted, far)) > level
    }
    let [low, high] = [drawn, drawn]
    while (isPassed(high) && high < FARTHEST * drawn) {
      low = high
      high *= 2
    }
    for (let step = 0; step < BISECTIONS && high > low; step++) {
      const middle = (low + high) / 2
      if (isPassed(middle)) low = middle
      else high = middle
    }
    return high
  })
}
