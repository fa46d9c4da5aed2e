/** Owns changing one rule by hand, and remembering who changed it and why. */
import type { Context } from '@/lib/access/context'
import { actorName, requireScope } from '@/lib/access/principal'
import { columnKey } from '@/lib/domain/column'
import type { Version } from '@/lib/domain/model'
import type { Monitor, MonitorSettings } from '@/lib/domain/monitor'
import { type MonitorChange, planMonitorChange } from '@/lib/queries/plan-monitor-change'

/**
 * Changes a monitor of an active profile; what is not named stays. It holds from the next window that is judged.
 * @param why in the words of who changes it; may be empty
 * @throws AppError as planMonitorChange does
 */
export async function updateMonitor(
  ctx: Context,
  monitorId: number,
  change: MonitorChange,
  why = '',
): Promise<{ monitor: Monitor; version: Version }> {
  requireScope(ctx.principal, 'admin')
  const { model, version, monitor, before, after } = await planMonitorChange(ctx, monitorId, change)
  if (Object.keys(after).length === 0) return { monitor, version }
  const by = { atMs: ctx.nowMs, actor: actorName(ctx.principal) }
  const changed = await ctx.metadata.updateMonitor(monitorId, after, { ...by, why, before, after })
  const column = monitor.column ? ` of ${columnKey(monitor.column)}` : ''
  await ctx.metadata.addAudit({
    ...by,
    action: 'monitor.update',
    subject: `${model.name} / ${version.name}: ${monitor.metric}${column}: ${sayChange(before, after)}`,
  })
  return { monitor: changed, version }
}

function sayChange(before: Partial<MonitorSettings>, after: Partial<MonitorSettings>): string {
  const say = (value: unknown) => (typeof value === 'object' ? JSON.stringify(value) : String(value))
  return Object.entries(after)
    .map(([name, value]) => `${name} ${say(before[name as keyof MonitorSettings])} to ${say(value)}`)
    .join(', ')
}
