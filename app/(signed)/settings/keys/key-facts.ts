/** Owns what the page of keys says of one: whether it works, how long, and how much its client may send. */
import { formatBytes, formatCount } from '@/app/format'
import type { KeyItem } from '@/lib/queries/keys'

const HOUR_MS = 3_600_000

/** State of a key in words; `isLive` while it works. */
export function keyState(key: KeyItem, nowMs: number): { word: string; isLive: boolean } {
  if (key.revokedMs !== null) return { word: 'Revoked', isLive: false }
  if (key.expiresMs === null) return { word: 'Active', isLive: true }
  if (key.expiresMs <= nowMs) return { word: 'Replaced', isLive: false }
  const hours = Math.ceil((key.expiresMs - nowMs) / HOUR_MS)
  return { word: `Ends in ${hours < 48 ? `${hours} h` : `${Math.round(hours / 24)} days`}`, isLive: true }
}

/** `200 records/s, 50 KiB/s`, or `–`. */
export function quotaWords({ recordsPerSecond, bytesPerSecond }: KeyItem): string {
  const parts = [
    recordsPerSecond === null
      ? ''
      : `${recordsPerSecond >= 1 ? formatCount(recordsPerSecond) : recordsPerSecond} records/s`,
    bytesPerSecond === null ? '' : `${formatBytes(bytesPerSecond)}/s`,
  ]
  return parts.filter((part) => part !== '').join(', ') || '–'
}

/** Whether a key has a successor that works, or is one: then its client has both keys it may have. */
export function hasTwoKeys(key: KeyItem, all: readonly KeyItem[], nowMs: number): boolean {
  const client = key.clientId ?? key.id
  return (
    all.filter((other) => (other.clientId ?? other.id) === client && keyState(other, nowMs).isLive).length > 1
  )
}
