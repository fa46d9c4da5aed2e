/** Owns the question: does a stored evaluation come out of the stored summaries again, bit for bit? Nothing is written. */
import type { EvaluationRow } from '@/db/contracts/evaluation-records'
import type { Context } from '@/lib/access/context'
import { requireScope } from '@/lib/access/principal'
import { columnKey } from '@/lib/domain/column'
import { AppError } from '@/lib/domain/errors'
import type { EvaluationBasis } from '@/lib/domain/evaluation'
import { eventOfMetric, type MetricId } from '@/lib/domain/metric'
import type { Model, Version } from '@/lib/domain/model'
import type { Monitor } from '@/lib/domain/monitor'
import type { StoredProfile } from '@/lib/domain/profile'
import { LEVEL_OF_CADENCE } from '@/lib/domain/time'
import { monitorAsOf } from '@/lib/monitor/basis'
import { type JudgedMonitor, judgeWindow } from '@/lib/monitor/judge-window'
import type { LabelledWindow } from '@/lib/monitor/label-history'
import { compareJudgements, type Difference } from '@/lib/queries/compare-judgements'
import { type EvaluationTarget, rememberedProfile } from '@/lib/queries/evaluation-target'
import { explainReplay } from '@/lib/queries/explain-replay'
import { labelsAsOf } from '@/lib/queries/labels-as-of'
import { readBaselines } from '@/lib/queries/read-baselines'
import { type CustomWish, readCustoms } from '@/lib/queries/read-customs'
import { readSlices, withCustoms } from '@/lib/queries/read-slices'
import { readWindow } from '@/lib/queries/read-window'
import { TrafficHistory } from '@/lib/queries/traffic-history'

export interface Replay {
  readonly model: string
  readonly version: string
  readonly profile: StoredProfile
  readonly stored: EvaluationRow
  /** null: judged again, its monitor has nothing to say. */
  readonly replayed: JudgedMonitor | null
  /** Empty: it was reproduced. */
  readonly differences: readonly Difference[]
  /** Sentences on how it was judged, and on why it may come out differently. */
  readonly notes: readonly string[]
}

/** @throws AppError `not_found` for an unknown id, or where the profile or model is gone */
export async function replayEvaluation(ctx: Context, evaluationId: number): Promise<Replay> {
  requireScope(ctx.principal, 'read')
  const stored = await ctx.metadata.findEvaluation(evaluationId)
  if (!stored) throw new AppError('not_found', `There is no evaluation ${evaluationId}.`)
  const then = await targetThen(ctx, stored)
  const { model, version, profile, monitors } = then
  const { basis } = stored.detail
  const cadence = model.settings.cadence
  const window = { startMs: stored.windowStartMs, endMs: stored.windowEndMs }
  const summaries = await readWindow(ctx, then, window, LEVEL_OF_CADENCE[cadence])
  const siblings = await ctx.metadata.listVersions(model.id)
  const present = siblings.find(({ id }) => id === version.id) ?? version
  const history = new TrafficHistory(ctx, window.endMs)
  const trailing = await history.before(present, siblings, cadence, window)
  const labelMonitor = monitors.find(({ metric, enabled }) => enabled && metric === 'label_coverage')
  const labels =
    stored.historical || !labelMonitor ? null : await labelsAsOf(ctx, stored, labelMonitor, cadence)
  const eventHistory = new Map<MetricId, LabelledWindow[]>()
  for (const monitor of stored.historical ? [] : monitors) {
    if (monitor.id !== stored.monitorId || eventOfMetric(monitor.metric) === null) continue
    eventHistory.set(monitor.metric, await labelsAsOf(ctx, stored, monitor, cadence))
  }
  const customsThen = asOf(ctx, then, stored)
  const judged = judgeWindow({
    model,
    version: basis ? versionAsOf(version, basis) : version,
    profile,
    monitors: [...monitors, ...then.sliceMonitors],
    window,
    ...summaries,
    baselines: await readBaselines(ctx, then, window),
    trailing,
    labels,
    eventHistory,
    slices: await withCustoms(ctx, then, await readSlices(ctx, then, window, history), window, customsThen),
    isSliced: basis?.sliced === true,
    customs: await readCustoms(ctx, then, window, customsThen),
    nowMs: stored.evaluatedMs,
    historical: stored.historical,
  })
  const replayed = judged.find(({ monitorId }) => monitorId === stored.monitorId) ?? null
  const differences = replayed
    ? compareJudgements(stored, replayed)
    : [{ field: 'verdict', stored: stored.verdict, replayed: null }]
  const notes = await explainReplay(ctx, { stored, replayed, differences, profile })
  return { model: model.name, version: version.name, profile, stored, replayed, differences, notes }
}

