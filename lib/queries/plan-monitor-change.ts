/** Owns the question: what would a change make of a monitor, and may it be made? Nothing is written. */
import type { Context } from '@/lib/access/context'
import { columnKey } from '@/lib/domain/column'
import { AppError } from '@/lib/domain/errors'
import { getMetric, isCustom } from '@/lib/domain/metric'
import type { Model, Version } from '@/lib/domain/model'
import {
  type BaselineKind,
  type FiringPolicy,
  MONITOR_SETTINGS,
  type Monitor,
  type MonitorSettings,
} from '@/lib/domain/monitor'
import { hasStoredWeeks } from '@/lib/monitor/custom-window'
import { type EarlierBaseline, hasHourOfWeek } from '@/lib/monitor/earlier-windows'
import { canFixLimit } from '@/lib/monitor/fixed-limit'
import { hasReferenceRows } from '@/lib/queries/has-reference-rows'
import { DRIFT_METHODS, MONITOR_METHODS } from '@/lib/stats/methods'
import type { DriftMethod } from '@/lib/stats/methods/drift-method'

export type MonitorChange = Partial<Omit<MonitorSettings, 'method' | 'baseline' | 'policy'>> & {
  /** A key of the table of methods; the floor becomes the method's own unless it is changed too. */
  readonly method?: string
  /** What distributions, and custom metrics, are compared with; the other baselines are not for people to choose. */
  readonly baseline?: 'training' | EarlierBaseline | 'none'
  /** What is not named stays. */
  readonly policy?: Partial<FiringPolicy>
}

export interface PlannedChange {
  readonly model: Model
  readonly version: Version
  readonly monitor: Monitor
  readonly changed: Monitor
  /** The settings that differ, as they are and as they would be; both empty when nothing changes. */
  readonly before: Partial<MonitorSettings>
  readonly after: Partial<MonitorSettings>
}

/** Beyond any latency, count or size. */
const LARGEST_FLOOR = 1e15
/** Windows that a policy may look back on. */
const MAX_WINDOWS = 50

/**
 * @throws AppError `not_found`, `invalid` with the field at fault, `conflict` when the profile of the monitor is no
 * longer the active one
 */
export async function planMonitorChange(
  ctx: Context,
  monitorId: number,
  change: MonitorChange,
): Promise<PlannedChange> {
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
  const policy = { ...monitor.policy, ...change.policy }
  const wanted: Monitor = {
    ...monitor,
    ...(isOther ? { effectFloor: method.effectFloor } : {}),
    ...change,
    policy,
  }
  if (change.baseline !== undefined) checkBaseline(model, monitor, change.baseline)
  if (change.baseline === 'training' && !(await hasReferenceRows(ctx, monitor)))
    throw refuse('baseline', 'The profile keeps too few rows of this slice to compare it with.')
  if (change.effectFloor !== undefined) checkAmount(wanted, 'effectFloor', change.effectFloor, 0)
  if (change.fixedLimit !== undefined && change.fixedLimit !== null)
    checkFixedLimit(wanted, change.fixedLimit)
  if (change.policy !== undefined) checkPolicy(policy)
  const names = MONITOR_SETTINGS.filter((name) => !isSame(monitor[name], wanted[name]))
  return {
    model,
    version,
    monitor,
    changed: wanted,
    before: pick(monitor, names),
    after: pick(wanted, names),
  }
}

const isSame = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b)

function pick(monitor: Monitor, names: readonly (keyof MonitorSettings)[]): Partial<MonitorSettings> {
  return Object.fromEntries(names.map((name) => [name, monitor[name]]))
}

const refuse = (field: string, message: string, limit?: number) =>
  new AppError('invalid', message, { field, ...(limit === undefined ? {} : { limit }) })

