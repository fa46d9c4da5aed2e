/** Owns the question: what is one monitor, what was it worth, who changed it, and what could it be set to? */
import type { MonitorUse } from '@/db/contracts/profile-records'
import type { Context } from '@/lib/access/context'
import { requireScope } from '@/lib/access/principal'
import { columnKey } from '@/lib/domain/column'
import { AppError } from '@/lib/domain/errors'
import { isCustom } from '@/lib/domain/metric'
import type { Model, Version } from '@/lib/domain/model'
import type { Monitor, MonitorRevision } from '@/lib/domain/monitor'
import { hasStoredWeeks } from '@/lib/monitor/custom-window'
import { hasHourOfWeek } from '@/lib/monitor/earlier-windows'
import { canFixLimit } from '@/lib/monitor/fixed-limit'
import { hasReferenceRows } from '@/lib/queries/has-reference-rows'
import { readMonitorUse, type Usefulness, usefulnessOf } from '@/lib/queries/monitor-use'
import { type SuggestedLimit, suggestLimit } from '@/lib/queries/suggest-limit'
import { MONITOR_METHODS } from '@/lib/stats/methods'

const MAX_REVISIONS = 50

export interface MonitorPage {
  readonly model: Model
  readonly version: Version
  readonly monitor: Monitor
  /** Whether it belongs to the active profile: only those can be changed. */
  readonly isActive: boolean
  readonly use: MonitorUse
  readonly usefulness: Usefulness
  /** Newest first. */
  readonly revisions: readonly MonitorRevision[]
  readonly suggestion: SuggestedLimit
  /** Distances that its column can be judged by; empty where no distributions are compared. */
  readonly methods: readonly { readonly id: string; readonly name: string; readonly effectFloor: number }[]
  /** Whether it can be compared with the reference: a slice, where the profile keeps enough rows of it. */
  readonly canHaveReference: boolean
  readonly canHaveHourOfWeek: boolean
  readonly canHaveLimit: boolean
}

/** @throws AppError `not_found` */
export async function getMonitorPage(ctx: Context, monitorId: number): Promise<MonitorPage> {
  requireScope(ctx.principal, 'read')
  const monitor = await ctx.metadata.findMonitor(monitorId)
  const version = monitor && (await ctx.metadata.findVersionById(monitor.versionId))
  const model = version && (await ctx.metadata.findModelById(version.modelId))
  if (!monitor || !version || !model) throw new AppError('not_found', 'There is no such monitor.')
  const [use, revisions, suggestion, methods] = await Promise.all([
    readMonitorUse(ctx, version.id, monitorId),
    ctx.metadata.listMonitorRevisions(monitorId, MAX_REVISIONS),
    suggestLimit(ctx, monitor),
    methodsFor(ctx, monitor),
  ])
  return {
    model,
    version,
    monitor,
    isActive: version.profileId === monitor.profileId,
    use,
    usefulness: usefulnessOf(use),
    revisions,
    suggestion,
    methods,
    canHaveReference: await hasReferenceRows(ctx, monitor),
    canHaveHourOfWeek: isCustom(monitor.metric)
      ? hasStoredWeeks(model.settings.cadence)
      : hasHourOfWeek(model.settings.cadence),
    canHaveLimit: canFixLimit(monitor.metric),
  }
}

async function methodsFor(ctx: Context, monitor: Monitor): Promise<MonitorPage['methods']> {
  const { column, method } = monitor
  if (!column || method === null) return []
  const stored = await ctx.metadata.findProfile(monitor.profileId)
  const known = stored?.profile.columns.find((each) => columnKey(each) === columnKey(column))
  const kind = known?.grid ? 'numeric' : 'categorical'
  return MONITOR_METHODS.filter(({ kinds }) => kinds.includes(kind)).map(({ id, name, effectFloor }) => ({
    id,
    name,
    effectFloor,
  }))
}
