/** Owns what server and worker say to each other over IPC. */
import * as z from 'zod'

/** From the worker: the end of a round of its data lane. */
export const WorkerReportSchema = z.object({
  kind: z.literal('round'),
  atMs: z.number(),
  worked: z.array(z.string()),
  failing: z.record(z.string(), z.string()),
})
export type WorkerReport = z.infer<typeof WorkerReportSchema>

/** From the worker: still at work within a round. */
export const BEAT = { kind: 'beat' } as const

export function isBeat(message: unknown): boolean {
  return typeof message === 'object' && message !== null && 'kind' in message && message.kind === 'beat'
}

/** From the server: there is something to do. */
export const WAKE = { kind: 'wake' } as const

export function isWake(message: unknown): boolean {
  return typeof message === 'object' && message !== null && 'kind' in message && message.kind === 'wake'
}

/** How long the worker rests when there is nothing to do and nobody wakes it. */
export const WORKER_REST_MS = 2_000
/** A worker that is silent for this long is not trusted to work. */
export const WORKER_SILENT_MS = 3 * WORKER_REST_MS + 4_000
/** A worker that is silent for this long hangs, and is killed. */
export const WORKER_HUNG_MS = 120_000
