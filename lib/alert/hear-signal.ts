/** Owns what a window with too little data still says to a firing monitor: that its trouble would have been seen. Pure. */
import type { Signal } from '@/lib/alert/read-verdict'
import type { MonitorState } from '@/lib/domain/alert'
import type { EvaluationDetail } from '@/lib/domain/evaluation'
import type { FiringPolicy } from '@/lib/domain/monitor'

/** Size of the effect that a window's result measured; null where it has none. */
export function effectOf(detail: EvaluationDetail): number | null {
  return typeof detail.effect === 'number' && Number.isFinite(detail.effect) ? detail.effect : null
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
