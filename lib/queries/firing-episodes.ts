/** Owns finding when a row of judged windows would have fired: the state machine run over them in order. */
import { REOPEN_WITHIN_MS } from '@/lib/alert/advance-input'
import { initialState, isOnFire } from '@/lib/alert/advance-monitor'
import { advanceMonitors } from '@/lib/alert/advance-monitors'
import type { Evaluation } from '@/lib/domain/evaluation'
import { getMetric } from '@/lib/domain/metric'
import type { Monitor } from '@/lib/domain/monitor'

/** One alert that there would have been. */
export interface Episode {
  /** Start of its first breaching window. */
  readonly onsetMs: number
  /** End of the window that made it fire. */
  readonly firedMs: number
  /** End of the window that made it recover; null: it fires still. */
  readonly endMs: number | null
  /** The worst value of its windows: the lowest of a metric that is bad when it falls, else the largest. */
  readonly peak: number | null
}

type Judged = Omit<Evaluation, 'id' | 'revision'>

/**
 * Oldest first. What fires again within a day is the same alert.
 * @param results one a window, in order
 */
export function findEpisodes(monitor: Monitor, results: readonly Judged[]): Episode[] {
  const episodes: Episode[] = []
  const worse = getMetric(monitor.metric).bad === 'down' ? Math.min : Math.max
  let state = initialState(monitor.id)
  for (const result of results) {
    const window = { startMs: result.windowStartMs, endMs: result.windowEndMs }
    const [outcome] = advanceMonitors({
      monitors: [{ ...monitor, enabled: true }],
      evaluations: [{ ...result, monitorId: monitor.id }],
      states: [state],
      window,
    })
    const before = state
    state = outcome?.after ?? state
    const last = episodes.at(-1)
    if (isOnFire(state.state)) {
      if (isOnFire(before.state) && last) episodes[episodes.length - 1] = worsen(last, result.value, worse)
      else if (last?.endMs != null && window.endMs - last.endMs < REOPEN_WITHIN_MS)
        episodes[episodes.length - 1] = worsen({ ...last, endMs: null }, result.value, worse)
      else {
        const onsetMs = state.onsetMs ?? window.startMs
        episodes.push({ onsetMs, firedMs: window.endMs, endMs: null, peak: result.value })
      }
    } else if (isOnFire(before.state) && last)
      episodes[episodes.length - 1] = { ...last, endMs: window.endMs }
  }
  return episodes
}

function worsen(episode: Episode, value: number | null, worse: typeof Math.max): Episode {
  return value === null ? episode : { ...episode, peak: worse(episode.peak ?? value, value) }
}
