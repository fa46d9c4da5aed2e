/** Owns the question that a scrape asks: how is this instance, and how are the models? Bounded, and cheap to ask often. */
import type { EvaluationRow } from '@/db/contracts/evaluation-records'
import type { Context } from '@/lib/access/context'
import { requireScope } from '@/lib/access/principal'
import type { Channel, ChannelQueue } from '@/lib/domain/channel'
import type { Verdict } from '@/lib/domain/evaluation'
import type { DeploymentMode, Version } from '@/lib/domain/model'
import type { Severity } from '@/lib/domain/monitor'
import type { SelfAlertKind } from '@/lib/domain/self-alert'
import { MINUTE_MS } from '@/lib/domain/time'
import { type Heartbeat, readHeartbeat } from '@/lib/queries/heartbeat'
import { readWorkerTick, type WorkerTick } from '@/lib/queries/worker-tick'

/** Series about models that one scrape holds at most; each column counts its value and its limit. */
export const MAX_MODEL_SERIES = 10_000
/** Columns of a version that are told, the worst first. */
const MAX_COLUMNS = 20
/** Evaluations of one window that are read. */
const MAX_ROWS = 5_000
const MAX_DUE = 1_000
/** A window may be judged again: what was read of it is not believed for longer. */
const BELIEVED_MS = MINUTE_MS

/** A metric of the newest judged window; `column` is null for one of the whole version. */
export interface MetricValue {
  readonly metric: string
  readonly family: string | null
  readonly column: string | null
  readonly value: number
  readonly limit: number | null
}

export interface VersionMetrics {
  readonly model: string
  readonly version: string
  readonly mode: DeploymentMode
  readonly lastRecordMs: number | null
  readonly windowEndMs: number | null
  /** Monitors by what they said of the newest window. */
  readonly verdicts: ReadonlyMap<Verdict, number>
  readonly values: readonly MetricValue[]
  readonly open: Readonly<Record<Severity, number>>
}

export interface MetricsSnapshot {
  readonly nowMs: number
  readonly worker: WorkerTick | null
  readonly heartbeat: Heartbeat | null
  readonly log: { readonly bytes: number; readonly records: number }
  /** Age of the oldest record that is not in the summaries yet; 0 when all are. */
  readonly ingestLagMs: number
  readonly due: { readonly windows: number; readonly oldestMs: number | null }
  readonly channels: readonly Channel[]
  readonly queues: readonly ChannelQueue[]
  readonly selfAlerts: readonly { readonly kind: SelfAlertKind; readonly open: number }[]
  readonly versions: readonly VersionMetrics[]
  /** Series about models that would have been too many. */
  readonly leftOut: number
}

export async function getMetricsSnapshot(ctx: Context): Promise<MetricsSnapshot> {
  requireScope(ctx.principal, 'metrics')
  const { metadata, series, nowMs } = ctx
  const partitions = await ctx.log.listPartitions()
  const due = await series.listDue(nowMs, MAX_DUE)
  return {
    nowMs,
    worker: await readWorkerTick(ctx),
    heartbeat: await readHeartbeat(ctx),
    log: {
      bytes: partitions.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
      records: partitions.reduce((sum, { records }) => sum + records, 0),
    },
    ingestLagMs: await ingestLag(ctx),
    due: {
      windows: due.length,
      oldestMs: due.length === 0 ? null : Math.min(...due.map(({ dueMs }) => dueMs)),
    },
    channels: await metadata.listChannels(),
    queues: await metadata.listQueues(),
    selfAlerts: await metadata.countSelfAlerts(),
    ...(await listVersionMetrics(ctx)),
  }
}

async function ingestLag({ log, series, nowMs }: Context): Promise<number> {
  const [first] = await log.readRecords(await series.position('records'), 1)
  return first ? Math.max(0, nowMs - first.receivedMs) : 0
}

