/** Owns which windows are due again when what belongs to past records changed: labels, or the profile. */
import { type DueWindow, NO_PROFILE, TRAFFIC_SERIES } from '@/db/contracts/series-store'
import type { Context } from '@/lib/access/context'
import type { Model } from '@/lib/domain/model'
import { LEVEL_OF_CADENCE, type TimeRange, windowContaining } from '@/lib/domain/time'
import { TouchedWindows } from '@/lib/services/verdicts/due-windows'
import { decodeSummary } from '@/lib/summary/codec'

/**
 * Windows of a version that hold summarised records and one of these instants. A window of back-filled records only
 * stays one. Windows whose records are not summarised yet are left out: summarising them makes them due.
 */
export async function windowsAround(
  ctx: Context,
  model: Model,
  versionId: number,
  instants: Iterable<number>,
): Promise<DueWindow[]> {
  const windows = new Map<number, TimeRange>()
  for (const atMs of instants) {
    const window = windowContaining(model.settings.cadence, atMs)
    windows.set(window.startMs, window)
  }
  const touched = new TouchedWindows(versionId, model.settings, ctx.nowMs)
  for (const range of windows.values()) await touchTraffic(ctx, model, versionId, range, touched)
  return touched.windows()
}

/** All windows of a version that hold records in this range. */
export async function windowsWithin(
  ctx: Context,
  model: Model,
  versionId: number,
  range: TimeRange,
): Promise<DueWindow[]> {
  const touched = new TouchedWindows(versionId, model.settings, ctx.nowMs)
  await touchTraffic(ctx, model, versionId, range, touched)
  return touched.windows()
}

async function touchTraffic(
  ctx: Context,
  model: Model,
  versionId: number,
  range: TimeRange,
  touched: TouchedWindows,
): Promise<void> {
  const stored = await ctx.series.read({
    versionId,
    profileId: NO_PROFILE,
    level: LEVEL_OF_CADENCE[model.settings.cadence],
    range,
    columnIds: [TRAFFIC_SERIES],
  })
  for (const { startMs, bytes } of stored) {
    const traffic = decodeSummary(bytes)
    if (traffic.kind === 'traffic') touched.touch(startMs, traffic.backfilled === traffic.records)
  }
}
