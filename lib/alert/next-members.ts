/** Owns who belongs to an alert after a window: which monitors joined, stayed, left, or vanished. Pure. */
import { isOnFire } from '@/lib/alert/advance-monitor'
import type { Outcome } from '@/lib/alert/advance-monitors'
import { limitRatio, verdictRank } from '@/lib/alert/read-verdict'
import type { AlertMember } from '@/lib/domain/alert'

export interface MemberChange {
  /** Firing first, then by weight. */
  readonly members: AlertMember[]
  readonly joined: readonly Outcome[]
  /** Recovered. */
  readonly left: readonly Outcome[]
  /** Members whose monitor was switched off or belongs to a superseded profile. */
  readonly vanished: number
}

/** Members of an alert after the outcomes of its cause; `evaluationId` 0 stands for this window's evaluation. */
export function nextMembers(old: readonly AlertMember[], outcomes: readonly Outcome[]): MemberChange {
  const known = new Map(old.map((member) => [member.monitorId, member]))
  const burning = outcomes.filter(({ after }) => isOnFire(after.state)).sort(byUrgency)
  const members = burning.map(({ monitor, after, isCurrent, signal, result }) => {
    const spoke = known.get(monitor.id)
    // Calm windows do not speak for an alert: once it is over, its last breach still says what it was about.
    const speaks = isCurrent && (signal === 'breach' || spoke === undefined)
    return {
      monitorId: monitor.id,
      state: after.state,
      onsetMs: after.onsetMs ?? result?.windowStartMs ?? 0,
      evaluationId: speaks ? 0 : (spoke?.evaluationId ?? 0),
    }
  })
  const present = new Set(members.map((member) => member.monitorId))
  const left = outcomes.filter(
    ({ monitor }) => monitor.enabled && known.has(monitor.id) && !present.has(monitor.id),
  )
  return {
    members,
    joined: burning.filter(({ monitor }) => !known.has(monitor.id)),
    left,
    vanished: old.filter((member) => !present.has(member.monitorId)).length - left.length,
  }
}

function byUrgency(a: Outcome, b: Outcome): number {
  return (
    Number(b.after.state === 'firing') - Number(a.after.state === 'firing') ||
    weight(b) - weight(a) ||
    a.monitor.id - b.monitor.id
  )
}

function weight({ monitor, result }: Outcome): number {
  return result ? verdictRank(result.verdict) * 1_000 + Math.min(999, limitRatio(monitor, result) ?? 0) : 0
}
