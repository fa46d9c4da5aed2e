/**
 * Owns drawing how many rows of a sample fall to each point of a law, seeded.
 *
 * Small samples are drawn row by row, so that their size is exact. In larger ones every point has a Poisson number of its
 * own (so the size varies by its root, and shares are taken of what was drawn): by inversion where few rows are expected,
 * else by a normal number with the skewness of a Poisson one (Cornish & Fisher 1938).
 */
import type { Mulberry32 } from '@/lib/stats/mulberry32'
import { normalQuantile } from '@/lib/stats/special/normal'

/** Samples up to this size are drawn row by row. */
const MOST_SINGLE_ROWS = 150
/** Expected rows of a point from which on its number is near enough to normal. */
const MANY_ROWS = 12
/** Quantiles of the standard normal law to pick from; their ends are 3.7 deviations out. */
const NORMAL_BITS = 12
/** Slots in which a row looks up its point; two points that share one are told apart by a second number. */
const SLOT_BITS = 12

const NORMALS = Float64Array.from({ length: 1 << NORMAL_BITS }, (_, k) =>
  normalQuantile((k + 0.5) / (1 << NORMAL_BITS)),
)

/** Draws samples of one size: fills `counts`, an entry a point, and returns their sum. */
export type CountSampler = (random: Mulberry32, counts: Float64Array) => number

/** @param shares of the points, in sum 1 @param size expected rows of a sample */
export function countSampler(shares: Float64Array, size: number): CountSampler {
  return size <= MOST_SINGLE_ROWS ? rowByRow(shares, size) : pointByPoint(shares, size)
}

function rowByRow(shares: Float64Array, size: number): CountSampler {
  const slots = 1 << SLOT_BITS
  const ends = new Float64Array(shares.length)
  let sum = 0
  for (let j = 0; j < shares.length; j++) ends[j] = sum += shares[j]!
  // The first point that a number of the slot can fall to.
  const first = new Int32Array(slots)
  for (let slot = 0, j = 0; slot < slots; slot++) {
    while (j < ends.length - 1 && ends[j]! <= slot / slots) j++
    first[slot] = j
  }
  return (random, counts) => {
    counts.fill(0)
    for (let row = 0; row < size; row++) {
      const u = random.uniform()
      let j = first[Math.floor(u * slots)]!
      while (j < ends.length - 1 && ends[j]! <= u) j++
      counts[j]!++
    }
    return size
  }
}

function pointByPoint(shares: Float64Array, size: number): CountSampler {
  const expected = shares.map((share) => share * size)
  const roots = expected.map(Math.sqrt)
  const none = expected.map((mean) => Math.exp(-mean))
  return (random, counts) => {
    let total = 0
    for (let j = 0; j < expected.length; j++) {
      const mean = expected[j]!
      let count = 0
      if (mean >= MANY_ROWS) {
        const z = NORMALS[random.u32() >>> (32 - NORMAL_BITS)]!
        count = Math.max(0, Math.round(mean + roots[j]! * z + (z * z - 1) / 6))
      } else {
        let [rest, chance] = [random.uniform(), none[j]!]
        while (rest > chance && chance > 0) {
          rest -= chance
          chance *= mean / ++count
        }
      }
      counts[j] = count
      total += count
    }
    return total
  }
}
