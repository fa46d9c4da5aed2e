/** Owns what becomes of the monitors of a custom metric when its definition is saved. */
import type { CustomMonitorChanges, NewCustomMetric } from '@/db/contracts/custom-records'
import type { Context } from '@/lib/access/context'
import { actorName } from '@/lib/access/principal'
import { type CustomMetric, metricOfCustom } from '@/lib/domain/custom-metric'
import type { Model } from '@/lib/domain/model'
import type { Monitor, MonitorSettings } from '@/lib/domain/monitor'
import { customMonitor, isMonitorOf } from '@/lib/monitor/custom-monitors'

/** Monitors of a version and of its slices. */
export async function listAll(ctx: Context, versionId: number): Promise<Monitor[]> {
  return [
    ...(await ctx.metadata.listMonitors(versionId)),
    ...(await ctx.metadata.listSliceMonitors(versionId)),
  ]
}

/**
 * One monitor on every version that is watched, and on each of the slices named; one of another unit or direction gives way
 * to a new one.
 */
export async function planMonitors(
  ctx: Context,
  model: Model,
  metric: NewCustomMetric,
  held: CustomMetric | null,
): Promise<CustomMonitorChanges> {
  const added: CustomMonitorChanges['added'][number][] = []
  const changed: CustomMonitorChanges['changed'][number][] = []
  const slices = await ctx.metadata.listSlices(model.id)
  for (const { id, profileId, mode } of await ctx.metadata.listVersions(model.id)) {
    if (profileId === null || mode === 'retired') continue
    const all = (await listAll(ctx, id)).filter((monitor) => isMonitorOf(monitor, metric.name))
    for (const slice of [null, ...slices]) {
      const own = all.filter((monitor) => (monitor.slice?.id ?? null) === (slice?.id ?? null))
      const isWanted = slice === null || metric.slices?.includes(slice.name)
      const same = isWanted ? own.find((monitor) => monitor.metric === metricOfCustom(metric)) : undefined
      for (const other of own)
        if (other !== same && other.enabled)
          changed.push(revisionOf(ctx, other, { enabled: false }, metric.why))
      if (!isWanted) continue
      if (!same) {
        const kept = held ? own.find(({ enabled }) => enabled) : undefined
        const fresh = customMonitor(metric, id, profileId, kept ?? null, slice)
        added.push({ ...fresh, baseline: metric.baseline, fixedLimit: metric.fixedLimit })
        continue
      }
      const wasWanted = held !== null && (slice === null || held.slices?.includes(slice.name))
      const change: Partial<MonitorSettings> = {
        // What people set on the monitor itself stays, unless the definition now says something else.
        ...(held?.baseline === metric.baseline ? {} : { baseline: metric.baseline }),
        ...(held?.fixedLimit === metric.fixedLimit ? {} : { fixedLimit: metric.fixedLimit }),
        ...(wasWanted ? {} : { enabled: true }),
      }
      const differs = Object.entries(change).some(([key, value]) => same[key as keyof Monitor] !== value)
      if (differs) changed.push(revisionOf(ctx, same, change, metric.why))
    }
  }
  return { added, changed }
}

/** A change of a monitor, with who made it and why. */
export function revisionOf(
  ctx: Context,
  monitor: Monitor,
  after: Partial<MonitorSettings>,
  why: string,
): CustomMonitorChanges['changed'][number] {
  const before = Object.fromEntries(Object.keys(after).map((key) => [key, monitor[key as keyof Monitor]]))
  return { monitorId: monitor.id, atMs: ctx.nowMs, actor: actorName(ctx.principal), why, before, after }
}
