/**
 * HyperLogLog: an estimate of the number of different texts, with a standard error of 1.04/√(2^p).
 *
 * Hash: murmur3 x86 32 of the UTF-8 text with two seeds. Register: the top p bits of the first hash; value: leading
 * zeros of the remaining 64-p bits, plus 1. Merging takes the maximum. Source: Flajolet et al. 2007;
 * statistics.md section 15; golden file `hyperloglog`.
 * Example: one text a million times is counted as 1.
 */

export const DEFAULT_HYPERLOGLOG_PRECISION = 14
const SECOND_SEED = 0x9747b28c

export interface HyperLogLog {
  /** p: there are 2^p registers. */
  readonly precision: number
  readonly registers: Uint8Array
}

const encoder = new TextEncoder()
let scratch = new Uint8Array(4096)

/** The sketch of no texts. */
export function emptyHyperLogLog(precision: number = DEFAULT_HYPERLOGLOG_PRECISION): HyperLogLog {
  return { precision, registers: new Uint8Array(2 ** precision) }
}

/** Adds one text, in place. */
export function addToHyperLogLog(sketch: HyperLogLog, text: string): void {
  if (scratch.length < text.length * 3) scratch = new Uint8Array(text.length * 6)
  const length = encoder.encodeInto(text, scratch).written
  const first = murmur3(scratch, length, 0)
  const { precision, registers } = sketch
  const restBits = 32 - precision
  const rest = (first & (2 ** restBits - 1)) >>> 0
  const zeros =
    rest !== 0 ? Math.clz32(rest) - precision : restBits + Math.clz32(murmur3(scratch, length, SECOND_SEED))
  const index = first >>> restBits
  if (zeros + 1 > registers[index]!) registers[index] = zeros + 1
}

/**
 * Sketch of the union; the arguments are left alone.
 * @throws RangeError when their precisions differ
 */
export function mergeHyperLogLogs(a: Readonly<HyperLogLog>, b: Readonly<HyperLogLog>): HyperLogLog {
  if (a.precision !== b.precision) throw new RangeError('sketches of different precision do not merge')
  return {
    precision: a.precision,
    registers: a.registers.map((value, index) => Math.max(value, b.registers[index]!)),
  }
}

/** Estimated number of different texts; with many empty registers by linear counting. */
export function estimateHyperLogLog(sketch: Readonly<HyperLogLog>): number {
  const m = sketch.registers.length
  let sum = 0
  let empty = 0
  for (const value of sketch.registers) {
    sum += 2 ** -value
    if (value === 0) empty++
  }
  const estimate = (biasOf(m) * m * m) / sum
  return estimate <= 2.5 * m && empty > 0 ? m * Math.log(m / empty) : estimate
}

/** Two 32-bit hashes of a text: the seeds of one HyperLogLog entry. */
export function hashText(text: string): [number, number] {
  const bytes = encoder.encode(text)
  return [murmur3(bytes, bytes.length, 0), murmur3(bytes, bytes.length, SECOND_SEED)]
}

function biasOf(m: number): number {
  if (m === 16) return 0.673
  if (m === 32) return 0.697
  if (m === 64) return 0.709
  return 0.7213 / (1 + 1.079 / m)
}

function murmur3(bytes: Uint8Array, length: number, seed: number): number {
  const blocks = length - (length % 4)
  let hash = seed
  for (let i = 0; i < blocks; i += 4) {
    const word = bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24)
    hash = Math.imul(rotate(hash ^ scramble(word), 13), 5) + 0xe6546b64
  }
  let tail = 0
  for (let i = length - 1; i >= blocks; i--) tail = (tail << 8) | bytes[i]!
  if (length > blocks) hash ^= scramble(tail)
  hash ^= length
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}

function scramble(word: number): number {
  return Math.imul(rotate(Math.imul(word, 0xcc9e2d51), 15), 0x1b873593)
}

function rotate(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits))
}
