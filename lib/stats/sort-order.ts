/**
 * Stable order of finite numbers by radix sort: 100,000 of them in a few milliseconds, where sorting an index with
 * a comparator takes ten times as long. Source: Knuth, The Art of Computer Programming 3, 5.2.5 (least significant
 * digit first).
 */

const DIGIT_BITS = 11
const DIGITS = 6
const BUCKETS = 1 << DIGIT_BITS
const MASK = BUCKETS - 1
/** Where the sign lies in a double: the byte order of the machine. */
const HIGH_WORD = new Uint32Array(Float64Array.of(-0).buffer)[1] === 0 ? 0 : 1
/** Below this many values, clearing the buckets costs more than comparisons. */
const SMALL = 512

/**
 * @param values finite; -0 counts as 0
 * @returns row numbers in ascending order of value, equal values in the order of their rows
 */
export function ascendingOrder(values: ArrayLike<number>): Uint32Array {
  const n = values.length
  let from = new Uint32Array(n)
  for (let row = 0; row < n; row++) from[row] = row
  if (n < SMALL) return from.sort((a, b) => values[a]! - values[b]! || a - b)
  const { low, high } = sortableBits(values)
  let to = new Uint32Array(n)
  const starts = new Uint32Array(BUCKETS)
  for (let digit = 0; digit < DIGITS; digit++) {
    // Digits 0 … 2 lie in the low word (the third has ten bits), 3 … 5 in the high one.
    const sorted = sortByDigit(from, to, digit < 3 ? low : high, (digit % 3) * DIGIT_BITS, starts)
    if (sorted) [from, to] = [to, from]
  }
  return from
}

/** Moves rows to `to` in order of one digit; false when all rows have the same, and nothing needs to move. */
function sortByDigit(
  from: Uint32Array,
  to: Uint32Array,
  word: Uint32Array,
  shift: number,
  starts: Uint32Array,
): boolean {
  const n = from.length
  starts.fill(0)
  for (let row = 0; row < n; row++) starts[(word[row]! >>> shift) & MASK]!++
  if (starts[(word[0]! >>> shift) & MASK] === n) return false
  let sum = 0
  for (let bucket = 0; bucket < BUCKETS; bucket++) {
    const count = starts[bucket]!
    starts[bucket] = sum
    sum += count
  }
  for (let i = 0; i < n; i++) {
    const row = from[i]!
    to[starts[(word[row]! >>> shift) & MASK]!++] = row
  }
  return true
}

/** The bits of each double, changed so that their order as unsigned integers is the order of the numbers. */
function sortableBits(values: ArrayLike<number>): { low: Uint32Array; high: Uint32Array } {
  const n = values.length
  // Adding zero turns -0 into 0.
  const numbers = new Float64Array(n)
  for (let row = 0; row < n; row++) numbers[row] = values[row]! + 0
  const bits = new Uint32Array(numbers.buffer)
  const low = new Uint32Array(n)
  const high = new Uint32Array(n)
  for (let row = 0; row < n; row++) {
    const top = bits[2 * row + HIGH_WORD]!
    const bottom = bits[2 * row + 1 - HIGH_WORD]!
    const negative = top >= 0x80000000
    high[row] = negative ? ~top : top ^ 0x80000000
    low[row] = negative ? ~bottom : bottom
  }
  return { low, high }
}
