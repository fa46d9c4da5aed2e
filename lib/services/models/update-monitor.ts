/** Owns changing one rule by hand: on or off, by which distance, the smallest effect that counts, how loud it is. */
import type { Context } from '@/lib/access/context'
import { actorName, requireScope } from '@/lib/access/principal'
import { columnKey } from '@/lib/domain/column'
import { AppError } from '@/lib/domain/errors'
import { getMetric } from '@/lib/domain/metric'
import type { Model, Version } from '@/lib/domain/model'
import type { BaselineKind, Monitor } from '@/lib/domain/monitor'
import { type EarlierBaseline, hasHourOfWeek } from '@/lib/monitor/earlier-windows'
import { DRIFT_METHODS, MONITOR_METHODS } from '@/lib/stats/methods'
import type { DriftMethod } from '@/lib/stats/methods/drift-method'

export type MonitorChange = Partial<Pick<Monitor, 'enabled' | 'effectFloor' | 'severity'>> & {
  /** A key of the table of methods; the floor becomes the method's own unless it is changed too. */
  readonly method?: string
  /** What distributions are compared with; the other baselines are not for people to choose. */
  readonly baseline?: 'training' | EarlierBaseline
}

/** Beyond any latency, count or size. */
const LARGEST_FLOOR = 1e15

/**
 * Changes a monitor of an active profile; what is not named stays. It holds from the next window that is judged.
 * @throws AppError `not_found`, `invalid`, `conflict` when the profile of the monitor is no longer the active one
 */
export async function updateMonitor(
  ctx: Context,
  monitorId: number,
  change: MonitorChange,
): Promise<{ monitor: Monitor; version: Version }> {
  requireScope(ctx.principal, 'admin')
  const monitor = await ctx.metadata.findMonitor(monitorId)
  const version = monitor && (await ctx.metadata.findVersionById(monitor.versionId))
  const model = version && (await ctx.metadata.findModelById(version.modelId))
  if (!monitor || !version || !model) throw new AppError('not_found', 'There is no such monitor.')
  if (version.profileId !== monitor.profileId) {
    throw new AppError('conflict', 'This monitor belongs to a profile that is no longer active.', {
      reason: 'superseded',
    })
  }
  const method = change.method === undefined ? null : await findMethod(ctx, monitor, change.method)
  const isOther = method !== null && method.id !== monitor.method
  const whole = isOther ? { effectFloor: method.effectFloor, ...change } : change
  if (change.baseline !== undefined) checkBaseline(model, monitor, change.baseline)
  if (change.effectFloor !== undefined)
    checkFloor({ ...monitor, method: method?.id ?? monitor.method }, change.effectFloor)
  const said = describeChange(monitor, whole)
  if (said === '') return { monitor, version }
  const changed = await ctx.metadata.updateMonitor(monitorId, whole)
  const column = monitor.column ? ` of ${columnKey(monitor.column)}` : ''
  await ctx.metadata.addAudit({
    atMs: ctx.nowMs,
    actor: actorName(ctx.principal),
    action: 'monitor.update',
    subject: `${model.name} / ${version.name}: ${monitor.metric}${column}: ${said}`,
  })
  return { monitor: changed, version }
}

/** The method, when the monitor compares distributions and the method takes its kind of column. */
async function findMethod(ctx: Context, monitor: Monitor, id: string): Promise<DriftMethod> {
  const refuse = (message: string) => new AppError('invalid', message, { field: 'method' })
  if (monitor.method === null || !monitor.column) {
    throw refuse('This monitor compares no distributions, so it has no method.')
  }
  const method = MONITOR_METHODS.find((candidate) => candidate.id === id)
  if (!method) throw refuse(`There is no method ${id} to judge by.`)
  const stored = await ctx.metadata.findProfile(monitor.profileId)
  const key = columnKey(monitor.column)
  const column = stored?.profile.columns.find((candidate) => columnKey(candidate) === key)
  const kind = column?.grid ? 'numeric' : 'categorical'
  if (!method.kinds.includes(kind)) throw refuse(`${method.name} does not take ${kind} columns.`)
  return method
}

function checkBaseline(model: Model, monitor: Monitor, baseline: BaselineKind): void {
  const refuse = (message: string) => new AppError('invalid', message, { field: 'baseline' })
  if (monitor.method === null) throw refuse('This monitor compares no distributions: its baseline is fixed.')
  if (baseline === 'same_hour_of_week' && !hasHourOfWeek(model.settings.cadence)) {
    throw refuse('Windows longer than a day have no hour of the week.')
  }
}

function checkFloor(monitor: Monitor, floor: number): void {
  const { unit } = getMetric(monitor.metric)
  const range = DRIFT_METHODS.find(({ id }) => id === monitor.method)?.range ?? [0, LARGEST_FLOOR]
  const largest = unit === 'share' ? 1 : Math.min(range[1], LARGEST_FLOOR)
  if (floor >= 0 && floor <= largest) return
  throw new AppError('invalid', `The smallest effect of this monitor lies between 0 and ${largest}.`, {
    field: 'effectFloor',
    limit: largest,
  })
}

function describeChange(monitor: Monitor, change: MonitorChange): string {
  const names = ['enabled', 'method', 'baseline', 'effectFloor', 'severity'] as const
  return names
    .filter((name) => change[name] !== undefined && change[name] !== monitor[name])
    .map((name) => `${name} ${monitor[name]} to ${change[name]}`)
    .join(', ')
}
