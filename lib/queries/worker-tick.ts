/** Owns the question: when did the worker last finish a round, what fails, and what did its stages do? */
import * as z from 'zod'
import type { Context } from '@/lib/access/context'

/** Where the worker writes it, every 15 seconds. */
export const WORKER_TICK_SETTING = 'worker.tick'

const StageStatsSchema = z.object({
  runs: z.number(),
  failures: z.number(),
  /** What the runs found to do: records, labels, windows, messages. */
  found: z.number(),
  seconds: z.number(),
  lastSuccessMs: z.number().nullable(),
})
export type StageStats = z.infer<typeof StageStatsSchema>

/** Counts are since the worker started. */
const WorkerTickSchema = z.object({
  atMs: z.number(),
  failing: z.record(z.string(), z.string()),
  startedMs: z.number().optional(),
  stages: z.record(z.string(), StageStatsSchema).default({}),
})
export type WorkerTick = z.infer<typeof WorkerTickSchema>

/** null before the first round, and for what cannot be read. */
export async function readWorkerTick({ metadata }: Pick<Context, 'metadata'>): Promise<WorkerTick | null> {
  const text = await metadata.getSetting(WORKER_TICK_SETTING)
  if (text === null) return null
  const parsed = WorkerTickSchema.safeParse(JSON.parse(text))
  return parsed.success ? parsed.data : null
}