/** What the window was judged by: the model's budget and cadence, the profile, and its monitors as they were then. */
async function targetThen(ctx: Context, stored: EvaluationRow): Promise<EvaluationTarget> {
  const version = await ctx.metadata.findVersionById(stored.versionId)
  const monitor = await ctx.metadata.findMonitor(stored.monitorId)
  const model = version && (await ctx.metadata.findModelById(version.modelId))
  const profile = monitor && (await rememberedProfile(ctx, monitor.profileId))
  if (!version || !model || !profile) {
    throw new AppError('not_found', 'The model or the profile of this evaluation is gone.')
  }
  const [monitors, columns] = await Promise.all([
    ctx.metadata.listMonitors(version.id, profile.id),
    ctx.metadata.listColumns(version.id),
  ])
  const { basis } = stored.detail
  return {
    model: basis ? modelAsOf(model, basis) : model,
    version,
    profile,
    monitors: await Promise.all(monitors.map((each) => siblingAsOf(ctx, each, stored))),
    columnKeys: new Map(columns.map((column) => [column.columnId, columnKey(column)])),
    // Slices are corrected together, apart from everything else.
    ...(monitor.slice
      ? await slicesThen(ctx, version, profile.id, stored)
      : { slices: [], sliceMonitors: [] }),
  }
}

async function slicesThen(
  ctx: Context,
  version: Version,
  profileId: number,
  stored: EvaluationRow,
): Promise<Pick<EvaluationTarget, 'slices' | 'sliceMonitors'>> {
  const monitors = await ctx.metadata.listSliceMonitors(version.id, profileId)
  return {
    slices: await ctx.metadata.listSlices(version.modelId),
    sliceMonitors: await Promise.all(monitors.map((each) => siblingAsOf(ctx, each, stored))),
  }
}

/** Custom metrics by the revision that judged, and their events as they were known. */
function asOf(ctx: Context, then: EvaluationTarget, stored: EvaluationRow): CustomWish {
  const { customRevision } = stored.detail
  return {
    historical: stored.historical,
    arrivalsOf: (monitor) => labelsAsOf(ctx, stored, monitor, then.model.settings.cadence),
    revisionOf: ({ id }) =>
      id === stored.monitorId && typeof customRevision === 'number' ? customRevision : undefined,
  }
}

function modelAsOf(model: Model, { cadence, budget }: EvaluationBasis): Model {
  return { ...model, settings: { ...model.settings, cadence, falseAlarmBudget: budget } }
}

/** Its first and last record as far as they bounded the window. */
function versionAsOf(version: Version, { covered }: EvaluationBasis): Version {
  if (!covered) return { ...version, firstRecordMs: null, lastRecordMs: null }
  return { ...version, firstRecordMs: covered[0], lastRecordMs: covered[1] - 1 }
}

/**
 * A monitor that was judged on the window with this evaluation, or left from before because nothing changed: those are
 * corrected together. One without an evaluation had nothing to say, and is as it is now.
 */
async function siblingAsOf(ctx: Context, monitor: Monitor, stored: EvaluationRow): Promise<Monitor> {
  const revisions = await ctx.metadata.listRevisions(monitor.id, stored.windowStartMs)
  const judged = revisions.findLast(({ evaluatedMs }) => evaluatedMs <= stored.evaluatedMs)
  return judged ? monitorAsOf(monitor, judged.detail.basis) : monitor
}
