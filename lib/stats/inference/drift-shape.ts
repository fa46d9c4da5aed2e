/**
 * Shape of a drift over consecutive windows: a description for people, never a trigger.
 *
 * Kinds: values of windows, oldest first. Source: Gama et al. 2014 (the words); statistics.md section 10 (the rules); golden
 * `drift_shape`. Example: 0, 0, 0, 1, 1, 1, 1 with the limit 0.5 is sudden, from the fourth.
 */
import { medianOf } from '@/lib/stats/quantile'

export type DriftShape = 'none' | 'spike' | 'transient' | 'recurring' | 'sudden' | 'incremental' | 'gradual'

export interface ShapedDrift {
  readonly shape: DriftShape
  /** Index of the first window of the run; null when there is none. */
  readonly onset: number | null
}

interface Run {
  readonly start: number
  readonly end: number
}

/** Runs of windows above the limit; two runs with one window between them are one. */
function listRuns(values: readonly number[], limit: number): Run[] {
  const runs: Run[] = []
  values.forEach((value, index) => {
    if (!(value > limit)) return
    const last = runs.at(-1)
    if (last && index - last.end <= 2) runs[runs.length - 1] = { start: last.start, end: index }
    else runs.push({ start: index, end: index })
  })
  return runs
}

/** How the one long run came to its level. */
function shapeOfRun(values: readonly number[], limit: number, { start, end }: Run): DriftShape {
  const before = values.slice(0, start).filter((value) => !(value > limit))
  const low = medianOf(before) ?? 0
  const tail = Math.max(3, Math.floor((end - start + 1) / 2))
  const high = medianOf(values.slice(Math.max(start, end - tail + 1), end + 1)) ?? 0
  if (high <= low) return 'sudden'
  const level = values.map((value) => (value - low) / (high - low))
  let from = start
  while (from > 0 && level[from - 1]! > 0.25) from--
  let to = end
  for (let t = start; t <= end; t++) {
    const settled = level.slice(t, end + 1).filter((r) => r >= 0.75).length
    if (level[t]! >= 0.75 && 10 * settled >= 9 * (end - t + 1)) {
      to = t
      break
    }
  }
  if (to - from <= 1) return 'sudden'
  let rising = 0
  for (let i = from; i < to; i++) if (level[i + 1]! >= level[i]! - 0.05) rising++
  return 4 * rising >= 3 * (to - from) ? 'incremental' : 'gradual'
}

/**
 * @param values drift values of consecutive windows, oldest first
 * @param limit a window is on when its value is above this
 * @param minRun shortest run that is more than a spike
 */
export function shapeOfDrift(values: readonly number[], limit: number, minRun = 2): ShapedDrift {
  const runs = listRuns(values, limit)
  const first = runs[0]
  if (!first) return { shape: 'none', onset: null }
  const long = runs.filter((run) => run.end - run.start + 1 >= minRun)
  const run = long[0]
  if (!run) return { shape: 'spike', onset: first.start }
  if (long.length >= 2) return { shape: 'recurring', onset: run.start }
  if (run.end < values.length - 2) return { shape: 'transient', onset: run.start }
  return { shape: shapeOfRun(values, limit, run), onset: run.start }
}
