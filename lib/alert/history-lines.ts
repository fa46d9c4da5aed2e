/** Owns what the history of an alert says of its windows and members: judged again, joined, left, grown worse, over. */
import type { Outcome } from '@/lib/alert/advance-monitors'
import { describeResult } from '@/lib/alert/describe-alert'
import type { MemberChange } from '@/lib/alert/next-members'
import type { Alert, AlertEvent } from '@/lib/domain/alert'
import type { Severity } from '@/lib/domain/monitor'
import { toRfc3339 } from '@/lib/domain/time'

/** One line of history to be, without the alert it belongs to. */
export interface HistoryLine {
  readonly kind: AlertEvent['kind']
  readonly note: string
}

/** History lines for windows of this alert's members that were judged differently the second time. */
export function corrections(alert: Alert, outcomes: readonly Outcome[]): HistoryLine[] {
  const members = new Set(alert.members.map((member) => member.monitorId))
  return outcomes.flatMap(({ corrected, monitor, result }) => {
    if (!corrected || !result || !members.has(monitor.id)) return []
    const said = describeResult({ monitor, result })
    return [
      {
        kind: 'corrected',
        note: `The window from ${toRfc3339(result.windowStartMs)} was judged again: ${result.verdict}, ${said}.`,
      },
    ]
  })
}

/** Who joined and who left, of an alert that goes on. */
export function memberLines({ joined, left, vanished }: MemberChange): HistoryLine[] {
  const lines: HistoryLine[] = [
    ...joined.map((outcome) => ({ kind: 'member_joined' as const, note: noteOf(outcome) })),
    ...left.map((outcome) => ({ kind: 'member_left' as const, note: noteOf(outcome) })),
  ]
  if (vanished > 0) {
    lines.push({
      kind: 'member_left',
      note: `${vanished} of its monitors no longer exist or were switched off.`,
    })
  }
  return lines
}

export function sayRise(from: Severity, to: Severity): HistoryLine {
  return { kind: 'upgraded', note: `From ${from} to ${to}.` }
}

function noteOf({ monitor, result }: Outcome): string {
  return result ? `${describeResult({ monitor, result })}.` : `${monitor.column?.name ?? monitor.metric}.`
}

/** Why an alert is over whose last members recovered. */
export function recoveryNote(left: readonly Outcome[]): string {
  const { policy, cause } = left[0]?.monitor ?? {}
  if (!policy) return 'Recovered.'
  if (cause === 'no_data') return `Records came in ${policy.recoverCount} windows again.`
  if (left.some(({ result }) => result?.verdict === 'not_enough_data'))
    return `Calm for ${policy.recoverCount} windows: too few records to see a small change, enough to see this one.`
  return `Below ${Math.round(policy.recoverShare * 100)} % of the limit for ${policy.recoverCount} windows.`
}
