/**
 * Owns sums of doubles without any rounding: whole numbers in units of 2^-1074, the smallest double. So a sum depends
 * neither on order nor on how records were split, and what was added can be taken away again.
 */
import type { ByteReader, ByteWriter } from '@/lib/summary/bytes'

const UNIT_EXPONENT = 1074
/** Additions until a buffer may leave the whole numbers of doubles: 2^20 · 2^32 < 2^53. */
const FLUSH_AFTER = 2 ** 20
const TWO_32 = 2 ** 32
const EXPONENTS = 2_047
/** A number of so many bits, times 2^-1074, is a normal double, and the product rounds nothing. */
const SAFE_BITS = 1_000

const word = new DataView(new ArrayBuffer(8))

/** Collects finite doubles; a sign of -1 takes one away. */
export class TotalBuffer {
  /** Upper and lower part of the mantissas, by exponent. */
  private readonly high = new Float64Array(EXPONENTS)
  private readonly low = new Float64Array(EXPONENTS)
  private readonly touched = new Set<number>()
  private added = 0
  private flushed = 0n

  add(value: number, sign: 1 | -1 = 1): void {
    word.setFloat64(0, value)
    const upper = word.getUint32(0)
    const exponent = (upper >>> 20) & 0x7ff
    const signed = upper >>> 31 === 1 ? -sign : sign
    // Subnormals have no leading one, and the exponent of the smallest normal ones.
    const place = exponent === 0 ? 0 : exponent - 1
    this.high[place] =
      (this.high[place] ?? 0) + signed * ((upper & 0xfffff) + (exponent === 0 ? 0 : 0x100000))
    this.low[place] = (this.low[place] ?? 0) + signed * word.getUint32(4)
    this.touched.add(place)
    if (++this.added >= FLUSH_AFTER) this.flush()
  }

  /** The sum in units of 2^-1074. */
  total(): bigint {
    this.flush()
    return this.flushed
  }

  reset(): void {
    this.flush()
    this.flushed = 0n
  }

  private flush(): void {
    for (const place of this.touched) {
      const mantissas = BigInt(this.high[place] ?? 0) * BigInt(TWO_32) + BigInt(this.low[place] ?? 0)
      this.flushed += mantissas << BigInt(place)
      this.high[place] = 0
      this.low[place] = 0
    }
    this.touched.clear()
    this.added = 0
  }
}

/** The double that is nearest to a total; beyond the largest one, the largest. */
export function totalToNumber(total: bigint): number {
  const size = total < 0n ? -total : total
  const excess = bitsOf(size) - SAFE_BITS
  let rounded: number
  if (excess <= 0) rounded = Number(size) * 2 ** -UNIT_EXPONENT
  else {
    const shift = BigInt(excess)
    const kept = size >> shift
    // What falls off still decides between two halves.
    const sticky = kept << shift === size ? 0n : 1n
    rounded = Number(kept | sticky) * 2 ** (excess - UNIT_EXPONENT)
  }
  const bounded = Math.min(rounded, Number.MAX_VALUE)
  return total < 0n ? -bounded : bounded
}

function bitsOf(size: bigint): number {
  const hex = size.toString(16)
  return (hex.length - 1) * 4 + (32 - Math.clz32(Number.parseInt(hex.charAt(0), 16)))
}

/** 0, or: sign and number of bytes, trailing zero bytes left out, those bytes, lowest first. */
export function writeTotal(writer: ByteWriter, total: bigint): void {
  if (total === 0n) {
    writer.varint(0)
    return
  }
  const hex = (total < 0n ? -total : total).toString(16)
  const padded = hex.length % 2 === 0 ? hex : `0${hex}`
  const bytes: number[] = []
  for (let at = padded.length - 2; at >= 0; at -= 2) bytes.push(Number.parseInt(padded.slice(at, at + 2), 16))
  const zeros = bytes.findIndex((byte) => byte !== 0)
  const kept = bytes.slice(zeros)
  writer.signed(total < 0n ? -kept.length : kept.length)
  writer.varint(zeros)
  writer.raw(Uint8Array.from(kept))
}

/** @throws RangeError for bytes that are no total */
export function readTotal(reader: ByteReader): bigint {
  const length = reader.signed()
  if (length === 0) return 0n
  const zeros = reader.varint()
  const count = Math.abs(length)
  if (count + zeros > 2 * EXPONENTS) throw new RangeError('an encoded summary has no such total')
  const hex = [...reader.raw(count)].reverse().map((byte) => byte.toString(16).padStart(2, '0'))
  const size = BigInt(`0x${hex.join('')}`) << BigInt(8 * zeros)
  return length < 0 ? -size : size
}
