/** Owns what a scrape is told of versions and their slices: the newest judged window of each, within a bound for all. */
import type { EvaluationRow } from '@/db/contracts/evaluation-records'
import type { Context } from '@/lib/access/context'
import type { Verdict } from '@/lib/domain/evaluation'
import type { DeploymentMode, Version } from '@/lib/domain/model'
import type { Severity } from '@/lib/domain/monitor'
import { oncePer } from '@/lib/domain/once-per'
import { MINUTE_MS, startingAt } from '@/lib/domain/time'

/** Series about models that one scrape holds at most; each column counts its value and its limit. */
export const MAX_MODEL_SERIES = 10_000
/** Series about slices beside them: a slice takes no version's place. */
export const MAX_SLICE_SERIES = 5_000
/** Columns of a version that are told, the worst first. */
const MAX_COLUMNS = 20
/** Columns of a slice. */
const MAX_SLICE_COLUMNS = 5
/** Evaluations of one window that are read; ten slices have ten times as many. */
const MAX_ROWS = 5_000
const MAX_ROWS_WITH_SLICES = 25_000
/** A window may be judged again: what was read of it is not believed for longer. */
const BELIEVED_MS = MINUTE_MS

/** A metric of the newest judged window; `column` is null for one of the whole. */
export interface MetricValue {
  readonly metric: string
  readonly family: string | null
  readonly column: string | null
  readonly value: number
  readonly limit: number | null
}

/** What is said of a version and of a slice alike. */
interface JudgedPart {
  /** Monitors by what they said of the newest window. */
  readonly verdicts: ReadonlyMap<Verdict, number>
  readonly values: readonly MetricValue[]
}

export interface SliceMetrics extends JudgedPart {
  readonly slice: string
}

export interface VersionMetrics extends JudgedPart {
  readonly model: string
  readonly version: string
  readonly mode: DeploymentMode
  readonly lastRecordMs: number | null
  readonly windowEndMs: number | null
  readonly open: Readonly<Record<Severity, number>>
  /** Those that are kept up, in the order of their making; none for most. */
  readonly slices: readonly SliceMetrics[]
}

/** Takes what fits. What comes first fills the space, so it keeps its place from scrape to scrape. */
class Space {
  leftOut = 0
  private taken = 0

  constructor(private readonly size: number) {}

  /** @param hidden series that were not told in any case */
  takes(cost: number, hidden: number): boolean {
    this.leftOut += hidden
    const fits = this.taken + cost <= this.size
    if (fits) this.taken += cost
    else this.leftOut += cost
    return fits
  }
}

/** Versions that serve, oldest models first. */
export async function listVersionMetrics(
  ctx: Context,
): Promise<{ readonly versions: VersionMetrics[]; readonly leftOut: number }> {
  const alerts = await ctx.metadata.countOpenAlerts()
  const sliced = new Set((await ctx.metadata.listSlices()).map(({ modelId }) => modelId))
  const ofModels = new Space(MAX_MODEL_SERIES)
  const ofSlices = new Space(MAX_SLICE_SERIES)
  const versions: VersionMetrics[] = []
  for (const model of await ctx.metadata.listModels()) {
    for (const version of await ctx.metadata.listVersions(model.id)) {
      if (version.mode === 'retired') continue
      const { rows, windowEndMs, slices } = await newestWindow(ctx, version, sliced.has(model.id))
      const open = alerts.find(({ versionId }) => versionId === version.id)
      const whole = partOf(rows, MAX_COLUMNS)
      if (!ofModels.takes(4 + whole.cost, whole.hidden)) continue
      versions.push({
        model: model.name,
        version: version.name,
        mode: version.mode,
        lastRecordMs: version.lastRecordMs,
        windowEndMs,
        verdicts: whole.verdicts,
        values: whole.values,
        open: { critical: open?.critical ?? 0, warning: open?.warning ?? 0 },
        slices: [...slices].flatMap(([slice, judged]) => {
          const { cost, hidden, verdicts, values } = partOf(judged, MAX_SLICE_COLUMNS)
          return ofSlices.takes(cost, hidden) ? { slice, verdicts, values } : []
        }),
      })
    }
  }
  return { versions, leftOut: ofModels.leftOut + ofSlices.leftOut }
}

