/** Owns how much a reference moved by itself: the drift of its own chunks beyond what chance explains. */
import { pairOf } from '@/lib/monitor/pair'
import type { ReferenceColumn } from '@/lib/monitor/reference'
import type { DriftMethod } from '@/lib/stats/methods/drift-method'
import { pairSizes } from '@/lib/stats/methods/pair'

/** Chunks with fewer values say more about chance than about the reference. */
const MIN_CHUNK_ROWS = 30
/** Chance that the noise of any of the chunks is taken for a swing. */
const SWING_ALPHA = 0.05

/**
 * The reference's own variation under a method.
 * @returns `swing`: to be added to the noise limit, 0 for a steady reference; `widest`: largest distance of a chunk
 */
export function referenceSwing(
  column: ReferenceColumn,
  method: DriftMethod,
): { readonly swing: number; readonly widest: number } {
  const known = column.swings.get(method.id)
  if (known) return known
  const pairs = column
    .chunks()
    .map((summary) => pairOf(column, summary))
    .filter((pair) => pairSizes(pair).m >= MIN_CHUNK_ROWS)
  let swing = 0
  let widest = 0
  for (const pair of pairs) {
    const score = method.compute(pair)
    if (score.status !== 'ok') continue
    widest = Math.max(widest, score.value)
    swing = Math.max(swing, score.value - method.noiseLimit(pair, SWING_ALPHA / pairs.length))
  }
  const result = { swing, widest }
  column.swings.set(method.id, result)
  return result
}
