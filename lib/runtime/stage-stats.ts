/** Owns counting what the worker's stages do, for the metrics that the server tells. Knows no stage. */
import type { StageStats } from '@/lib/queries/worker-tick'
import type { Stage } from '@/lib/runtime/stage-loop'

export interface StageCounter {
  /** The same stage, counted under its name. */
  count(stage: Stage): Stage
  stats(): Readonly<Record<string, StageStats>>
}

/** @param now epoch milliseconds */
export function createStageCounter(now: () => number): StageCounter {
  const stages = new Map<string, { -readonly [K in keyof StageStats]: StageStats[K] }>()
  return {
    count(stage) {
      const stats = { runs: 0, failures: 0, found: 0, seconds: 0, lastSuccessMs: null as number | null }
      stages.set(stage.name, stats)
      return {
        ...stage,
        async run() {
          const startedAt = process.hrtime.bigint()
          try {
            const answer = await stage.run()
            stats.found += typeof answer === 'number' ? answer : answer.found
            stats.lastSuccessMs = now()
            return answer
          } catch (error) {
            stats.failures++
            throw error
          } finally {
            stats.runs++
            stats.seconds += Number(process.hrtime.bigint() - startedAt) / 1e9
          }
        },
      }
    },
    stats: () => Object.fromEntries([...stages].map(([name, stats]) => [name, { ...stats }])),
  }
}
