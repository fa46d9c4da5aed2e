/** Owns marking what was changed, and taking a marker back. */
import type { Context } from '@/lib/access/context'
import { actorName, requireScope } from '@/lib/access/principal'
import { AppError } from '@/lib/domain/errors'
import type { Marker } from '@/lib/domain/marker'
import { DAY_MS } from '@/lib/domain/time'

/** Markers of one day that are taken; a pipeline that marks every request is a mistake. */
const MAX_A_DAY = 1_000

/**
 * Marks a change. It may lie as far back as the coarsest summaries are kept, and a day ahead.
 * @throws AppError `invalid` for another time, `limited` when there are too many, `forbidden`
 */
export async function addMarker(
  ctx: Context,
  wish: Omit<Marker, 'id' | 'createdBy' | 'createdMs'>,
): Promise<Marker> {
  requireScope(ctx.principal, 'ingest')
  const { nowMs, retention } = ctx
  if (wish.atMs > nowMs + DAY_MS || wish.atMs < nowMs - retention.dayBucketDays * DAY_MS)
    throw new AppError('invalid', 'The time of a marker must lie within what is kept.', { field: 'at' })
  const dayMs = Math.floor(wish.atMs / DAY_MS) * DAY_MS
  const range = { startMs: dayMs, endMs: dayMs + DAY_MS }
  const ofDay = await ctx.metadata.listMarkers({ range, limit: MAX_A_DAY })
  if (ofDay.length >= MAX_A_DAY) throw new AppError('limited', `There can be ${MAX_A_DAY} markers a day.`)
  return ctx.metadata.addMarker({ ...wish, createdBy: actorName(ctx.principal), createdMs: nowMs })
}

/** @throws AppError `not_found`, `forbidden` */
export async function deleteMarker(ctx: Context, markerId: number): Promise<void> {
  requireScope(ctx.principal, 'admin')
  if (!(await ctx.metadata.deleteMarker(markerId)))
    throw new AppError('not_found', 'There is no such marker.', { reason: 'unknown_marker' })
  await ctx.metadata.addAudit({
    atMs: ctx.nowMs,
    actor: actorName(ctx.principal),
    action: 'marker.delete',
    subject: `marker ${markerId}`,
  })
}
