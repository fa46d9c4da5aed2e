/** Owns which alert explains which: a more basic cause silences what follows from it. Pure. */
import type { Alert } from '@/lib/domain/alert'
import { columnKey } from '@/lib/domain/column'
import type { Cause, Monitor } from '@/lib/domain/monitor'

/** Lower explains higher. Software faults neither explain nor are explained. */
const RANK: Readonly<Record<Cause, number | null>> = {
  no_data: 0,
  schema: 1,
  data_quality: 2,
  input_drift: 3,
  output_drift: 3,
  quality: 3,
  software: null,
}

interface Reach {
  readonly columns: ReadonlySet<string>
  /** Some member speaks of the whole version. */
  readonly whole: boolean
}

/**
 * The open alert of the same version that explains each open alert, or null.
 *
 * One alert explains another when its cause is more basic, it began no more than one window later, and it touches all
 * columns of the other (missing data touches everything). A fault in the inputs also explains moved outputs and lower
 * quality, but only when it is at least as severe: a warning never hides a critical alert behind another column.
 */
export function explainAlerts(
  alerts: readonly Alert[],
  monitors: ReadonlyMap<number, Monitor>,
  windowMs: number,
): Map<number, Alert | null> {
  const open = alerts.filter((alert) => alert.state !== 'resolved')
  const reaches = new Map(open.map((alert) => [alert.id, reachOf(alert, monitors)]))
  const answer = new Map<number, Alert | null>()
  for (const alert of open) {
    const causes = open
      .filter((other) => other.id !== alert.id && explains(other, alert, reaches, windowMs))
      .sort((a, b) => (RANK[a.cause] ?? 0) - (RANK[b.cause] ?? 0) || a.onsetMs - b.onsetMs)
    answer.set(alert.id, causes[0] ?? null)
  }
  return answer
}

function reachOf(alert: Alert, monitors: ReadonlyMap<number, Monitor>): Reach {
  const members = alert.members.flatMap((member) => monitors.get(member.monitorId) ?? [])
  return {
    columns: new Set(members.flatMap((monitor) => (monitor.column ? [columnKey(monitor.column)] : []))),
    whole: members.some((monitor) => monitor.column === null),
  }
}

function explains(
  basic: Alert,
  other: Alert,
  reaches: ReadonlyMap<number, Reach>,
  windowMs: number,
): boolean {
  const basicRank = RANK[basic.cause]
  const otherRank = RANK[other.cause]
  if (basicRank === null || otherRank === null || basicRank >= otherRank) return false
  // Nobody was told of a historical alert, so it cannot stand in for a live one.
  if (basic.historical && !other.historical) return false
  if (basic.onsetMs > other.onsetMs + windowMs) return false
  const reach = reaches.get(basic.id)
  const otherReach = reaches.get(other.id)
  if (!reach || !otherReach) return false
  if (basic.cause === 'no_data') return true
  const sameColumns =
    otherReach.columns.size > 0 && [...otherReach.columns].every((key) => reach.columns.has(key))
  if (sameColumns && !otherReach.whole) return true
  const followsFromInputs = other.cause === 'output_drift' || other.cause === 'quality'
  return followsFromInputs && (basic.severity === 'critical' || other.severity === 'warning')
}
