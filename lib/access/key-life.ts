/** Owns whether a key works, and whose it is. */
import type { ApiKey } from '@/db/contracts/access-records'

/** The first key of the client: keys that succeed one another share quotas and counts. */
export const clientOf = (key: Pick<ApiKey, 'id' | 'clientId'>): number => key.clientId ?? key.id

/** Whether a key works at this instant. */
export function isLive(key: Pick<ApiKey, 'revokedMs' | 'expiresMs'>, nowMs: number): boolean {
  return key.revokedMs === null && (key.expiresMs === null || key.expiresMs > nowMs)
}
