/** Owns the question: by which rules is a model watched? As the API tells it. */
import type { Context } from '@/lib/access/context'
import { requireScope } from '@/lib/access/principal'
import { getMetric, type MetricUnit } from '@/lib/domain/metric'
import type { Monitor } from '@/lib/domain/monitor'
import { findVersions } from '@/lib/queries/find-versions'

export interface ApiMonitor {
  readonly id: number
  readonly version: string
  readonly metric: Monitor['metric']
  readonly unit: MetricUnit
  readonly column: string | null
  readonly family: string
  /** Name of the slice it watches; null: the whole version. */
  readonly slice: string | null
  readonly baseline: Monitor['baseline']
  readonly method: string | null
  readonly effect_floor: number
  readonly cause: Monitor['cause']
  readonly severity: Monitor['severity']
  readonly enabled: boolean
  readonly fixed_limit: number | null
  readonly owner: string | null
  readonly runbook_url: string | null
  readonly fire_count: number
  readonly fire_of: number
  readonly recover_count: number
  readonly recover_share: number
}

/**
 * Monitors of the active profiles of one version, or of all of them.
 * @throws AppError `not_found`
 */
export async function listMonitors(
  ctx: Context,
  modelName: string,
  versionName: string | null,
): Promise<ApiMonitor[]> {
  requireScope(ctx.principal, 'read')
  const { versions } = await findVersions(ctx, modelName, versionName)
  const all: ApiMonitor[] = []
  for (const version of versions) {
    const whole = await ctx.metadata.listMonitors(version.id)
    for (const monitor of [...whole, ...(await ctx.metadata.listSliceMonitors(version.id))])
      all.push(toApiMonitor(monitor, version.name))
  }
  return all
}

/** One monitor as the API tells it. */
export function toApiMonitor(monitor: Monitor, version: string): ApiMonitor {
  const { policy } = monitor
  const { unit, family } = getMetric(monitor.metric)
  return {
    id: monitor.id,
    version,
    metric: monitor.metric,
    unit,
    column: monitor.column?.name ?? null,
    family: monitor.column?.family ?? family,
    slice: monitor.slice?.name ?? null,
    baseline: monitor.baseline,
    method: monitor.method,
    effect_floor: monitor.effectFloor,
    cause: monitor.cause,
    severity: monitor.severity,
    enabled: monitor.enabled,
    fixed_limit: monitor.fixedLimit,
    owner: monitor.owner,
    runbook_url: monitor.runbookUrl,
    fire_count: policy.fireCount,
    fire_of: policy.fireOf,
    recover_count: policy.recoverCount,
    recover_share: policy.recoverShare,
  }
}
