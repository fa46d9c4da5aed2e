/**
 * Owns the door of the tests on raw samples: two lists are finite numbers and long enough, or the reason why not.
 * It must not drop values: missing ones are left out and counted before.
 */
import { type Outcome, type Undefined, undefinedBecause } from '@/lib/stats/outcome'
import { sortAscending } from '@/lib/stats/sort-ascending'

export type SamplePair = Outcome<{ readonly x: Float64Array; readonly y: Float64Array }>

/** A copy as typed array, or null when something is no finite number. */
export function finiteCopy(values: ArrayLike<number>): Float64Array | null {
  if (!ArrayBuffer.isView(values)) {
    // A typed array would turn '5', true and null into numbers without a word.
    for (let i = 0; i < values.length; i++) if (typeof values[i] !== 'number') return null
  }
  const copy = new Float64Array(values)
  for (let i = 0; i < copy.length; i++) if (!Number.isFinite(copy[i]!)) return null
  return copy
}

/**
 * @param atLeast fewest values a side, at least 1
 * @returns copies in the given order, `invalid_value` or `too_few_values`
 */
export function samplePair(
  reference: ArrayLike<number>,
  current: ArrayLike<number>,
  atLeast: number,
): SamplePair {
  const x = finiteCopy(reference)
  const y = finiteCopy(current)
  if (!x || !y) return undefinedBecause('invalid_value')
  if (Math.min(x.length, y.length) < Math.max(1, atLeast)) return undefinedBecause('too_few_values')
  return { status: 'ok', x, y }
}

/** The same with both copies ascending. */
export function sortedPair(
  reference: ArrayLike<number>,
  current: ArrayLike<number>,
  atLeast: number,
): SamplePair {
  const pair = samplePair(reference, current, atLeast)
  if (pair.status === 'ok') {
    sortAscending(pair.x)
    sortAscending(pair.y)
  }
  return pair
}

/** `constant` when all values of two sorted samples are one value, else null. */
export function constantPair(x: Float64Array, y: Float64Array): Undefined | null {
  const low = Math.min(x[0]!, y[0]!)
  const high = Math.max(x[x.length - 1]!, y[y.length - 1]!)
  return low === high ? undefinedBecause('constant') : null
}
