/** Owns what a window with too little data still says to a firing monitor: that its trouble would have been seen. Pure. */
import type { JudgedMonitor } from '@/lib/alert/advance-input'
import type { Signal } from '@/lib/alert/read-verdict'
import type { MonitorState } from '@/lib/domain/alert'
import type { EvaluationDetail } from '@/lib/domain/evaluation'
import { getMetric } from '@/lib/domain/metric'
import type { FiringPolicy, Monitor } from '@/lib/domain/monitor'

/** Size of the effect that a window's result measured; null where it has none. */
export function effectOf(detail: EvaluationDetail): number | null {
  return typeof detail.effect === 'number' && Number.isFinite(detail.effect) ? detail.effect : null
}

/**
 * Whether a limit set by hand lies so far off that even the far end of the confidence interval is within `recoverShare`
 * of it: who raised the limit while it fired wants it to end, however few records each window has.
 */
function isFarFromLimit({ fixedLimit, metric, policy }: Monitor, { value, detail }: JudgedMonitor): boolean {
  const [effect, upper] = [effectOf(detail), detail.effectUpper]
  if (fixedLimit === null || value === null || effect === null || typeof upper !== 'number') return false
  const room = upper - effect
  return getMetric(metric).bad === 'down'
    ? (value - room) * policy.recoverShare > fixedLimit
    : value + room < policy.recoverShare * fixedLimit
}

/** What a window says to a monitor that fires. */
export function hearWhileFiring(
  said: Signal,
  monitor: Monitor,
  result: JudgedMonitor,
  state: MonitorState,
): Signal {
  const heard = hearSignal(said, result.detail, state, monitor.policy)
  return (heard === 'unknown' || heard === 'quiet') && isFarFromLimit(monitor, result) ? 'calm' : heard
}

/**
 * Too little data to see a change at the floor may be plenty to see the one that fires: when the whole confidence
 * interval of the window's effect lies below `recoverShare` of the smallest breach still remembered, the window is calm.
 * Without any data, or where the breach would have been missed, nothing is said.
 */
export function hearSignal(
  signal: Signal,
  detail: EvaluationDetail,
  state: MonitorState,
  policy: FiringPolicy,
): Signal {
  const upper = detail.effectUpper
  if ((signal !== 'unknown' && signal !== 'quiet') || typeof upper !== 'number' || !Number.isFinite(upper))
    return signal
  const sizes = (state.memory ?? []).flatMap(({ breached, size }) =>
    breached && size !== undefined ? [size] : [],
  )
  if (sizes.length === 0) return signal
  return upper < policy.recoverShare * Math.min(...sizes) ? 'calm' : signal
}
