/** Owns the question: which model is worst, and why? */
import type { Context } from '@/lib/access/context'
import { requireScope } from '@/lib/access/principal'
import { compareRanks, type Rank } from '@/lib/alert/worst-first'
import type { Alert } from '@/lib/domain/alert'
import type { Verdict } from '@/lib/domain/evaluation'
import type { Model, Version } from '@/lib/domain/model'
import { alignDown, nominalWindowMs, type TimeRange } from '@/lib/domain/time'
import { alertSpan } from '@/lib/queries/alert-span'
import { cellSizeFor, MAX_SPARK_CELLS } from '@/lib/queries/cell-size'
import { defaultVersion } from '@/lib/queries/model-scope'
import { rankAlerts } from '@/lib/queries/rank-alerts'
import { limitRatio, rankVerdict, worstOfModel } from '@/lib/queries/rank-verdict'
import { resolveRange } from '@/lib/queries/resolve-range'
import { staleAfterMs } from '@/lib/queries/stale-after'

/** What a model's row says before any verdict: an alert speaks louder than the newest window. */
export type FleetStatus =
  | 'firing'
  | 'recovering'
  | 'historical'
  | 'stale'
  | 'not_monitored'
  | 'awaiting'
  | Verdict

export interface SparkPoint {
  readonly atMs: number
  readonly value: number | null
}

export interface FleetRow {
  readonly model: string
  readonly version: string | null
  readonly versionCount: number
  readonly status: FleetStatus
  readonly severity: 'warning' | 'critical' | null
  readonly isSilenced: boolean
  /** The reason in words. */
  readonly sentence: string
  readonly alertId: number | null
  readonly openAlerts: number
  /** What a model without live records holds, or what its open historical alert covers; null for a live one. */
  readonly history: TimeRange | null
  /** Unresolved alerts that back-filled data raised, counted up to 1,000 over the fleet; they never notified anyone. */
  readonly historicalAlerts: number
  readonly lastRecordMs: number | null
  readonly owner: string | null
  /** Worst drift of any column as a multiple of its limit. */
  readonly drift: readonly SparkPoint[]
}

export interface Fleet {
  readonly rows: readonly FleetRow[]
}

/** Every model (at most 500), worst first. */
export async function getFleet(ctx: Context): Promise<Fleet> {
  requireScope(ctx.principal, 'read')
  const models = await ctx.metadata.listModels()
  const open = await ctx.metadata.listAlerts({
    states: ['firing', 'recovering'],
    historical: false,
    limit: 1_000,
  })
  const past = await ctx.metadata.listAlerts({
    states: ['firing', 'recovering'],
    historical: true,
    limit: 1_000,
  })
  const ranks = await rankAlerts(ctx, [...open, ...past])
  const rows: FleetRow[] = []
  for (const model of models) {
    const alerts = worstFirst(open, model.id, ranks)
    const history = worstFirst(past, model.id, ranks)
    rows.push({ ...(await toRow(ctx, model, alerts, history)), historicalAlerts: history.length })
  }
  const byAlert = (a: FleetRow, b: FleetRow) => compareIn(ranks, a.alertId, b.alertId)
  return {
    rows: rows.sort((a, b) => badness(b) - badness(a) || byAlert(a, b) || a.model.localeCompare(b.model)),
  }
}

/** Alerts of one model. */
function worstFirst(alerts: readonly Alert[], modelId: number, ranks: ReadonlyMap<number, Rank>): Alert[] {
  return alerts.filter((alert) => alert.modelId === modelId).sort((a, b) => compareIn(ranks, a.id, b.id))
}

/** By the alerts that speak for two rows; 0 where one has none. */
function compareIn(ranks: ReadonlyMap<number, Rank>, a: number | null, b: number | null): number {
  const [one, other] = [ranks.get(a ?? 0), ranks.get(b ?? 0)]
  return one && other ? compareRanks(one, other) : 0
}

