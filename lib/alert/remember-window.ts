/** Owns the state machine's memory of judged windows: how it grows, is corrected, and is counted. */
import type { MonitorState, RememberedWindow } from '@/lib/domain/alert'
import type { FiringPolicy } from '@/lib/domain/monitor'

/** Windows that firing and recovering look back on. */
export function memoryLength(policy: FiringPolicy): number {
  return Math.max(policy.fireOf, policy.recoverCount)
}

/**
 * The remembered windows of a state, oldest first. A state stored without them gets stand-ins in the right order,
 * which count the same and merely cannot be found again by their start.
 */
export function recall(state: MonitorState): readonly RememberedWindow[] {
  if (state.memory) return state.memory
  const last = state.lastWindowStartMs ?? 0
  return state.recent.map((bit, index) => {
    const fromEnd = state.recent.length - 1 - index
    return { startMs: last - fromEnd, breached: bit === 1, calm: bit === 0 && fromEnd < state.calm }
  })
}

/**
 * The memory with this window put in its place, replaced if it was there, or taken out when `window` has no evidence
 * any more (`evidence` null). Windows older than everything remembered no longer matter and change nothing.
 */
export function remember(
  memory: readonly RememberedWindow[],
  startMs: number,
  evidence: Omit<RememberedWindow, 'startMs'> | null,
  policy: FiringPolicy,
): readonly RememberedWindow[] {
  const oldest = memory[0]
  if (oldest && startMs < oldest.startMs) return memory
  const others = memory.filter((window) => window.startMs !== startMs)
  if (!evidence) return others
  const placed = [...others, { startMs, ...evidence }].sort((a, b) => a.startMs - b.startMs)
  return placed.slice(-memoryLength(policy))
}

/** Breaching windows among the latest `fireOf`. */
export function countBreaches(memory: readonly RememberedWindow[], policy: FiringPolicy): number {
  return memory.slice(-policy.fireOf).filter((window) => window.breached).length
}

/** Calm windows in a row at the end. */
export function countCalm(memory: readonly RememberedWindow[]): number {
  let calm = 0
  for (let index = memory.length - 1; index >= 0 && memory[index]?.calm; index--) calm++
  return calm
}

/** Start of the oldest breaching window among the latest `fireOf`, or null. */
export function firstBreachMs(memory: readonly RememberedWindow[], policy: FiringPolicy): number | null {
  return memory.slice(-policy.fireOf).find((window) => window.breached)?.startMs ?? null
}
