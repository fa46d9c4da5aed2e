/** Owns when a version counts as stale: nothing came for three windows, and for a day at least. */
import { type Cadence, DAY_MS, nominalWindowMs } from '@/lib/domain/time'

export function staleAfterMs(cadence: Cadence): number {
  return Math.max(3 * nominalWindowMs(cadence), DAY_MS)
}
