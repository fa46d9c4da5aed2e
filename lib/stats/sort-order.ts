/**
 * Stable order of finite numbers by radix sort: 100,000 of them in a few milliseconds, where sorting an index with
 * a comparator takes ten times as long. Source: Knuth, The Art of Computer Programming 3, 5.2.5 (least significant
 * digit first).
 */

const DIGIT_BITS = 11
const DIGITS = 6
const BUCKETS = 1 << DIGIT_BITS
const MASK = BUCKETS - 1
/** Below this many values, clearing the buckets costs more than comparisons. */
const SMALL = 512

/**
 * @param values finite; -0 counts as 0
 * @returns row numbers in ascending order of value, equal values in the order of their rows
 */
export function ascendingOrder(values: ArrayLike<number>): Uint32Array {
  const n = values.length
  const order = Uint32Array.from({ length: n }, (_, row) => row)
  if (n < SMALL) return order.sort((a, b) => values[a]! - values[b]! || a - b)
  const { low, high } = sortableBits(values)
  let from = order
  let to = new Uint32Array(n)
  const starts = new Uint32Array(BUCKETS)
  for (let digit = 0; digit < DIGITS; digit++) {
    const digitOf = digitReader(low, high, digit)
    starts.fill(0)
    for (let row = 0; row < n; row++) starts[digitOf(row)]!++
    let sum = 0
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      const count = starts[bucket]!
      starts[bucket] = sum
      sum += count
    }
    for (let i = 0; i < n; i++) {
      const row = from[i]!
      to[starts[digitOf(row)]!++] = row
    }
    ;[from, to] = [to, from]
  }
  return from
}

/** The bits of each double, changed so that their order as unsigned integers is the order of the numbers. */
function sortableBits(values: ArrayLike<number>): { low: Uint32Array; high: Uint32Array } {
  const n = values.length
  const low = new Uint32Array(n)
  const high = new Uint32Array(n)
  const view = new DataView(new ArrayBuffer(8))
  for (let row = 0; row < n; row++) {
    // Adding zero turns -0 into 0.
    view.setFloat64(0, values[row]! + 0)
    const top = view.getUint32(0)
    const bottom = view.getUint32(4)
    const negative = top >= 0x80000000
    high[row] = negative ? ~top : top ^ 0x80000000
    low[row] = negative ? ~bottom : bottom
  }
  return { low, high }
}

/** Digits 0 … 2 lie in the low word (the third has ten bits), 3 … 5 in the high one. */
function digitReader(low: Uint32Array, high: Uint32Array, digit: number): (row: number) => number {
  const word = digit < 3 ? low : high
  const shift = (digit % 3) * DIGIT_BITS
  return (row) => (word[row]! >>> shift) & MASK
}
