/** Owns what begins when the summaries of a slice are complete: its monitors, and its first verdicts. */
import type { Context } from '@/lib/access/context'
import type { Model, Version } from '@/lib/domain/model'
import type { Slice } from '@/lib/domain/slice'
import { nominalWindowMs } from '@/lib/domain/time'
import { customMonitor } from '@/lib/monitor/custom-monitors'
import { createSliceMonitors } from '@/lib/monitor/slice-monitors'
import { rememberedProfile } from '@/lib/queries/evaluation-target'
import { windowsWithin } from '@/lib/services/verdicts/reopen-windows'

/** As many windows as it takes to fire are judged at once; older ones are in the summaries, and stay unjudged. */
const FIRST_WINDOWS = 3

/** Adds the monitors of a slice for the version's active profile and makes its newest windows due. May be repeated. */
export async function startJudging(
  ctx: Context,
  model: Model,
  version: Version,
  slice: Slice,
): Promise<void> {
  const profile = version.profileId === null ? null : await rememberedProfile(ctx, version.profileId)
  if (!profile || version.mode === 'retired') return
  const customs = (await ctx.metadata.listCustomMetrics(model.id))
    .filter(({ slices }) => slices?.includes(slice.name))
    .map((metric) => customMonitor(metric, version.id, profile.id, null, slice))
  const monitors = [...createSliceMonitors(version, profile, slice), ...customs]
  await ctx.metadata.addSliceMonitors(slice.id, monitors)
  const sinceMs = ctx.nowMs - (FIRST_WINDOWS + 1) * nominalWindowMs(model.settings.cadence)
  const windows = await windowsWithin(ctx, model, version.id, { startMs: sinceMs, endMs: ctx.nowMs })
  await ctx.series.addDue(windows.slice(-FIRST_WINDOWS - 1))
}
