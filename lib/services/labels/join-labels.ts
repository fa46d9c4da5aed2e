/** Owns the step from label log to quality: finds the records, joins, corrects, and commits with the position. */
import type { LabelBlock } from '@/db/contracts/log-store'
import type { DueWindow, JoinedLabel, PendingLabel, SummaryDelta } from '@/db/contracts/series-store'
import type { Context } from '@/lib/access/context'
import { requireScope } from '@/lib/access/principal'
import type { Model, Version } from '@/lib/domain/model'
import { joinedLabel, QualityDeltas } from '@/lib/services/labels/quality-deltas'
import { minutesFromMs } from '@/lib/services/summaries/fold-blocks'
import { positiveClassOf } from '@/lib/services/summaries/summary-cache'
import { windowsAround } from '@/lib/services/verdicts/reopen-windows'

const LABELS_A_STEP = 5_000

/** What the labels of one model change. */
interface ModelJoins {
  readonly joined: JoinedLabel[]
  readonly pending: PendingLabel[]
  readonly noLongerPending: { modelId: number; predictionId: string }[]
  readonly deltas: SummaryDelta[]
  readonly retractions: SummaryDelta[]
  readonly dueWindows: DueWindow[]
}

/**
 * Joins the next labels to their records. A newer label of the same record takes the place of the older one, an
 * equal or older one is ignored; a label without a record waits for it. Windows of the records become due again.
 * @returns labels read; 0 when all are joined
 * @throws AppError `conflict` when another process joined them meanwhile; nothing is changed then
 */
export async function joinLabels(ctx: Context): Promise<{ labels: number }> {
  requireScope(ctx.principal, 'admin')
  const from = await ctx.series.position('labels')
  const blocks = await ctx.log.readLabels(from, LABELS_A_STEP)
  const to = blocks.at(-1)?.position
  if (to === undefined) return { labels: 0 }
  const joins: ModelJoins[] = []
  for (const name of new Set(blocks.map(({ model }) => model))) {
    joins.push(
      await joinModel(
        ctx,
        name,
        blocks.filter(({ model }) => model === name),
      ),
    )
  }
  await ctx.series.commit({
    stage: 'labels',
    from,
    to,
    arrivedMs: Math.max(...blocks.map(({ receivedMs }) => receivedMs)),
    deltas: joins.flatMap(({ deltas }) => deltas),
    retractions: joins.flatMap(({ retractions }) => retractions),
    dueWindows: joins.flatMap(({ dueWindows }) => dueWindows),
    joined: joins.flatMap(({ joined }) => joined),
    pending: joins.flatMap(({ pending }) => pending),
    noLongerPending: joins.flatMap(({ noLongerPending }) => noLongerPending),
  })
  return { labels: blocks.reduce((sum, block) => sum + block.labels.length, 0) }
}

async function joinModel(ctx: Context, name: string, blocks: readonly LabelBlock[]): Promise<ModelJoins> {
  const model = (await ctx.metadata.findModel(name)) ?? (await ctx.metadata.registerModel(name, ctx.nowMs))
  const arrived = newestById(model.id, blocks)
  const ids = [...arrived.keys()]
  const joinedBefore = await ctx.series.findJoined(model.id, ids)
  const waiting = await ctx.series.findPending(model.id, ids)
  const records = await ctx.log.findRecords(
    model.name,
    ids.filter((id) => !joinedBefore.has(id)),
  )
  const slices = await ctx.metadata.listSlices(model.id)
  const versions = new VersionsOf(ctx, model)
  const added = new QualityDeltas(minutesFromMs(ctx))
  const removed = new QualityDeltas(minutesFromMs(ctx))
  const joined: JoinedLabel[] = []
  const pending: PendingLabel[] = []
  for (const [id, label] of arrived) {
    const before = joinedBefore.get(id)
    if (before) {
      if (label.labelMs <= before.labelMs) continue
      const positiveClass = await versions.positiveClass(before.versionId)
      removed.add(before, positiveClass)
      joined.push({ ...before, labelMs: label.labelMs, actual: label.actual })
      added.add({ ...before, actual: label.actual }, positiveClass)
      continue
    }
    const newest = newer(waiting.get(id), label)
    const found = records.get(id)
    if (!found) {
      if (newest === label) pending.push(label)
      continue
    }
    const version = await versions.named(found.version)
    const positiveClass = await versions.positiveClass(version.id)
    const row = joinedLabel(newest, found.record, version.id, positiveClass, slices)
    joined.push(row)
    added.add(row, positiveClass)
  }
  const joinedIds = new Set(joined.map(({ predictionId }) => predictionId))
  return {
    joined,
    pending,
    noLongerPending: [...waiting.keys()]
      .filter((id) => joinedIds.has(id))
      .map((predictionId) => ({ modelId: model.id, predictionId })),
    deltas: added.deltas(),
    retractions: removed.deltas(),
    dueWindows: await dueWindowsOf(ctx, model, versions, joined),
  }
}

/** The newest label of each record; of equally new ones the first. */
function newestById(modelId: number, blocks: readonly LabelBlock[]): Map<string, PendingLabel> {
  const newest = new Map<string, PendingLabel>()
  for (const { labels, receivedMs } of blocks) {
    for (const { id, y, at } of labels) {
      const label = { modelId, predictionId: id, labelMs: at, actual: JSON.stringify(y), receivedMs }
      newest.set(id, newer(newest.get(id), label))
    }
  }
  return newest
}

function newer(known: PendingLabel | undefined, label: PendingLabel): PendingLabel {
  return known && known.labelMs >= label.labelMs ? known : label
}

async function dueWindowsOf(
  ctx: Context,
  model: Model,
  versions: VersionsOf,
  joined: readonly JoinedLabel[],
): Promise<DueWindow[]> {
  const instants = new Map<number, number[]>()
  for (const { versionId, recordMs } of joined) {
    const list = instants.get(versionId)
    if (list) list.push(recordMs)
    else instants.set(versionId, [recordMs])
  }
  const due: DueWindow[] = []
  for (const [versionId, list] of instants) {
    if ((await versions.withId(versionId))?.profileId == null) continue
    due.push(...(await windowsAround(ctx, model, versionId, list)))
  }
  return due
}

/** Versions of one model, each looked up once a step. */
class VersionsOf {
  private readonly byName = new Map<string, Version>()
  private readonly byId = new Map<number, Version | null>()

  constructor(
    private readonly ctx: Context,
    private readonly model: Model,
  ) {}

  /** The version of this name; its records may not be summarised yet, then it is registered here. */
  async named(name: string): Promise<Version> {
    const known = this.byName.get(name)
    if (known) return known
    const { metadata, nowMs } = this.ctx
    const { version } = await metadata.registerVersion(this.model.name, name, nowMs)
    this.byName.set(name, version)
    this.byId.set(version.id, version)
    return version
  }

  async withId(versionId: number): Promise<Version | null> {
    const known = this.byId.get(versionId)
    if (known !== undefined) return known
    const version = await this.ctx.metadata.findVersionById(versionId)
    this.byId.set(versionId, version)
    return version
  }

  async positiveClass(versionId: number): Promise<string | null> {
    return positiveClassOf(this.ctx, (await this.withId(versionId))?.profileId ?? null)
  }
}
