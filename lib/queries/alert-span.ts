/** Owns which stretch of time an alert covers: until now while it lasts, until its data ends when that is history. */
import type { Alert } from '@/lib/domain/alert'
import type { Version } from '@/lib/domain/model'
import { type Cadence, type TimeRange, windowContaining } from '@/lib/domain/time'

export function alertSpan(
  alert: Pick<Alert, 'onsetMs' | 'resolvedMs' | 'historical'>,
  version: Pick<Version, 'lastRecordMs'> | null,
  cadence: Cadence,
  nowMs: number,
): TimeRange {
  const lastMs = version?.lastRecordMs ?? null
  const dataEndMs =
    alert.historical && lastMs !== null ? Math.min(nowMs, windowContaining(cadence, lastMs).endMs) : nowMs
  return { startMs: alert.onsetMs, endMs: Math.max(alert.onsetMs, alert.resolvedMs ?? dataEndMs) }
}

/** Nothing new happens to it: it is resolved, or about data of the past. */
export function isOver(alert: Pick<Alert, 'state' | 'historical'>): boolean {
  return alert.state === 'resolved' || alert.historical
}
