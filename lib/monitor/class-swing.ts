/** Owns how far the share of each class moved in a reference by itself, from one of its windows to the next. */
import type { Cadence } from '@/lib/domain/time'
import { ALPHA } from '@/lib/monitor/decide'
import { pairOf } from '@/lib/monitor/pair'
import type { ReferenceColumn } from '@/lib/monitor/reference'
import { pairSizes } from '@/lib/stats/methods/pair'
import { normalQuantile } from '@/lib/stats/special/normal'

/** Windows with fewer records say more about chance than about the reference. */
const MIN_CHUNK_ROWS = 30
/** Chance that the noise of any of the chunks is taken for a swing; for one chunk never less than a verdict asks. */
const SWING_ALPHA = 0.05

/**
 * The largest change of a class's share between the reference's own windows and the whole of it, beyond what chance
 * explains; 0 for a steady class, or a reference without times.
 */
export function classSwing(column: ReferenceColumn, cadence: Cadence, label: string): number {
  const keyOf = (name: string) => `class_share ${cadence} ${name}`
  // The mark of a column whose classes were looked through has no label behind it.
  if (!column.swings.has(keyOf(''))) {
    for (const [name, swing] of swingsOf(column, cadence)) {
      column.swings.set(keyOf(name), { swing, widest: swing, chunks: 0 })
    }
    if (!column.swings.has(keyOf(''))) column.swings.set(keyOf(''), { swing: 0, widest: 0, chunks: 0 })
  }
  return column.swings.get(keyOf(label))?.swing ?? 0
}

function swingsOf(column: ReferenceColumn, cadence: Cadence): Map<string, number> {
  const swings = new Map<string, number>()
  const pairs = column
    .chunks(cadence)
    .map((summary) => pairOf(column, summary))
    .filter((pair) => pair.kind === 'categorical' && pairSizes(pair).m >= MIN_CHUNK_ROWS)
  const z = normalQuantile(1 - Math.max(ALPHA, SWING_ALPHA / Math.max(1, pairs.length)) / 2)
  for (const pair of pairs) {
    if (pair.kind !== 'categorical') continue
    const { n, m } = pairSizes(pair)
    pair.labels.forEach((label, j) => {
      const share = (pair.reference[j] ?? 0) / n
      const moved = Math.abs((pair.current[j] ?? 0) / m - share)
      const swing = moved - z * Math.sqrt(share * (1 - share) * (1 / n + 1 / m))
      if (swing > (swings.get(label) ?? 0)) swings.set(label, swing)
    })
  }
  return swings
}