type Row = Pick<EvaluationRow, 'metric' | 'column' | 'value' | 'limit' | 'verdict'>

interface NewestWindow {
  readonly readMs: number
  readonly windowStartMs: number | null
  readonly windowEndMs: number | null
  readonly rows: readonly Row[]
  /** By the name of the slice. */
  readonly slices: ReadonlyMap<string, readonly Row[]>
}

const rememberedOf = oncePer((_store: Context['metadata']) => new Map<number, NewestWindow>())

async function newestWindow(
  { metadata, nowMs }: Context,
  version: Version,
  withSlices: boolean,
): Promise<NewestWindow> {
  const remembered = rememberedOf(metadata)
  const startMs = version.profileId === null ? null : await metadata.lastEvaluatedWindow(version.id)
  const known = remembered.get(version.id)
  if (known?.windowStartMs === startMs && Math.abs(nowMs - known.readMs) < BELIEVED_MS) return known
  const found = startMs === null ? [] : await listWindow(metadata, version, startMs, false)
  const slices = startMs !== null && withSlices ? await groupBySlice(metadata, version, startMs) : NO_SLICES
  const windowEndMs = found[0]?.windowEndMs ?? null
  const read = { readMs: nowMs, windowStartMs: startMs, windowEndMs, rows: found.map(toRow), slices }
  remembered.set(version.id, read)
  // Stores answer at once: without this a scrape of many models would hold up requests.
  await new Promise((resolve) => setImmediate(resolve))
  return read
}

const NO_SLICES: ReadonlyMap<string, readonly Row[]> = new Map()

function listWindow(
  metadata: Context['metadata'],
  { id }: Version,
  startMs: number,
  withSlices: boolean,
): Promise<EvaluationRow[]> {
  return metadata.listEvaluations({
    versionIds: [id],
    range: startingAt(startMs),
    limit: withSlices ? MAX_ROWS_WITH_SLICES : MAX_ROWS,
    withDetail: false,
    withSlices,
  })
}

/** The slices that are kept up; what was said of others in the window is over. */
async function groupBySlice(
  metadata: Context['metadata'],
  version: Version,
  startMs: number,
): Promise<Map<string, Row[]>> {
  const monitors = await metadata.listSliceMonitors(version.id)
  const sliceOf = new Map(monitors.map(({ id, slice }) => [id, slice?.name ?? '']))
  const slices = new Map<string, Row[]>([...sliceOf.values()].map((name) => [name, []]))
  for (const row of await listWindow(metadata, version, startMs, true))
    slices.get(sliceOf.get(row.monitorId) ?? '')?.push(toRow(row))
  return slices
}

/** Only what is told is remembered. */
function toRow({ metric, column, value, limit, verdict }: EvaluationRow): Row {
  return { metric, column, value, limit, verdict }
}

/** All metrics of the whole, and those of the columns that are furthest beyond their limits. */
function partOf(
  rows: readonly Row[],
  maxColumns: number,
): JudgedPart & { readonly cost: number; readonly hidden: number } {
  const all = rows.flatMap(({ metric, column, value, limit }) =>
    value === null
      ? []
      : [{ metric, family: column?.family ?? null, column: column?.name ?? null, value, limit }],
  )
  const ratio = ({ value, limit }: MetricValue) => (limit === null || limit === 0 ? 0 : value / limit)
  const worst = new Map<string, number>()
  for (const one of all) {
    if (one.column === null) continue
    const key = `${one.family}\n${one.column}`
    worst.set(key, Math.max(worst.get(key) ?? 0, ratio(one)))
  }
  const shown = new Set(
    [...worst]
      .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
      .slice(0, maxColumns)
      .map(([key]) => key),
  )
  const values = all.filter(({ family, column }) => column === null || shown.has(`${family}\n${column}`))
  const verdicts = new Map<Verdict, number>()
  for (const { verdict } of rows) verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1)
  return {
    verdicts,
    values,
    cost: verdicts.size + 2 * values.length,
    hidden: 2 * (all.length - values.length),
  }
}
