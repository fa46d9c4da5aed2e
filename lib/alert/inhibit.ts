/** Owns which alert explains which: a more basic cause silences what follows from it. Pure. */
import type { JudgedMonitor } from '@/lib/alert/advance-input'
import { effectOf } from '@/lib/alert/hear-signal'
import type { Alert } from '@/lib/domain/alert'
import { columnKey } from '@/lib/domain/column'
import { BREACH_VERDICTS } from '@/lib/domain/evaluation'
import { getMetric } from '@/lib/domain/metric'
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

/** Share of a movement that a fault must be able to account for. */
const ENOUGH = 0.5

/** What this window says of the monitors, for weighing faults against what they are to explain. */
export interface InhibitionFacts {
  readonly monitors: ReadonlyMap<number, Monitor>
  readonly results: ReadonlyMap<number, JudgedMonitor>
  readonly windowMs: number
}

/**
 * The open alert of the same version that explains each open alert, or null.
 *
 * One alert explains another when its cause is more basic, it began no more than one window later, and it accounts for
 * it: missing data for everything, a fault for what moved in the same columns. A fault in a share s of the rows can
 * move a distribution by at most s, so it explains a drift of up to 2 s and nothing larger. A fault in the inputs also
 * explains moved outputs and lower quality, but only when it is at least as severe: a warning never hides a critical
 * alert behind another column.
 */
export function explainAlerts(alerts: readonly Alert[], facts: InhibitionFacts): Map<number, Alert | null> {
  const open = alerts.filter((alert) => alert.state !== 'resolved')
  const answer = new Map<number, Alert | null>()
  for (const alert of open) {
    const causes = open
      .filter((other) => other.id !== alert.id && explains(other, alert, facts))
      .sort((a, b) => (RANK[a.cause] ?? 0) - (RANK[b.cause] ?? 0) || a.onsetMs - b.onsetMs)
    answer.set(alert.id, causes[0] ?? null)
  }
  return answer
}

/** A slice explains nothing but itself. The same cause in the whole version is what its slices show too. */
function explains(basic: Alert, other: Alert, facts: InhibitionFacts): boolean {
  const [basicSlice, otherSlice] = [basic.slice?.id ?? null, other.slice?.id ?? null]
  if (basicSlice !== null && basicSlice !== otherSlice) return false
  if (basicSlice === null && otherSlice !== null && basic.cause === other.cause)
    return (!basic.historical || other.historical) && haveColumnInCommon(basic, other, facts)
  const basicRank = RANK[basic.cause]
  const otherRank = RANK[other.cause]
  if (basicRank === null || otherRank === null || basicRank >= otherRank) return false
  // Nobody was told of a historical alert, so it cannot stand in for a live one.
  if (basic.historical && !other.historical) return false
  if (basic.onsetMs > other.onsetMs + facts.windowMs) return false
  if (basic.cause === 'no_data') return true
  const breaches = monitorsOf(basic, facts).some(({ id }) => {
    const verdict = facts.results.get(id)?.verdict
    return verdict !== undefined && BREACH_VERDICTS.has(verdict)
  })
  // While a fault that explained it calms down, what it moved calms down with it: only its end frees the other.
  const isFading = !breaches && other.inhibitedBy === basic.id
  const shares = faultyShares(basic, facts)
  const members = monitorsOf(other, facts)
  const isSameColumns = members.every((monitor) => {
    const share = monitor.column ? shares.get(columnKey(monitor.column)) : undefined
    return share !== undefined && (isFading || share >= ENOUGH * movementOf(monitor, other.cause, facts))
  })
  if (isSameColumns && members.length > 0) return true
  if (other.cause !== 'output_drift' && other.cause !== 'quality') return false
  const widest = Math.max(0, ...shares.values())
  const isWideEnough =
    isFading || members.every((monitor) => widest >= ENOUGH * movementOf(monitor, other.cause, facts))
  return isWideEnough && (basic.severity === 'critical' || other.severity === 'warning')
}

/** Both move in one column at least, or both are about records as a whole. */
function haveColumnInCommon(basic: Alert, other: Alert, facts: InhibitionFacts): boolean {
  const keysOf = (alert: Alert) =>
    new Set(monitorsOf(alert, facts).map(({ column }) => (column ? columnKey(column) : '')))
  const keys = keysOf(basic)
  return [...keysOf(other)].some((key) => keys.has(key))
}

/** Share of rows at fault, by column; a whole column that is missing or of another type counts as all of them. */
function faultyShares(alert: Alert, facts: InhibitionFacts): Map<string, number> {
  const shares = new Map<string, number>()
  for (const monitor of monitorsOf(alert, facts)) {
    if (!monitor.column || getMetric(monitor.metric).unit !== 'share') continue
    const result = facts.results.get(monitor.id)
    const isWhole = result?.verdict === 'all_missing' || result?.verdict === 'type_changed'
    const isUnit = result?.detail.findings?.some((finding) => finding.kind === 'unit_change') ?? false
    const share = isWhole || isUnit ? 1 : (result?.value ?? 0)
    const key = columnKey(monitor.column)
    shares.set(key, Math.max(share, shares.get(key) ?? 0))
  }
  return shares
}

/** Least share of rows that must have changed for this: the distance itself, or the loss that matters. */
function movementOf(monitor: Monitor, cause: Cause, facts: InhibitionFacts): number {
  if (cause === 'quality') return monitor.effectFloor
  if (cause === 'data_quality') return 0
  const result = facts.results.get(monitor.id)
  // A class's value is its share; what must be explained is how far that moved.
  return (result && effectOf(result.detail)) ?? result?.value ?? 0
}

function monitorsOf(alert: Alert, facts: InhibitionFacts): Monitor[] {
  return alert.members.flatMap(({ monitorId }) => facts.monitors.get(monitorId) ?? [])
}
