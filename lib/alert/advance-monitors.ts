/** Owns running the state machine over all monitors of a version for one window; knows nothing of alerts. */
import type { AdvanceInput, JudgedMonitor } from '@/lib/alert/advance-input'
import { advanceMonitor, initialState, isOnFire, movesOnset } from '@/lib/alert/advance-monitor'
import { effectOf, hearWhileFiring } from '@/lib/alert/hear-signal'
import { isEvidence, readVerdict, type Signal } from '@/lib/alert/read-verdict'
import type { MonitorState } from '@/lib/domain/alert'
import type { Monitor } from '@/lib/domain/monitor'

/** Windows without any judgement after which a monitor counts as stale. */
const STALE_AFTER_WINDOWS = 3

/** What one window did to one monitor. */
export interface Outcome {
  readonly monitor: Monitor
  readonly before: MonitorState
  readonly after: MonitorState
  /** The result, where the monitor was judged on this window. */
  readonly result: JudgedMonitor | null
  readonly signal: Signal | null
  readonly corrected: boolean
  /** The result speaks for the present: no newer window with evidence is known. Labels reach old windows for days. */
  readonly isCurrent: boolean
}

/** Outcomes in the order of the monitors; switched-off monitors forget everything. */
export function advanceMonitors(
  input: Pick<AdvanceInput, 'monitors' | 'evaluations' | 'states' | 'window' | 'breachRuns'>,
): Outcome[] {
  const results = new Map(input.evaluations.map((result) => [result.monitorId, result]))
  const states = new Map(input.states.map((state) => [state.monitorId, state]))
  return input.monitors.map((monitor) => {
    const before = states.get(monitor.id) ?? initialState(monitor.id)
    const nothing = { monitor, before, result: null, signal: null, corrected: false, isCurrent: false }
    if (!monitor.enabled) {
      return { ...nothing, after: before.state === 'inactive' ? before : initialState(monitor.id) }
    }
    const result = results.get(monitor.id)
    if (!result)
      return { ...nothing, after: isStale(before, input.window) ? markStale(before, monitor) : before }
    const observation = observe(monitor, before, result, input.breachRuns?.get(monitor.id))
    const { signal, windowStartMs } = observation
    const { state, corrected } = advanceMonitor(before, observation, monitor.policy)
    const isCurrent = isEvidence(signal) && state.memory?.at(-1)?.startMs === windowStartMs
    return { monitor, before, after: state, result, signal, corrected, isCurrent }
  })
}

function observe(monitor: Monitor, before: MonitorState, result: JudgedMonitor, runStartMs?: number) {
  const { detail, verdict, windowStartMs, windowEndMs } = result
  const said = readVerdict(monitor, result)
  const signal = isOnFire(before.state) ? hearWhileFiring(said, monitor, result, before) : said
  const run = runStartMs === undefined ? {} : { runStartMs }
  return { signal, verdict, windowStartMs, windowEndMs, effect: effectOf(detail), ...run }
}

/** Monitors for which the caller has to find out where the run of breaches begins that this window ends. */
export function needsBreachRun(
  input: Pick<AdvanceInput, 'monitors' | 'evaluations' | 'states'>,
): readonly number[] {
  const monitors = new Map(input.monitors.map((monitor) => [monitor.id, monitor]))
  const states = new Map(input.states.map((state) => [state.monitorId, state]))
  return input.evaluations.flatMap((result) => {
    const [monitor, before] = [monitors.get(result.monitorId), states.get(result.monitorId)]
    if (!monitor?.enabled || !before) return []
    return movesOnset(before, observe(monitor, before, result)) ? [monitor.id] : []
  })
}

function isStale(state: MonitorState, window: AdvanceInput['window']): boolean {
  if (state.lastWindowStartMs === null) return false
  const windowMs = window.endMs - window.startMs
  return window.startMs - state.lastWindowStartMs > STALE_AFTER_WINDOWS * windowMs
}

function markStale(before: MonitorState, monitor: Monitor): MonitorState {
  return advanceMonitor(before, { signal: 'stale', verdict: null, windowStartMs: null }, monitor.policy).state
}
