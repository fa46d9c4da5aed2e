/** Owns how much a reference moved by itself: the drift of its own chunks beyond what chance explains. */
import type { Cadence } from '@/lib/domain/time'
import { ALPHA } from '@/lib/monitor/decide'
import { pairOf } from '@/lib/monitor/pair'
import type { ReferenceColumn } from '@/lib/monitor/reference'
import type { DriftMethod } from '@/lib/stats/methods/drift-method'
import { pairSizes } from '@/lib/stats/methods/pair'

/** Chunks with fewer values say more about chance than about the reference. */
const MIN_CHUNK_ROWS = 30
/** Chance that the noise of any of the chunks is taken for a swing; for one chunk never less than a verdict asks. */
const SWING_ALPHA = 0.05

/**
 * The reference's own variation under a method, between windows of one cadence.
 * @returns `swing`: to be added to the noise limit, 0 for a steady reference; `widest`: largest distance of a chunk
 */
export function referenceSwing(
  column: ReferenceColumn,
  method: DriftMethod,
  cadence: Cadence,
): { readonly swing: number; readonly widest: number } {
  const key = `${method.id} ${cadence}`
  const known = column.swings.get(key)
  if (known) return known
  const pairs = column
    .chunks(cadence)
    .map((summary) => pairOf(column, summary))
    .filter((pair) => pairSizes(pair).m >= MIN_CHUNK_ROWS)
  let swing = 0
  let widest = 0
  for (const pair of pairs) {
    const score = method.compute(pair)
    if (score.status !== 'ok') continue
    widest = Math.max(widest, score.value)
    swing = Math.max(
      swing,
      score.value - method.noiseLimit(pair, Math.max(ALPHA, SWING_ALPHA / pairs.length)),
    )
  }
  const result = { swing, widest }
  column.swings.set(key, result)
  return result
}