/** Versions that serve, oldest models first: what fills the space keeps its place from scrape to scrape. */
async function listVersionMetrics(
  ctx: Context,
): Promise<{ readonly versions: VersionMetrics[]; readonly leftOut: number }> {
  const alerts = await ctx.metadata.countOpenAlerts()
  const versions: VersionMetrics[] = []
  let series = 0
  let leftOut = 0
  for (const model of await ctx.metadata.listModels()) {
    for (const version of await ctx.metadata.listVersions(model.id)) {
      if (version.mode === 'retired') continue
      const { rows, windowEndMs } = await newestWindow(ctx, version)
      const open = alerts.find(({ versionId }) => versionId === version.id)
      const { values, hidden } = worstFirst(rows)
      const verdicts = new Map<Verdict, number>()
      for (const { verdict } of rows) verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1)
      const cost = 4 + verdicts.size + 2 * values.length
      leftOut += 2 * hidden
      if (series + cost > MAX_MODEL_SERIES) {
        leftOut += cost
        continue
      }
      series += cost
      versions.push({
        model: model.name,
        version: version.name,
        mode: version.mode,
        lastRecordMs: version.lastRecordMs,
        windowEndMs,
        verdicts,
        values,
        open: { critical: open?.critical ?? 0, warning: open?.warning ?? 0 },
      })
    }
  }
  return { versions, leftOut }
}

interface NewestWindow {
  readonly readMs: number
  readonly windowStartMs: number | null
  readonly windowEndMs: number | null
  readonly rows: readonly Pick<EvaluationRow, 'metric' | 'column' | 'value' | 'limit' | 'verdict'>[]
}

const REMEMBERED = new WeakMap<Context['metadata'], Map<number, NewestWindow>>()

async function newestWindow({ metadata, nowMs }: Context, version: Version): Promise<NewestWindow> {
  const remembered = REMEMBERED.get(metadata) ?? new Map<number, NewestWindow>()
  REMEMBERED.set(metadata, remembered)
  const startMs = version.profileId === null ? null : await metadata.lastEvaluatedWindow(version.id)
  const known = remembered.get(version.id)
  if (known?.windowStartMs === startMs && Math.abs(nowMs - known.readMs) < BELIEVED_MS) return known
  const found =
    startMs === null
      ? []
      : await metadata.listEvaluations({
          versionIds: [version.id],
          range: { startMs, endMs: startMs + 1 },
          limit: MAX_ROWS,
          withDetail: false,
        })
  const rows = found.map(({ metric, column, value, limit, verdict }) => ({
    metric,
    column,
    value,
    limit,
    verdict,
  }))
  const windowEndMs = found[0]?.windowEndMs ?? null
  const read = { readMs: nowMs, windowStartMs: startMs, windowEndMs, rows }
  remembered.set(version.id, read)
  // Stores answer at once: without this a scrape of many models would hold up requests.
  await new Promise((resolve) => setImmediate(resolve))
  return read
}

/** All metrics of the version, and those of the columns that are furthest beyond their limits. */
function worstFirst(rows: NewestWindow['rows']): { values: MetricValue[]; hidden: number } {
  const values = rows.flatMap(({ metric, column, value, limit }) =>
    value === null
      ? []
      : [{ metric, family: column?.family ?? null, column: column?.name ?? null, value, limit }],
  )
  const ratio = ({ value, limit }: MetricValue) => (limit === null || limit === 0 ? 0 : value / limit)
  const worst = new Map<string, number>()
  for (const one of values) {
    if (one.column === null) continue
    const key = `${one.family}\n${one.column}`
    worst.set(key, Math.max(worst.get(key) ?? 0, ratio(one)))
  }
  const shown = new Set(
    [...worst]
      .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
      .slice(0, MAX_COLUMNS)
      .map(([key]) => key),
  )
  const kept = values.filter(({ family, column }) => column === null || shown.has(`${family}\n${column}`))
  return { values: kept, hidden: values.length - kept.length }
}
