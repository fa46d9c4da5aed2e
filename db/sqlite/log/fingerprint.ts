/** Owns the 64-bit fingerprint of a record's identity; a hit is always verified, so it need not be perfect. */

/** Scrambles 32 bits so that every input bit reaches every output bit (finaliser of MurmurHash3, Appleby 2011). */
function scramble(hash: number): number {
  let h = hash
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

/**
 * Fingerprints of `prefix` + NUL + text, for many texts of one prefix: the prefix is hashed once.
 * Two 32-bit streams with different multipliers (the body step of MurmurHash3 over UTF-16 units).
 * Stored in log partitions: changing it makes old ids unrecognisable.
 */
export class Fingerprinter {
  /** Halves of the last fingerprint, each 0 … 2³²−1. */
  high = 0
  low = 0
  private readonly startA: number
  private readonly startB: number

  constructor(prefix: string) {
    let a = 0x9747b28c | 0
    let b = 0x5bd1e995 | 0
    for (let i = 0; i <= prefix.length; i++) {
      const unit = i < prefix.length ? prefix.charCodeAt(i) : 0
      a = stepA(a, unit)
      b = stepB(b, unit)
    }
    this.startA = a
    this.startB = b
  }

  /** Computes the fingerprint of a text into `high` and `low`. */
  compute(text: string): void {
    let a = this.startA
    let b = this.startB
    const { length } = text
    for (let i = 0; i < length; i++) {
      const unit = text.charCodeAt(i)
      a = stepA(a, unit)
      b = stepB(b, unit)
    }
    this.high = scramble(a ^ length)
    this.low = scramble(b ^ Math.imul(length, 0x27d4eb2f))
  }
}

function stepA(hash: number, unit: number): number {
  const mixed = Math.imul(unit ^ (unit << 17), 0xcc9e2d51)
  const h = hash ^ Math.imul((mixed << 15) | (mixed >>> 17), 0x1b873593)
  return (Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64) | 0
}

function stepB(hash: number, unit: number): number {
  const mixed = Math.imul(unit ^ (unit << 19), 0x239b961b)
  const h = hash ^ Math.imul((mixed << 16) | (mixed >>> 16), 0xab0e9789 | 0)
  return (Math.imul((h << 11) | (h >>> 21), 5) + 0x561ccd1b) | 0
}
