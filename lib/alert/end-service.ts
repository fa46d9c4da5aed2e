/** Owns how the alerts of a version end that no longer serves: when that is, and what becomes of states and alerts. Pure. */
import type { NotifyWish } from '@/lib/alert/advance-input'
import { advanceMonitor } from '@/lib/alert/advance-monitor'
import type { Alert, AlertEvent, MonitorState } from '@/lib/domain/alert'
import type { Version } from '@/lib/domain/model'
import { DRIFT_POLICY } from '@/lib/domain/monitor'
import { type Cadence, DAY_MS, nominalWindowMs, toRfc3339 } from '@/lib/domain/time'

/** A version is silent for good after this many windows, and a whole day: nights and pauses are no end. */
const SILENT_WINDOWS = 3
const SILENT_MS = DAY_MS

export interface ServiceEnd {
  /** Since when it counts as ended; null: as of now. */
  readonly atMs: number | null
  readonly note: string
}

/**
 * Whether and why a version no longer serves: it was retired, or it has been silent for three windows and a day at
 * least, by the times of records, while another live version of the model served. Silence alone is no end but missing data.
 */
export function serviceEnd(
  version: Version,
  siblings: readonly Version[],
  cadence: Cadence,
): ServiceEnd | null {
  if (version.mode === 'retired') return { atMs: null, note: `${version.name} was retired.` }
  const { lastRecordMs } = version
  if (lastRecordMs === null) return null
  const atMs = lastRecordMs + Math.max(SILENT_WINDOWS * nominalWindowMs(cadence), SILENT_MS)
  const successor = siblings
    .filter(({ id, mode }) => id !== version.id && mode === 'live')
    .find((sibling) => (sibling.lastRecordMs ?? Number.NEGATIVE_INFINITY) >= atMs)
  if (!successor) return null
  const note = `${version.name} no longer serves: its last record is of ${toRfc3339(lastRecordMs)}, and ${successor.name} has served since.`
  return { atMs, note }
}

/** Resolves the open alerts of a version that no longer serves, and puts its monitors to rest. */
export function endService(input: {
  readonly nowMs: number
  readonly end: ServiceEnd
  readonly open: readonly Alert[]
  readonly states: readonly MonitorState[]
}): {
  readonly states: MonitorState[]
  readonly alerts: Alert[]
  readonly events: Omit<AlertEvent, 'id'>[]
  readonly notify: NotifyWish[]
} {
  const { nowMs, end } = input
  const alerts = input.open.map((alert): Alert => {
    // History lives by its own time, as if somebody had watched it then.
    const resolvedMs = alert.historical ? Math.max(alert.firedMs, end.atMs ?? nowMs) : nowMs
    return { ...alert, state: 'resolved', resolvedMs, resolution: 'superseded' }
  })
  const seen = { signal: 'ended', verdict: null, windowStartMs: null } as const
  return {
    states: input.states
      .filter(({ state }) => state !== 'inactive')
      .map((state) => advanceMonitor(state, seen, DRIFT_POLICY).state),
    alerts,
    events: alerts.map(({ id, resolvedMs }) => ({
      alertId: id,
      atMs: resolvedMs ?? nowMs,
      kind: 'resolved',
      actor: 'plumbline',
      note: end.note,
    })),
    notify: alerts
      .filter(({ historical }) => !historical)
      .map((alert) => ({ alert, type: 'alert.resolved', because: 'resolved' })),
  }
}
