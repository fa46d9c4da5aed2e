/** Owns the brake on guessing passwords: waits that grow with each failure, per name and address. Keeps no names after they cool off. */
import { oncePer } from '@/lib/domain/once-per'

/** Failures that cost nothing: people mistype. */
const FREE_FAILURES = 5
const FIRST_WAIT_MS = 1_000
/** No permanent lock-out: the longest wait. */
const LONGEST_WAIT_MS = 60_000
/** A pair without failures for this long is forgotten. */
const FORGET_AFTER_MS = 900_000
/** Bound of memory under an attack with made-up names; the oldest pair goes first. */
const MAX_PAIRS = 10_000

export interface SignInThrottle {
  /** Milliseconds to wait before the next try; 0 when it may be made now. */
  waitMs(name: string, address: string, nowMs: number): number
  failed(name: string, address: string, nowMs: number): void
  succeeded(name: string, address: string): void
}

/** The throttle that belongs to a store, made on first use: it lives as long as the store is open. */
export const throttleOf = oncePer((_store: object) => createSignInThrottle())

/** A throttle in memory of this process. */
export function createSignInThrottle(): SignInThrottle {
  const pairs = new Map<string, { failures: number; lastMs: number }>()
  const keysOf = (name: string, address: string) => [
    `name:${name.toLowerCase()}|${address}`,
    `address:${address}`,
  ]
  const waitOf = (key: string, free: number, nowMs: number): number => {
    const pair = pairs.get(key)
    if (!pair || pair.failures < free || nowMs - pair.lastMs > FORGET_AFTER_MS) return 0
    const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(16, pair.failures - free))
    return Math.max(0, pair.lastMs + wait - nowMs)
  }
  return {
    waitMs(name, address, nowMs) {
      const [both = '', alone = ''] = keysOf(name, address)
      // An address that tries many names is braked too, later: several people may share it.
      return Math.max(waitOf(both, FREE_FAILURES, nowMs), waitOf(alone, FREE_FAILURES * 4, nowMs))
    },
    failed(name, address, nowMs) {
      for (const key of keysOf(name, address)) {
        const known = pairs.get(key)
        const failures = known && nowMs - known.lastMs <= FORGET_AFTER_MS ? known.failures : 0
        pairs.delete(key)
        pairs.set(key, { failures: failures + 1, lastMs: nowMs })
      }
      for (const oldest of pairs.keys()) {
        if (pairs.size <= MAX_PAIRS) break
        pairs.delete(oldest)
      }
    },
    succeeded(name, address) {
      const [both = ''] = keysOf(name, address)
      pairs.delete(both)
    },
  }
}
