/**
 * Owns sketches of which values can be taken away again: counts may be below 0 while what is taken away is summarised and
 * what was added is not yet. null stands for a sketch of nothing.
 */
import { type DDSketch, emptyDDSketch } from '@/lib/stats/sketches/ddsketch'

const HALVES = ['positive', 'negative'] as const

/** @param sign -1 takes `b` away */
export function mergeSketches(a: DDSketch | null, b: DDSketch | null, sign: 1 | -1): DDSketch | null {
  if (!b) return a
  const into = emptyDDSketch()
  for (const [part, factor] of [[a, 1] as const, [b, sign] as const]) {
    if (!part) continue
    into.zeroCount += factor * part.zeroCount
    for (const half of HALVES)
      for (const [index, count] of part[half])
        into[half].set(index, (into[half].get(index) ?? 0) + factor * count)
  }
  return into
}

/** Counts that came to nothing are left out. */
export function withoutZeros(sketch: DDSketch | null): DDSketch | null {
  if (!sketch) return null
  const kept = keep(sketch, (count) => count !== 0)
  return kept.zeroCount === 0 && kept.positive.size === 0 && kept.negative.size === 0 ? null : kept
}

/** What a quantile can be read from. */
export function withoutNegatives(sketch: DDSketch): DDSketch {
  return keep(sketch, (count) => count > 0)
}

function keep(sketch: DDSketch, isKept: (count: number) => boolean): DDSketch {
  const kept = emptyDDSketch()
  kept.zeroCount = isKept(sketch.zeroCount) ? sketch.zeroCount : 0
  kept.n = kept.zeroCount
  for (const half of HALVES) {
    for (const [index, count] of sketch[half]) {
      if (!isKept(count)) continue
      kept[half].set(index, count)
      kept.n += count
    }
  }
  return kept
}