/** The method, when the monitor compares distributions and the method takes its kind of column. */
async function findMethod(ctx: Context, monitor: Monitor, id: string): Promise<DriftMethod> {
  if (monitor.method === null || !monitor.column) {
    throw refuse('method', 'This monitor compares no distributions, so it has no method.')
  }
  const method = MONITOR_METHODS.find((candidate) => candidate.id === id)
  if (!method) throw refuse('method', `There is no method ${id} to judge by.`)
  const stored = await ctx.metadata.findProfile(monitor.profileId)
  const key = columnKey(monitor.column)
  const column = stored?.profile.columns.find((candidate) => columnKey(candidate) === key)
  const kind = column?.grid ? 'numeric' : 'categorical'
  if (!method.kinds.includes(kind)) throw refuse('method', `${method.name} does not take ${kind} columns.`)
  return method
}

function checkBaseline(model: Model, monitor: Monitor, baseline: BaselineKind): void {
  if (isCustom(monitor.metric)) {
    if (baseline === 'training') throw refuse('baseline', 'The reference profile knows no custom metrics.')
    if (baseline === 'same_hour_of_week' && !hasStoredWeeks(model.settings.cadence)) {
      throw refuse(
        'baseline',
        'Only windows from an hour to a day can be compared with the same hour of earlier weeks.',
      )
    }
    return
  }
  if (monitor.method === null)
    throw refuse('baseline', 'This monitor compares no distributions: its baseline is fixed.')
  if (baseline === 'none') throw refuse('baseline', 'Distributions are always compared with something.')
  if (baseline === 'same_hour_of_week' && !hasHourOfWeek(model.settings.cadence)) {
    throw refuse(
      'baseline',
      'Windows longer than a day cannot be compared with the same hour of earlier weeks.',
    )
  }
}

/** Floors and limits of a monitor are no larger: no value of its metric is. */
export function largestAmount({ metric, method }: Pick<Monitor, 'metric' | 'method'>): number {
  const range = DRIFT_METHODS.find(({ id }) => id === method)?.range ?? [0, LARGEST_FLOOR]
  return getMetric(metric).unit === 'share' ? 1 : Math.min(range[1], LARGEST_FLOOR)
}

function checkAmount(
  monitor: Monitor,
  field: 'effectFloor' | 'fixedLimit',
  amount: number,
  least: number,
): void {
  const largest = largestAmount(monitor)
  if (amount >= least && amount <= largest) return
  const what = field === 'effectFloor' ? 'The smallest effect' : 'The limit'
  throw refuse(field, `${what} of this monitor lies between ${least} and ${largest}.`, largest)
}

function checkFixedLimit(monitor: Monitor, limit: number): void {
  if (!canFixLimit(monitor.metric))
    throw refuse('fixedLimit', 'This metric can be too high or too low: one limit cannot bound it.')
  if (limit === 0) throw refuse('fixedLimit', 'A limit is above 0.')
  checkAmount(monitor, 'fixedLimit', limit, 0)
}

function checkPolicy({ fireCount, fireOf, recoverCount, recoverShare }: FiringPolicy): void {
  const isCount = (count: number) => Number.isInteger(count) && count >= 1 && count <= MAX_WINDOWS
  if (!isCount(fireOf)) throw refuse('fireOf', `It looks at 1 to ${MAX_WINDOWS} windows.`)
  if (!isCount(fireCount) || fireCount > fireOf)
    throw refuse(
      'fireCount',
      fireOf === 1
        ? 'It looks at one window only, so it fires when that one breaches.'
        : `It looks at the last ${fireOf} windows: from 1 to ${fireOf} of them can be needed to fire.`,
    )
  if (!isCount(recoverCount))
    throw refuse('recoverCount', `It can recover after 1 to ${MAX_WINDOWS} calm windows.`)
  if (!(recoverShare > 0 && recoverShare <= 1))
    throw refuse(
      'recoverShare',
      'It recovers below a part of its limit: more than 0 % of it, and at most 100 %.',
    )
}
