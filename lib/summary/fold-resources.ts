/** Owns folding samples of what a service uses: traffic of no records, with memory and load. */
import type { PredictionRecord } from '@/lib/domain/record'
import { MomentsBuffer } from '@/lib/summary/batch-moments'
import { emptyTraffic } from '@/lib/summary/fold-traffic'
import type { TrafficSummary } from '@/lib/summary/types'

/** @param samples of one bucket, as the log keeps them */
export function foldResources(samples: readonly PredictionRecord[]): TrafficSummary {
  const memory = new MomentsBuffer()
  const load = new MomentsBuffer()
  for (const { m, cpu } of samples) {
    if (m !== undefined && Number.isFinite(m)) memory.add(m + 0)
    if (cpu !== undefined && Number.isFinite(cpu)) load.add(cpu + 0)
  }
  return { ...emptyTraffic(), memory: memory.moments(), load: load.moments() }
}
