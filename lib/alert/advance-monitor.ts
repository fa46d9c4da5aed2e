/** Owns the state machine of one monitor: (state, what a window said, policy) → state. Pure; knows no other monitor. */
import type { Signal } from '@/lib/alert/read-verdict'
import { isEvidence } from '@/lib/alert/read-verdict'
import { countBreaches, countCalm, firstBreachMs, recall, remember } from '@/lib/alert/remember-window'
import type { MonitorState, MonitorStateName, RememberedWindow } from '@/lib/domain/alert'
import type { Verdict } from '@/lib/domain/evaluation'
import type { FiringPolicy } from '@/lib/domain/monitor'

/** What was learned: the judgement of one window, or (`stale`) that no judgement came where one was due. */
export interface Observation {
  readonly signal: Signal
  readonly verdict: Verdict | null
  readonly windowStartMs: number | null
  /** How large the effect was, where that is known. */
  readonly effect?: number | null
  readonly windowEndMs?: number
  /** Start of the unbroken run of breaches that this window ends, where it is known to be earlier. */
  readonly runStartMs?: number
}

export interface Advance {
  readonly state: MonitorState
  /** A window that was already counted has been judged differently. */
  readonly corrected: boolean
}

/** A monitor that has seen nothing yet. */
export function initialState(monitorId: number): MonitorState {
  return {
    monitorId,
    state: 'inactive',
    recent: [],
    calm: 0,
    onsetMs: null,
    lastWindowStartMs: null,
    lastVerdict: null,
    memory: [],
  }
}

export function isOnFire(state: MonitorStateName): boolean {
  return state === 'firing' || state === 'recovering'
}

/**
 * The next state of a monitor.
 *
 * Fires when `fireCount` of the latest `fireOf` windows with evidence breached; recovers when `recoverCount` in a row
 * were calm. A quiet window parts two breaches like any other, or chance would gather them over days in which little
 * data came. Windows without evidence (too little data, none, an error) move neither count: absence never resolves
 * anything, so a firing monitor keeps firing through them, while a quiet one shows `no_data`, `error` or `stale`.
 * A window judged again replaces what is remembered of it; what follows from that is a normal transition.
 */
export function advanceMonitor(before: MonitorState, seen: Observation, policy: FiringPolicy): Advance {
  if (seen.signal === 'ended') return { state: ended(before), corrected: false }
  const known = recall(before)
  const startMs = seen.windowStartMs
  const breached = seen.signal === 'breach'
  const size = breached && typeof seen.effect === 'number' ? { size: seen.effect } : {}
  const counts = isEvidence(seen.signal) || (seen.signal === 'quiet' && !isOnFire(before.state))
  const evidence = counts ? { breached, calm: seen.signal === 'calm', ...size } : null
  const memory = startMs === null ? known : remember(known, startMs, evidence, policy)
  const isNewest =
    startMs === null || before.lastWindowStartMs === null || startMs >= before.lastWindowStartMs
  const apart = isNewest ? standsApart(seen.signal) : keptApart(before.state)
  const name = isOnFire(before.state) ? onFire(memory, policy) : notOnFire(memory, policy, apart)
  // What led up to a finished episode must not count towards the next one.
  const kept = isOnFire(before.state) && name === 'inactive' ? memory.slice(-countCalm(memory)) : memory
  const state: MonitorState = {
    monitorId: before.monitorId,
    state: name,
    recent: kept.slice(-policy.fireOf).map((window) => (window.breached ? 1 : 0)),
    calm: Math.min(countCalm(kept), policy.recoverCount),
    onsetMs: onsetOf(before, seen, name, kept, policy),
    lastWindowStartMs: isNewest && startMs !== null ? startMs : before.lastWindowStartMs,
    lastVerdict: isNewest && startMs !== null ? seen.verdict : before.lastVerdict,
    memory: kept,
  }
  return { state, corrected: startMs !== null && wasCorrected(known, memory, startMs) }
}

/**
 * The version no longer serves: nothing is wrong with it any more, and what comes late about its past changes nothing,
 * as the only window remembered is the last one. Should it serve again, it is judged afresh.
 */
function ended(before: MonitorState): MonitorState {
  const { lastWindowStartMs } = before
  const last =
    lastWindowStartMs === null ? [] : [{ startMs: lastWindowStartMs, breached: false, calm: false }]
  return {
    ...before,
    state: 'inactive',
    recent: last.map(() => 0),
    calm: 0,
    onsetMs: null,
    memory: last,
  }
}

function standsApart(signal: Signal): MonitorStateName | null {
  return signal === 'no_data' || signal === 'error' || signal === 'stale' ? signal : null
}

function keptApart(state: MonitorStateName): MonitorStateName | null {
  return state === 'no_data' || state === 'error' || state === 'stale' ? state : null
}

function onFire(memory: readonly RememberedWindow[], policy: FiringPolicy): MonitorStateName {
  const calm = countCalm(memory)
  if (calm >= policy.recoverCount) return 'inactive'
  return calm > 0 ? 'recovering' : 'firing'
}

function notOnFire(
  memory: readonly RememberedWindow[],
  policy: FiringPolicy,
  apart: MonitorStateName | null,
): MonitorStateName {
  const breaches = countBreaches(memory, policy)
  if (breaches >= policy.fireCount) return 'firing'
  if (apart) return apart
  return breaches > 0 ? 'pending' : 'inactive'
}

/** Whether this window is a breach just before the onset that is known: then the trouble began with it, or before. */
export function movesOnset(before: MonitorState, seen: Observation): boolean {
  const { signal, windowStartMs, windowEndMs } = seen
  if (!isOnFire(before.state) || before.onsetMs === null || signal !== 'breach') return false
  if (windowStartMs === null || windowEndMs === undefined) return false
  return windowStartMs < before.onsetMs && windowEndMs >= before.onsetMs
}

function onsetOf(
  before: MonitorState,
  seen: Observation,
  name: MonitorStateName,
  memory: readonly RememberedWindow[],
  policy: FiringPolicy,
): number | null {
  if (name === 'inactive') return null
  if (isOnFire(before.state) && before.onsetMs !== null) {
    if (!movesOnset(before, seen)) return before.onsetMs
    return Math.min(seen.windowStartMs ?? before.onsetMs, seen.runStartMs ?? before.onsetMs)
  }
  return firstBreachMs(memory, policy)
}

function wasCorrected(
  known: readonly RememberedWindow[],
  memory: readonly RememberedWindow[],
  startMs: number,
): boolean {
  const old = known.find((window) => window.startMs === startMs)
  const now = memory.find((window) => window.startMs === startMs)
  return old !== undefined && old.breached !== (now?.breached ?? false)
}
