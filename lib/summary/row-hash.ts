/**
 * Owns the number by which rows of a sample are drawn: 53 bits from a record's id and time, as good as random.
 *
 * A multiplicative hash of two halves with the final mixing of MurmurHash3. Knows no record beyond these two.
 */

const TWO_32 = 2 ** 32

function mixed(h: number): number {
  let x = h
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b)
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35)
  return x ^ (x >>> 16)
}

/** The same of an id that stands as ASCII in `bytes` from `start` to `end`. */
export function rowHashOfBytes(bytes: Uint8Array, start: number, end: number, atMs: number): number {
  let low = atMs | 0
  let high = Math.floor(atMs / TWO_32) ^ 0x9747b28c
  for (let i = start; i < end; i++) {
    const unit = bytes[i] ?? 0
    low = Math.imul(low ^ unit, 0x9e3779b1)
    high = Math.imul(high ^ unit, 0x5f356495)
    high = (high << 13) | (high >>> 19)
  }
  return finished(low, high, end - start)
}

/** Whole number in [0, 2^53), the same for the same id and instant on every machine. */
export function rowHash(id: string, atMs: number): number {
  let low = atMs | 0
  let high = Math.floor(atMs / TWO_32) ^ 0x9747b28c
  for (let i = 0; i < id.length; i++) {
    const unit = id.charCodeAt(i)
    low = Math.imul(low ^ unit, 0x9e3779b1)
    high = Math.imul(high ^ unit, 0x5f356495)
    high = (high << 13) | (high >>> 19)
  }
  return finished(low, high, id.length)
}

function finished(a: number, b: number, length: number): number {
  const low = mixed(a ^ length)
  const high = mixed(b ^ low)
  return (high & 0x1fffff) * TWO_32 + (mixed(low ^ Math.imul(high, 5)) >>> 0)
}
