/** Owns the question: which monitors make noise, and which of it was worth hearing? */
import type { MonitorUse } from '@/db/contracts/profile-records'
import type { Context } from '@/lib/access/context'
import { requireScope } from '@/lib/access/principal'
import type { MonitorStateName } from '@/lib/domain/alert'
import { AppError } from '@/lib/domain/errors'
import type { Model, Version } from '@/lib/domain/model'
import type { Monitor } from '@/lib/domain/monitor'
import { defaultVersion } from '@/lib/queries/model-scope'
import { readUses, type Usefulness, unused, usefulnessOf } from '@/lib/queries/monitor-use'

export interface MonitorRow {
  readonly monitor: Monitor
  readonly model: string
  readonly version: string
  readonly state: MonitorStateName
  readonly use: MonitorUse
  readonly usefulness: Usefulness
}

export interface MonitorList {
  /** Loudest first; those that never fired follow by model. */
  readonly rows: readonly MonitorRow[]
  /** Monitors that are watched in all: without a model named, the quiet ones are not among the rows. */
  readonly total: number
}

/**
 * Monitors of the versions that serve.
 * @param wish.model only this model, with monitors that never fired too; without it only those that fired or were changed
 * @param wish.slice only monitors of slices of this name
 * @throws AppError `not_found` for an unknown model
 */
export async function listMonitorsByNoise(
  ctx: Context,
  wish: { readonly model: string | null; readonly slice?: string | null },
): Promise<MonitorList> {
  requireScope(ctx.principal, 'read')
  const models = await modelsOf(ctx, wish.model)
  const rows: MonitorRow[] = []
  let total = 0
  for (const model of models) {
    const version = defaultVersion(await ctx.metadata.listVersions(model.id))
    if (!version || version.profileId === null) continue
    const all = (await rowsOf(ctx, model, version)).filter(
      ({ monitor }) => !wish.slice || monitor.slice?.name === wish.slice,
    )
    total += all.length
    rows.push(...all.filter(({ use, monitor }) => wish.model !== null || use.fired > 0 || !monitor.enabled))
  }
  rows.sort(byNoise)
  return { rows, total }
}

async function modelsOf(ctx: Context, name: string | null): Promise<Model[]> {
  if (name === null) return ctx.metadata.listModels()
  const model = await ctx.metadata.findModel(name)
  if (!model) throw new AppError('not_found', 'There is no model of this name.', { field: 'model' })
  return [model]
}

async function rowsOf(ctx: Context, model: Model, version: Version): Promise<MonitorRow[]> {
  const [whole, sliced, states, uses] = await Promise.all([
    ctx.metadata.listMonitors(version.id),
    ctx.metadata.listSliceMonitors(version.id),
    ctx.metadata.listMonitorStates(version.id),
    readUses(ctx, version.id),
  ])
  const stateOf = new Map(states.map(({ monitorId, state }) => [monitorId, state]))
  return [...whole, ...sliced].map((monitor) => {
    const use = uses.get(monitor.id) ?? unused(monitor.id)
    return {
      monitor,
      model: model.name,
      version: version.name,
      state: stateOf.get(monitor.id) ?? 'inactive',
      use,
      usefulness: usefulnessOf(use),
    }
  })
}

/** Wasted calls first, then all calls, then what was switched off. */
function byNoise(a: MonitorRow, b: MonitorRow): number {
  return (
    b.use.falseAlarms - a.use.falseAlarms ||
    b.use.fired - a.use.fired ||
    Number(a.monitor.enabled) - Number(b.monitor.enabled) ||
    a.model.localeCompare(b.model) ||
    a.monitor.id - b.monitor.id
  )
}
