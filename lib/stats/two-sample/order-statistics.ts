/**
 * Finds single order statistics of finite numbers without sorting all of them: counts the leading bits of every value, and
 * sorts only those values that share the leading bits of one that is asked for.
 * Source: Knuth, The Art of Computer Programming 3, 5.2.5 (most significant digit first) and 5.3.3.
 */
import { sortAscending } from '@/lib/stats/sort-ascending'

/** Sign, exponent, and four bits of the mantissa: 16 groups an octave, whose counts stay in the cache. */
const SHIFT = 16
const GROUPS = 1 << 16
const SIGN = 0x80000000
/** Where the high half of a double lies: the byte order of the machine. */
const HIGH = new Uint32Array(Float64Array.of(-0).buffer)[1] === 0 ? 0 : 1
/** Below this many values, clearing the groups costs more than sorting. */
const SMALL = 20_000

const wordsOf = (values: Float64Array) => new Uint32Array(values.buffer, values.byteOffset, 2 * values.length)

/** Leading bits in the order of the numbers: all of a negative number are turned, else only the sign. */
const groupOf = (high: number) => (high ^ ((high >> 31) | SIGN)) >>> SHIFT

function countGroups(parts: readonly Float64Array[]): Uint32Array {
  const counts = new Uint32Array(GROUPS)
  for (const part of parts) {
    const words = wordsOf(part)
    for (let k = HIGH; k < words.length; k += 2) counts[groupOf(words[k]!)]!++
  }
  return counts
}

/** Values of the groups that are marked, each group ascending. @param marks position in `sizes` and one more; 0: not asked for */
function gather(parts: readonly Float64Array[], marks: Uint8Array, sizes: readonly number[]): Float64Array[] {
  const groups = sizes.map((size) => new Float64Array(size))
  const filled = new Uint32Array(sizes.length)
  for (const part of parts) {
    const words = wordsOf(part)
    for (let i = 0; i < part.length; i++) {
      const mark = marks[groupOf(words[2 * i + HIGH]!)]!
      if (mark > 0) groups[mark - 1]![filled[mark - 1]!++] = part[i]!
    }
  }
  for (const group of groups) sortAscending(group)
  return groups
}

function pooledSorted(parts: readonly Float64Array[], size: number): Float64Array {
  const values = new Float64Array(size)
  let at = 0
  for (const part of parts) {
    values.set(part, at)
    at += part.length
  }
  return sortAscending(values)
}

/**
 * @param parts finite values in any order, together one sample; they are left as they are
 * @param ranks of the pooled sample, ascending, 0 for the smallest; at most 255
 * @returns the values at these ranks
 */
export function orderStatistics(parts: readonly Float64Array[], ranks: readonly number[]): number[] {
  const size = parts.reduce((sum, part) => sum + part.length, 0)
  if (size < SMALL) {
    const sorted = pooledSorted(parts, size)
    return ranks.map((rank) => sorted[rank]!)
  }
  const counts = countGroups(parts)
  const marks = new Uint8Array(GROUPS)
  const sizes: number[] = []
  let [group, before] = [0, 0]
  const places = ranks.map((rank) => {
    while (before + counts[group]! <= rank) before += counts[group++]!
    if (marks[group] === 0) marks[group] = sizes.push(counts[group]!)
    return { slot: marks[group]! - 1, at: rank - before }
  })
  const groups = gather(parts, marks, sizes)
  return places.map(({ slot, at }) => groups[slot]![at]!)
}
