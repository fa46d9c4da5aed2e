/** Owns what silences do to the alerts of a window: those they take become quiet, those they no longer take speak again. Pure. */
import type { AdvanceResult } from '@/lib/alert/advance-input'
import { isSilencedBy, longestSilence, type SilenceSubject } from '@/lib/alert/match-silence'
import type { Alert } from '@/lib/domain/alert'
import type { Silence } from '@/lib/domain/silence'
import { toRfc3339 } from '@/lib/domain/time'

/** What a silence writes on an alert, or null when nothing changes. */
export function silencedAlert(
  alert: Alert,
  subject: SilenceSubject,
  silences: readonly Silence[],
  nowMs: number,
): Alert | null {
  if (alert.historical || alert.state === 'resolved') return null
  const longest = longestSilence(silences, subject, nowMs)
  if (longest && (alert.silencedUntilMs ?? 0) < longest.endsMs)
    return { ...alert, silencedUntilMs: longest.endsMs, silenceReason: longest.reason }
  const holder = silences.find((silence) => holds(silence, alert))
  return holder && !isSilencedBy(holder.matchers, subject)
    ? { ...alert, silencedUntilMs: null, silenceReason: null }
    : null
}

/** Whether it was this silence that made the alert quiet. */
export function holds({ endsMs, reason }: Silence, alert: Alert): boolean {
  return alert.silencedUntilMs === endsMs && alert.silenceReason === reason
}

/** The result of a window with the silences in force; wishes to notify carry the silenced alerts. */
export function applySilences(
  result: AdvanceResult,
  silences: readonly Silence[],
  subjectOf: (alert: Alert) => SilenceSubject,
  nowMs: number,
): AdvanceResult {
  if (silences.length === 0) return result
  const events = [...result.events]
  const changed = new Map<number, Alert>()
  for (const alert of result.alerts) {
    const next = silencedAlert(alert, subjectOf(alert), silences, nowMs)
    if (!next) continue
    changed.set(alert.id, next)
    const isQuiet = next.silencedUntilMs !== null
    const kind = isQuiet ? ('silenced' as const) : ('silence_ended' as const)
    events.push({ alertId: alert.id, atMs: nowMs, kind, actor: 'plumbline', note: noteOf(next) })
  }
  const now = (alert: Alert) => changed.get(alert.id) ?? alert
  return {
    ...result,
    alerts: result.alerts.map(now),
    notify: result.notify.map((wish) => ({ ...wish, alert: now(wish.alert) })),
    events,
  }
}

function noteOf({ silencedUntilMs, silenceReason }: Alert): string {
  return silencedUntilMs === null
    ? 'It is about more than what was silenced.'
    : `Until ${toRfc3339(silencedUntilMs)}: ${silenceReason ?? ''}`
}
