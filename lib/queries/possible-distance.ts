/** Owns telling limits that a distance can reach from those that only say how few the values were. */
import { DRIFT_METHODS } from '@/lib/stats/methods'

/** A distance as it is, or null where none of the method can be as large: what chance adds knows no bound. */
export function possibleDistance(method: string | null, distance: number): number | null {
  const largest = DRIFT_METHODS.find(({ id }) => id === method)?.range[1] ?? Number.POSITIVE_INFINITY
  return distance < largest ? distance : null
}
