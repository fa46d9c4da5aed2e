/** Owns the monitors of custom metrics under a profile that is about to be activated: settings stay as people left them. */
import type { NewMonitor } from '@/db/contracts/profile-records'
import type { Context } from '@/lib/access/context'
import { metricOfCustom } from '@/lib/domain/custom-metric'
import type { Version } from '@/lib/domain/model'
import { customMonitor, isMonitorOf } from '@/lib/monitor/custom-monitors'

export async function customMonitorsFor(
  ctx: Context,
  version: Version,
  profileId: number,
): Promise<NewMonitor[]> {
  const metrics = await ctx.metadata.listCustomMetrics(version.modelId)
  if (metrics.length === 0) return []
  const before = await ctx.metadata.listMonitors(version.id)
  return metrics.map((metric) => {
    const same = before.find(
      (monitor) => isMonitorOf(monitor, metric.name) && monitor.metric === metricOfCustom(metric),
    )
    return customMonitor(metric, version.id, profileId, same ?? null)
  })
}