/** @param alerts open ones; as `past`, those about history, worst first */
async function toRow(
  ctx: Context,
  model: Model,
  alerts: readonly Alert[],
  past: readonly Alert[],
): Promise<Omit<FleetRow, 'historicalAlerts'>> {
  const versions = await ctx.metadata.listVersions(model.id)
  const version = defaultVersion(versions)
  const base = {
    model: model.name,
    version: version?.name ?? null,
    versionCount: versions.length,
    openAlerts: alerts.length,
    lastRecordMs: version?.lastRecordMs ?? null,
    owner: model.settings.owner,
    drift: version ? await readDrift(ctx, model, version) : [],
    severity: null,
    alertId: null,
    isSilenced: false,
    history: null,
  }
  const [speaking] = alerts
  if (speaking) {
    return {
      ...base,
      status: speaking.state === 'recovering' ? 'recovering' : 'firing',
      severity: speaking.severity,
      isSilenced: isSilenced(speaking, ctx.nowMs),
      sentence: withoutPrefix(speaking.title, model.name, versions, speaking.versionId),
      alertId: speaking.id,
    }
  }
  if (!version || version.lastRecordMs === null) {
    return { ...base, status: 'awaiting', sentence: 'Waiting for the first record.' }
  }
  if (version.profileId === null) {
    return {
      ...base,
      status: 'not_monitored',
      sentence: 'Records arrive, but there is no reference profile to compare them with.',
    }
  }
  const calm = await judgeCalm(ctx, model, version)
  if (calm.status !== 'historical') return { ...base, ...calm }
  const held = { startMs: version.firstRecordMs ?? version.lastRecordMs, endMs: version.lastRecordMs + 1 }
  const [told] = past
  if (!told) return { ...base, ...calm, history: held }
  const owner = versions.find((candidate) => candidate.id === told.versionId) ?? version
  return {
    ...base,
    status: 'historical',
    severity: told.severity,
    isSilenced: isSilenced(told, ctx.nowMs),
    sentence: withoutPrefix(told.title, model.name, versions, told.versionId),
    alertId: told.id,
    history: alertSpan(told, owner, model.settings.cadence, ctx.nowMs),
  }
}

/** The row names the model already. */
function withoutPrefix(
  title: string,
  model: string,
  versions: readonly Version[],
  versionId: number,
): string {
  const version = versions.find((candidate) => candidate.id === versionId)?.name ?? ''
  const prefix = `${model} ${version}: `
  return title.startsWith(prefix) ? title.slice(prefix.length) : title
}

/** Status of a version without open alerts, from the newest evaluation of each monitor. */
async function judgeCalm(
  ctx: Context,
  model: Model,
  version: Version,
): Promise<{ status: FleetStatus; sentence: string }> {
  const latest = await ctx.metadata.latestEvaluations([version.id])
  const worst = worstOfModel(latest)
  if (!worst) return { status: 'awaiting', sentence: 'The first window has not ended yet.' }
  const isStale = (version.lastRecordMs ?? 0) < ctx.nowMs - staleAfterMs(model.settings.cadence)
  // Nothing ever came live: there is no stream that could have stopped.
  if (isStale && latest.every((row) => row.historical))
    return { status: 'historical', sentence: historySentence(worst.verdict, worst.reason) }
  if (isStale) return { status: 'stale', sentence: staleSentence(worst.verdict, worst.reason) }
  if (worst.verdict === 'ok') {
    const columns = new Set(latest.flatMap((row) => (row.column ? [row.column.name] : []))).size
    return { status: 'ok', sentence: `All ${columns} columns are within their limits.` }
  }
  return { status: worst.verdict, sentence: worst.reason }
}

function historySentence(verdict: Verdict, reason: string): string {
  return verdict === 'ok' ? 'The last window was within its limits.' : `In the last window: ${reason}`
}

function staleSentence(verdict: Verdict, reason: string): string {
  return verdict === 'ok'
    ? 'No new records; the last window was within its limits.'
    : `No new records; in the last window: ${reason}`
}

async function readDrift(ctx: Context, model: Model, version: Version): Promise<SparkPoint[]> {
  if (version.profileId === null) return []
  const cadence = model.settings.cadence
  const range = resolveRange(
    { range: null, from: null, to: null },
    { firstMs: version.firstRecordMs, lastMs: version.lastRecordMs },
    cadence,
    ctx.nowMs,
  )
  const cellMs = cadence === '1mo' ? 1 : cellSizeFor(range, nominalWindowMs(cadence), MAX_SPARK_CELLS)
  const cells = await ctx.metadata.listTraces({
    versionIds: [version.id],
    metrics: ['drift', 'output_drift'],
    range,
    cellMs,
    by: 'metric',
    limit: 2 * MAX_SPARK_CELLS + 4,
  })
  const worst = new Map<number, number | null>()
  for (const cell of cells) {
    const ratio = limitRatio(cell.value, cell.limit)
    const atMs = cadence === '1mo' ? cell.windowStartMs : alignDown(cell.windowStartMs, cellMs)
    const known = worst.get(atMs) ?? null
    worst.set(atMs, known === null || (ratio ?? 0) > known ? ratio : known)
  }
  return [...worst].sort((a, b) => a[0] - b[0]).map(([atMs, value]) => ({ atMs, value }))
}

function isSilenced(alert: Alert, nowMs: number): boolean {
  return alert.silencedUntilMs !== null && alert.silencedUntilMs > nowMs
}

/** Kinds of rows; among those with an alert, the alerts decide. */
function badness(row: FleetRow): number {
  if (row.status === 'firing' || row.status === 'recovering') return row.isSilenced ? 12 : 40
  if (row.status === 'stale') return 11
  // What happened long ago waits for whoever has time; it is listed before what is calm.
  if (row.status === 'historical') return row.alertId === null ? 1 : 8
  if (row.status === 'not_monitored') return 10
  if (row.status === 'awaiting') return 2
  return row.status === 'ok' ? 1 : 12 + rankVerdict(row.status)
}
