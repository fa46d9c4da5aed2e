/** Owns the question: does the worker still work? Pages that do not ask show old numbers as if they were new. */
import type { Context } from '@/lib/access/context'
import { requireScope } from '@/lib/access/principal'
import { MINUTE_MS } from '@/lib/domain/time'
import { readWorkerTick } from '@/lib/queries/worker-tick'

/** A worker writes four times a minute; long work of one round takes less than this. */
const SILENT_AFTER_MS = 1.5 * MINUTE_MS

/** When the worker finished its last round, if that is suspiciously long ago; null while all is well, and before its first. */
export async function findWorkerSilence(ctx: Context): Promise<number | null> {
  requireScope(ctx.principal, 'read')
  const tick = await readWorkerTick(ctx)
  return tick !== null && ctx.nowMs - tick.atMs > SILENT_AFTER_MS ? tick.atMs : null
}
