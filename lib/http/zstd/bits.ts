/** Owns reading bits of Zstandard: forwards where tables are described, backwards where they are used (RFC 8878, 4.1). */
import { DamagedStream } from '@/lib/http/damaged-stream'

export function damaged(): DamagedStream {
  return new DamagedStream('The stream is damaged.')
}

export function cutOff(): DamagedStream {
  return new DamagedStream('The stream is cut off.')
}

/** Up to 24 bits at bit `at` of the bytes that begin at `start`; beyond the end of the bytes there are zeros. */
export function bitsAt(bytes: Uint8Array, start: number, at: number, count: number): number {
  const byte = start + (at >>> 3)
  const four =
    (bytes[byte] as number) |
    ((bytes[byte + 1] as number) << 8) |
    ((bytes[byte + 2] as number) << 16) |
    ((bytes[byte + 3] as number) << 24)
  return (four >>> (at & 7)) & ((1 << count) - 1)
}

/** A stream that is read from its end: the highest bit that is set in its last byte marks where it begins. */
export class BackwardBits {
  /** Bits that are left; negative once more were read than there are. */
  left: number

  constructor(
    private readonly bytes: Uint8Array,
    private readonly start: number,
    end: number,
  ) {
    const last = end > start ? (bytes[end - 1] as number) : 0
    if (last === 0) throw damaged()
    this.left = (end - start) * 8 - 1 - (Math.clz32(last) - 24)
  }

  /** The next `count` bits (at most 31) as a number; before the beginning there are zeros. */
  read(count: number): number {
    if (count > 24) {
      const high = this.read(count - 16)
      return high * 65_536 + this.read(16)
    }
    this.left -= count
    if (this.left >= 0) return bitsAt(this.bytes, this.start, this.left, count)
    const missing = -this.left
    return missing >= count ? 0 : bitsAt(this.bytes, this.start, 0, count - missing) << missing
  }

  /** The next `count` bits (at most 24) without taking them. */
  peek(count: number): number {
    const before = this.left
    const value = this.read(count)
    this.left = before
    return value
  }
}
