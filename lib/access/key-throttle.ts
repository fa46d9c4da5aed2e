/**
 * Owns the brake on floods of wrong API keys: an allowance per network and per key prefix that fills up again.
 * It only counts failures, so right keys are never held up, whoever else sends from the same address.
 */
import { isIPv6 } from 'node:net'

export interface Allowance {
  /** Wrong keys at once. */
  readonly burst: number
  readonly perSecond: number
}

/** Enough for a fleet behind one address whose key was just revoked; a flood uses it up within a second. */
const OF_NETWORK: Allowance = { burst: 200, perSecond: 2 }
/** One prefix from many addresses: somebody guesses the rest of a key. */
const OF_PREFIX: Allowance = { burst: 500, perSecond: 5 }
/** Bound of memory under an attack with made-up prefixes or addresses; the one not seen for longest goes first. */
const MAX_BUCKETS = 10_000

/** The part of our keys that is shown in lists, and so may be known. */
const KNOWN_PREFIX = /^plb_[\w-]{6}/

export interface KeyThrottle {
  /**
   * Counts one wrong key.
   * @returns milliseconds until another wrong key is answered as such, 0 while the allowance lasts; `isNew` when it has just run out
   */
  failed(secret: string, address: string, nowMs: number): { waitMs: number; isNew: boolean }
  /** Networks and prefixes remembered. */
  readonly size: number
}

/** A throttle in memory of this process. */
export function createKeyThrottle(
  ofNetwork: Allowance = OF_NETWORK,
  ofPrefix: Allowance = OF_PREFIX,
): KeyThrottle {
  const networks = new Buckets(ofNetwork)
  const prefixes = new Buckets(ofPrefix)
  return {
    failed(secret, address, nowMs) {
      const prefix = KNOWN_PREFIX.exec(secret)?.[0]
      const byNetwork = networks.take(networkOf(address), nowMs)
      const byPrefix = prefix === undefined ? WITHIN : prefixes.take(prefix, nowMs)
      return byPrefix.waitMs > byNetwork.waitMs ? byPrefix : byNetwork
    },
    get size() {
      return networks.size + prefixes.size
    },
  }
}

/** Who may be one sender: an IPv4 address, or the /64 that one IPv6 customer has. */
export function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  if (mapped !== undefined) return mapped
  if (!isIPv6(address)) return address
  const [head = '', tail] = (address.split('%')[0] ?? '').toLowerCase().split('::')
  const first = head.split(':').filter((group) => group !== '')
  const last = (tail ?? '').split(':').filter((group) => group !== '')
  const zeros = Array.from({ length: Math.max(0, 8 - first.length - last.length) }, () => '0')
  const groups = tail === undefined ? first : [...first, ...zeros, ...last]
  return `${groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')}::/64`
}

interface Taken {
  readonly waitMs: number
  readonly isNew: boolean
}

const WITHIN: Taken = { waitMs: 0, isNew: false }

/** Token buckets by name. */
class Buckets {
  private readonly buckets = new Map<string, { tokens: number; atMs: number; isEmpty: boolean }>()

  constructor(private readonly allowance: Allowance) {}

  get size(): number {
    return this.buckets.size
  }

  take(name: string, nowMs: number): Taken {
    const { burst, perSecond } = this.allowance
    const bucket = this.buckets.get(name) ?? { tokens: burst, atMs: nowMs, isEmpty: false }
    this.buckets.delete(name)
    this.buckets.set(name, bucket)
    this.dropOldest()
    const elapsedMs = Math.max(0, nowMs - bucket.atMs)
    bucket.tokens = Math.min(burst, bucket.tokens + (elapsedMs / 1_000) * perSecond)
    bucket.atMs = nowMs
    if (bucket.tokens >= burst / 2) bucket.isEmpty = false
    if (bucket.tokens >= 1) {
      bucket.tokens--
      return WITHIN
    }
    const isNew = !bucket.isEmpty
    bucket.isEmpty = true
    return { waitMs: ((1 - bucket.tokens) / perSecond) * 1_000, isNew }
  }

  private dropOldest(): void {
    for (const oldest of this.buckets.keys()) {
      if (this.buckets.size <= MAX_BUCKETS) return
      this.buckets.delete(oldest)
    }
  }
}
