/**
 * Owns the checksum that a frame of Zstandard may end with: XXH64 with seed 0 (RFC 8878, 3.1.1; its specification:
 * https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md).
 */

const P1 = 0x9e3779b185ebca87n
const P2 = 0xc2b2ae3d27d4eb4fn
const P3 = 0x165667b19e3779f9n
const P4 = 0x85ebca77c2b2ae63n
const P5 = 0x27d4eb2f165667c5n

const P1_HIGH = 0x9e3779b1 | 0
const P1_LOW = 0x85ebca87 | 0
const P2_HIGH = 0xc2b2ae3d | 0
const P2_LOW = 0x27d4eb4f | 0

const STRIPE_BYTES = 32
const LANES = [P1 + P2, P2, 0n, -P1]
/** By how much each lane is turned in the end. */
const TURNS = [1, 7, 12, 18]

/** The hash of bytes that are made one after another in a buffer that may be replaced by a larger copy of itself. */
export class Xxh64 {
  // Halves of 64-bit numbers: big integers take six times as long.
  private readonly high = Int32Array.from(LANES, (lane) => Number(BigInt.asIntN(32, lane >> 32n)))
  private readonly low = Int32Array.from(LANES, (lane) => Number(BigInt.asIntN(32, lane)))
  private at: number

  /** @param start  position of the first byte */
  constructor(private readonly start: number) {
    this.at = start
  }

  /** Takes what was made up to `end`, as far as it is whole stripes. */
  take(bytes: Buffer, end: number): void {
    const stop = end - ((end - this.at) % STRIPE_BYTES)
    if (stop <= this.at) return
    const view = viewOf(bytes)
    for (let lane = 0; lane < LANES.length; lane++) {
      let high = this.high[lane] as number
      let low = this.low[lane] as number
      for (let at = this.at + lane * 8; at < stop; at += STRIPE_BYTES) {
        const inLow = view.getInt32(at, true)
        const inHigh = view.getInt32(at + 4, true)
        const addLow = Math.imul(inLow, P2_LOW)
        const addHigh = (mulHigh(inLow, P2_LOW) + Math.imul(inHigh, P2_LOW) + Math.imul(inLow, P2_HIGH)) | 0
        const sumLow = (low + addLow) | 0
        const carry = sumLow >>> 0 < addLow >>> 0 ? 1 : 0
        const sumHigh = (high + addHigh + carry) | 0
        // Turned left by 31.
        const turnedLow = (sumLow << 31) | (sumHigh >>> 1)
        const turnedHigh = (sumHigh << 31) | (sumLow >>> 1)
        high =
          (mulHigh(turnedLow, P1_LOW) + Math.imul(turnedHigh, P1_LOW) + Math.imul(turnedLow, P1_HIGH)) | 0
        low = Math.imul(turnedLow, P1_LOW)
      }
      this.high[lane] = high
      this.low[lane] = low
    }
    this.at = stop
  }

  /** The hash of everything up to `end`, as an unsigned 64-bit number. */
  finish(bytes: Buffer, end: number): bigint {
    this.take(bytes, end)
    const view = viewOf(bytes)
    let hash = u64(this.joinLanes() + BigInt(end - this.start))
    let at = this.at
    for (; at + 8 <= end; at += 8) hash = u64(turn(hash ^ mix(view.getBigUint64(at, true)), 27) * P1 + P4)
    if (at + 4 <= end) {
      hash = u64(turn(hash ^ u64(BigInt(view.getUint32(at, true)) * P1), 23) * P2 + P3)
      at += 4
    }
    for (; at < end; at++) hash = u64(turn(hash ^ u64(BigInt(view.getUint8(at)) * P5), 11) * P1)
    hash = u64((hash ^ (hash >> 33n)) * P2)
    hash = u64((hash ^ (hash >> 29n)) * P3)
    return hash ^ (hash >> 32n)
  }

  private joinLanes(): bigint {
    if (this.at === this.start) return P5
    const lanes = TURNS.map((_, lane) =>
      u64((BigInt(this.high[lane] as number) << 32n) | BigInt((this.low[lane] as number) >>> 0)),
    )
    const sum = lanes.reduce((total, lane, i) => total + turn(lane, TURNS[i] as number), 0n)
    return lanes.reduce((hash, lane) => u64((hash ^ mix(lane)) * P1 + P4), u64(sum))
  }
}

function viewOf(bytes: Buffer): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
}

const u64 = (value: bigint) => BigInt.asUintN(64, value)

function turn(value: bigint, bits: number): bigint {
  return u64(value << BigInt(bits)) | (value >> BigInt(64 - bits))
}

/** One round on nothing. */
function mix(value: bigint): bigint {
  return u64(turn(u64(value * P2), 31) * P1)
}

/** The high half of the product of two unsigned 32-bit numbers. */
function mulHigh(a: number, b: number): number {
  const [a0, a1, b0, b1] = [a & 0xffff, a >>> 16, b & 0xffff, b >>> 16]
  const middle = (Math.imul(a1, b0) >>> 0) + (Math.imul(a0, b0) >>> 16)
  const other = (Math.imul(a0, b1) >>> 0) + (middle & 0xffff)
  return (Math.imul(a1, b1) + (middle >>> 16) + (other >>> 16)) | 0
}
