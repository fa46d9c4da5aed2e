/** Owns the monitors of custom metrics under a profile that is about to be activated: settings stay as people left them. */
import type { NewMonitor } from '@/db/contracts/profile-records'
import type { Context } from '@/lib/access/context'
import { metricOfCustom } from '@/lib/domain/custom-metric'
import type { Version } from '@/lib/domain/model'
import { customMonitor, isMonitorOf } from '@/lib/monitor/custom-monitors'
import { listAll } from '@/lib/services/custom/plan-monitors'

export async function customMonitorsFor(
  ctx: Context,
  version: Version,
  profileId: number,
): Promise<NewMonitor[]> {
  const metrics = await ctx.metadata.listCustomMetrics(version.modelId)
  if (metrics.length === 0) return []
  const before = await listAll(ctx, version.id)
  const slices = await ctx.metadata.listSlices(version.modelId)
  return metrics.flatMap((metric) =>
    [null, ...slices.filter(({ name }) => metric.slices?.includes(name))].map((slice) => {
      const same = before.find(
        (monitor) =>
          isMonitorOf(monitor, metric.name) &&
          monitor.metric === metricOfCustom(metric) &&
          (monitor.slice?.id ?? null) === (slice?.id ?? null),
      )
      return customMonitor(metric, version.id, profileId, same ?? null, slice)
    }),
  )
}
