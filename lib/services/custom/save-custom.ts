/** Owns saving and removing the definition of a custom metric, with its monitors on every version that is watched. */
import type { CustomMonitorChanges, NewCustomMetric } from '@/db/contracts/custom-records'
import type { Context } from '@/lib/access/context'
import { actorName, requireScope } from '@/lib/access/principal'
import { PREDICTION, SCORE } from '@/lib/domain/column'
import {
  type CustomBaseline,
  type CustomMetric,
  type Direction,
  MAX_CUSTOM_METRICS,
  MAX_CUSTOM_NAME,
  MAX_CUSTOM_UNIT,
} from '@/lib/domain/custom-metric'
import { AppError } from '@/lib/domain/errors'
import type { Model } from '@/lib/domain/model'
import { isMonitorOf } from '@/lib/monitor/custom-monitors'
import { hasStoredWeeks } from '@/lib/monitor/custom-window'
import { compileCustom } from '@/lib/queries/compile-custom'
import { readFieldCatalogue } from '@/lib/queries/field-catalogue'
import { requireModel } from '@/lib/queries/require-model'
import { checkSlices, isTakenUpAgain } from '@/lib/services/custom/custom-slices'
import { listAll, planMonitors, revisionOf } from '@/lib/services/custom/plan-monitors'

/** Revisions of one definition that are looked through for slices that it once named. */
const MAX_REVISIONS = 1_000

export interface CustomWish {
  readonly name: string
  readonly expression: string
  readonly unit: string | null
  readonly bad: Direction
  readonly baseline: CustomBaseline
  readonly fixedLimit: number | null
  /** Names of the slices that it is to be counted in beside the whole; absent for none. */
  readonly slices?: readonly string[]
  /** The revision that was changed; 0 for a new one. */
  readonly expected: number
  readonly why: string
}

/**
 * Stores a definition as the next revision of its name. History is read from the log that is kept; its monitors speak from
 * then on.
 * @throws AppError `not_found`; `invalid` with the field at fault; `conflict` when it was changed meanwhile, or there are
 * too many
 */
export async function saveCustom(ctx: Context, modelName: string, wish: CustomWish): Promise<CustomMetric> {
  requireScope(ctx.principal, 'admin')
  const model = await requireModel(ctx, modelName)
  const name = checkName(wish.name)
  const { types } = await readFieldCatalogue(ctx, model)
  const compiled = compileCustom(wish.expression, types)
  checkLimit(model, wish)
  const revisions = await ctx.metadata.listCustomRevisions(model.id, name, MAX_REVISIONS)
  const [last] = revisions
  const held = last && !last.isRemoved ? last : null
  const slices = await checkSlices(ctx, model, name, wish.slices ?? [])
  const isSame =
    held?.expression === wish.expression &&
    JSON.stringify(held.fields) === JSON.stringify(compiled.fields) &&
    !isTakenUpAgain(slices, held, revisions)
  const metric: NewCustomMetric = {
    modelId: model.id,
    name,
    expression: wish.expression,
    aggregate: compiled.aggregate,
    fields: compiled.fields,
    unit: compiled.aggregate === 'share' ? null : checkUnit(wish.unit),
    bad: wish.bad,
    baseline: wish.baseline,
    fixedLimit: wish.fixedLimit,
    seriesId: isSame ? held.seriesId : null,
    isRemoved: false,
    createdMs: ctx.nowMs,
    createdBy: actorName(ctx.principal),
    why: wish.why,
    ...(slices.length > 0 ? { slices } : {}),
  }
  const monitors = await planMonitors(ctx, model, metric, held)
  const saved = await ctx.metadata.addCustomMetric(metric, wish.expected, MAX_CUSTOM_METRICS, monitors)
  await audit(ctx, 'custom_metric.save', model, saved)
  return saved
}

/**
 * Ends a definition; what was counted stays until it is too old. Its monitors are switched off.
 * @param id of the revision that holds
 * @throws AppError `not_found`, `conflict`
 */
export async function removeCustom(ctx: Context, modelName: string, id: number): Promise<void> {
  requireScope(ctx.principal, 'admin')
  const model = await requireModel(ctx, modelName)
  const held = (await ctx.metadata.listCustomMetrics(model.id)).find((metric) => metric.id === id)
  if (!held) throw new AppError('not_found', 'There is no such custom metric, or it was changed meanwhile.')
  const { id: _id, revision, ...rest } = held
  const by = { createdMs: ctx.nowMs, createdBy: actorName(ctx.principal), why: '' }
  const changed: CustomMonitorChanges['changed'][number][] = []
  for (const version of await ctx.metadata.listVersions(model.id)) {
    for (const monitor of await listAll(ctx, version.id))
      if (isMonitorOf(monitor, held.name) && monitor.enabled)
        changed.push(revisionOf(ctx, monitor, { enabled: false }, 'The custom metric was removed.'))
  }
  const removed = { ...rest, ...by, isRemoved: true }
  const saved = await ctx.metadata.addCustomMetric(removed, revision, MAX_CUSTOM_METRICS, {
    added: [],
    changed,
  })
  await audit(ctx, 'custom_metric.remove', model, saved)
}

const refuse = (field: string, message: string, limit?: number) =>
  new AppError('invalid', message, { field, ...(limit === undefined ? {} : { limit }) })

/** Control characters, and signs that turn the direction of writing, would make one name look like another. */
const UNSAFE = /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u

function checkName(given: string): string {
  const name = given.normalize('NFC').trim()
  if (name === '' || name.length > MAX_CUSTOM_NAME)
    throw refuse('name', `A name has 1 to ${MAX_CUSTOM_NAME} characters.`, MAX_CUSTOM_NAME)
  if (UNSAFE.test(name)) throw refuse('name', 'A name holds no control characters.')
  if (name === PREDICTION || name === SCORE) throw refuse('name', `${name} is an output of its own.`)
  return name
}

function checkUnit(given: string | null): string | null {
  const unit = given?.normalize('NFC').trim() ?? ''
  if (unit.length > MAX_CUSTOM_UNIT || UNSAFE.test(unit))
    throw refuse('unit', `A unit has at most ${MAX_CUSTOM_UNIT} characters, such as EUR.`, MAX_CUSTOM_UNIT)
  return unit === '' ? null : unit
}

function checkLimit({ settings }: Model, { baseline, fixedLimit, bad }: CustomWish): void {
  if (baseline === 'same_hour_of_week' && !hasStoredWeeks(settings.cadence))
    throw refuse(
      'baseline',
      'Only windows from an hour to a day can be compared with the same hour of earlier weeks.',
    )
  if (fixedLimit === null) return
  if (bad === 'both')
    throw refuse('fixed_limit', 'One limit cannot bound what is bad both ways: say which way is bad.')
  if (!(fixedLimit > 0) || !Number.isFinite(fixedLimit)) throw refuse('fixed_limit', 'A limit is above 0.')
}

async function audit(ctx: Context, action: string, model: Model, metric: CustomMetric): Promise<void> {
  await ctx.metadata.addAudit({
    atMs: ctx.nowMs,
    actor: actorName(ctx.principal),
    action,
    subject: `${model.name}: ${metric.name}, revision ${metric.revision}: ${metric.expression}`,
  })
}
