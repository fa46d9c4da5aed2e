/**
 * Owns the question: how does each slice of a version do over a span of time, beside the others and the whole? Its quality
 * and its drift with their intervals, worst first.
 */
import { NO_PROFILE, QUALITY_SERIES, sliceSeries, TRAFFIC_SERIES } from '@/db/contracts/series-store'
import type { Context } from '@/lib/access/context'
import { requireScope } from '@/lib/access/principal'
import type { Evaluation, Verdict } from '@/lib/domain/evaluation'
import type { Model, Version } from '@/lib/domain/model'
import type { Slice } from '@/lib/domain/slice'
import {
  alignDown,
  BUCKET_SIZE_MS,
  type BucketLevel,
  DAY_MS,
  HOUR_MS,
  type TimeRange,
} from '@/lib/domain/time'
import { judgeWindow } from '@/lib/monitor/judge-window'
import { type EvaluationTarget, loadTarget } from '@/lib/queries/evaluation-target'
import { excessRatio, rankVerdict } from '@/lib/queries/rank-verdict'
import { readSlices } from '@/lib/queries/read-slices'
import { type CustomBySlice, readCustomsBySlice } from '@/lib/queries/slice-customs'
import { isSliceComplete } from '@/lib/queries/slice-progress'
import { wilsonInterval } from '@/lib/stats/inference/proportion-interval'
import { DRIFT_METHODS } from '@/lib/stats/methods'
import { multiclassMetrics } from '@/lib/stats/performance/confusion-metrics'
import { maeFromSums } from '@/lib/stats/performance/regression-metrics'
import { ddSketchQuantile } from '@/lib/stats/sketches/ddsketch'
import { decodeMerged } from '@/lib/summary/codec'
import type { QualitySummary, TrafficSummary } from '@/lib/summary/types'

/** Longer spans are read by the day, shorter ones by the minute. */
const DAYS_BY_THE_HOUR = 14
const HOURS_BY_THE_MINUTE = 2

/** A share with its 95 % interval. */
export interface Estimate {
  readonly value: number
  readonly low: number
  readonly high: number
  readonly n: number
}

/** What is said of a slice and of the whole alike. */
export interface SliceFigures {
  readonly records: number
  /** Failed calls; null without records. */
  readonly failed: Estimate | null
  readonly latencyP95: number | null
  /** Share of wrong predictions among the labelled ones, or the mean absolute error; null without labels. */
  readonly quality: Estimate | null
}

/** The column of a slice that is furthest towards its limit over the span. */
export interface SliceDrift {
  readonly column: string
  readonly method: string
  readonly value: number
  /** 95 % upper end; null where so few values do not bound it below the largest that the distance can be. */
  readonly upper: number | null
  /** null where chance alone could give so few values any distance there is. */
  readonly limit: number | null
  readonly n: number
  readonly ratio: number
  /** Against its rows of the reference, or its own week before. */
  readonly baseline: string
  /** Of the last day of the span only: before the span itself there is nothing to compare with. */
  readonly isLastDay: boolean
}

export interface SliceRow extends SliceFigures {
  readonly slice: Slice
  /** false: its history is still being read from the log. */
  readonly isComplete: boolean
  /** Part of the version's records; null without any. */
  readonly share: number | null
  readonly drift: SliceDrift | null
  /** The worst of its newest verdicts; null before the first. */
  readonly worst: {
    readonly verdict: Verdict
    readonly reason: string
    readonly windowStartMs: number
  } | null
}

export interface SlicesPage {
  /** Worst first. */
  readonly rows: readonly SliceRow[]
  readonly whole: SliceFigures
  readonly qualityKind: 'error_rate' | 'mae'
  /** Custom metrics that are counted in slices; none for most models. */
  readonly customs: readonly CustomBySlice[]
}

export async function getSlicesPage(
  ctx: Context,
  model: Model,
  version: Version,
  span: TimeRange,
): Promise<SlicesPage> {
  requireScope(ctx.principal, 'read')
  const level = levelOf(span)
  const sizeMs = BUCKET_SIZE_MS[level]
  const range = { startMs: alignDown(span.startMs, sizeMs), endMs: Math.ceil(span.endMs / sizeMs) * sizeMs }
  const slices = await ctx.metadata.listSlices(model.id)
  const target = slices.length === 0 ? null : await loadTarget(ctx, version.id)
  const qualityKind = target?.profile.profile.problem === 'regression' ? 'mae' : 'error_rate'
  const figures = (series: number) => readFigures(ctx, series, level, range, qualityKind)
  const whole = await figures(version.id)
  const drifts = target
    ? await measureDrifts(ctx, target, range, level, span.endMs)
    : new Map<number, SliceDrift>()
  const newest = await ctx.metadata.latestSliceEvaluations([version.id])
  const rows = await Promise.all(
    slices.map(async (slice): Promise<SliceRow> => {
      const own = await figures(sliceSeries(slice.id, version.id))
      return {
        slice,
        isComplete: await isSliceComplete(ctx, slice.id, version.id),
        ...own,
        share: whole.records > 0 ? own.records / whole.records : null,
        drift: drifts.get(slice.id) ?? null,
        worst: worstOf(newest.filter(({ sliceId }) => sliceId === slice.id)),
      }
    }),
  )
  const customs = slices.length === 0 ? [] : await readCustomsBySlice(ctx, model, version, range, level)
  return { rows: rows.sort(worstFirst), whole, qualityKind, customs }
}

function levelOf({ startMs, endMs }: TimeRange): BucketLevel {
  if (endMs - startMs <= HOURS_BY_THE_MINUTE * HOUR_MS) return 'minute'
  return endMs - startMs <= DAYS_BY_THE_HOUR * DAY_MS ? 'hour' : 'day'
}

async function readFigures(
  ctx: Context,
  series: number,
  level: BucketLevel,
  range: TimeRange,
  kind: SlicesPage['qualityKind'],
): Promise<SliceFigures> {
  const columnIds = [TRAFFIC_SERIES, QUALITY_SERIES]
  const stored = await ctx.series.read({ versionId: series, profileId: NO_PROFILE, level, range, columnIds })
  const merged = (id: number) =>
    decodeMerged(stored.flatMap(({ columnId, bytes }) => (columnId === id ? [bytes] : [])))
  const [traffic, quality] = [merged(TRAFFIC_SERIES), merged(QUALITY_SERIES)]
  return {
    ...figuresOf(traffic?.kind === 'traffic' ? traffic : null),
    quality: quality?.kind === 'quality' ? qualityOf(quality, kind) : null,
  }
}

function figuresOf(traffic: TrafficSummary | null): Omit<SliceFigures, 'quality'> {
  if (!traffic || traffic.records === 0) return { records: 0, failed: null, latencyP95: null }
  const { records, errors, latency } = traffic
  return { records, failed: shareOf(errors, records), latencyP95: ddSketchQuantile(latency, 0.95) }
}

function shareOf(count: number, n: number): Estimate {
  const [low, high] = wilsonInterval(count, n)
  return { value: count / n, low, high, n }
}

function qualityOf(quality: QualitySummary, kind: SlicesPage['qualityKind']): Estimate | null {
  if (kind === 'mae') {
    const mae = maeFromSums(quality)
    if (!mae) return null
    return {
      value: mae.value,
      low: Math.max(0, mae.value - 1.96 * mae.error),
      high: mae.value + 1.96 * mae.error,
      n: quality.n,
    }
  }
  const { accuracy, n } = multiclassMetrics(quality.confusion)
  return accuracy === null || n === 0 ? null : shareOf(Math.round((1 - accuracy) * n), n)
}

/**
 * Every slice over the whole span. Where nothing is stored of before it: over its last day (UTC), which the days before
 * are the baseline of, or, while that has nothing to show yet, over its last 24 hours.
 */
async function measureDrifts(
  ctx: Context,
  target: EvaluationTarget,
  range: TimeRange,
  level: BucketLevel,
  spanEndMs: number,
): Promise<Map<number, SliceDrift>> {
  let drifts = await judgeSpan(ctx, target, range, level, false)
  const endMs = Math.min(range.endMs, Math.ceil(spanEndMs / HOUR_MS) * HOUR_MS)
  for (const startMs of [alignDown(endMs - 1, DAY_MS), endMs - DAY_MS]) {
    if (target.slices.every(({ id }) => drifts.has(id)) || startMs <= range.startMs) break
    const lastDay = await judgeSpan(ctx, target, { startMs, endMs }, level === 'day' ? 'hour' : level, true)
    drifts = new Map([...lastDay, ...drifts])
  }
  return drifts
}

/** Every slice judged over a span at once, by the rule that judges windows. */
async function judgeSpan(
  ctx: Context,
  target: EvaluationTarget,
  range: TimeRange,
  level: BucketLevel,
  isLastDay: boolean,
): Promise<Map<number, SliceDrift>> {
  const monitors = target.sliceMonitors.filter(
    ({ metric, enabled }) => enabled && (metric === 'drift' || metric === 'output_drift'),
  )
  const asked = { ...target, sliceMonitors: monitors }
  const judged = judgeWindow({
    model: target.model,
    version: target.version,
    profile: target.profile,
    monitors,
    window: range,
    columns: new Map(),
    traffic: null,
    quality: null,
    trailing: new Map(),
    slices: await readSlices(ctx, asked, range, null, level),
    isSliced: true,
    nowMs: ctx.nowMs,
    historical: true,
    withDetail: false,
  })
  const worst = new Map<number, SliceDrift>()
  for (const row of judged) {
    const monitor = monitors.find(({ id }) => id === row.monitorId)
    const { value, limit, n, detail } = row
    if (!monitor?.slice || !monitor.column || value === null || limit === null) continue
    const drift = {
      column: monitor.column.name,
      method: monitor.method ?? '',
      value,
      upper: within(monitor.method, typeof detail.effectUpper === 'number' ? detail.effectUpper : value),
      limit: within(monitor.method, limit),
      n,
      ratio: excessRatio(row) ?? 0,
      baseline: monitor.baseline,
      isLastDay,
    }
    const known = worst.get(monitor.slice.id)
    if (!known || drift.ratio > known.ratio) worst.set(monitor.slice.id, drift)
  }
  return worst
}

/** A distance as it is, or null where no distance of the method can be as large: what chance adds knows no bound. */
function within(method: string | null, distance: number): number | null {
  const largest = DRIFT_METHODS.find(({ id }) => id === method)?.range[1] ?? Number.POSITIVE_INFINITY
  return distance < largest ? distance : null
}

function worstOf(rows: readonly Evaluation[]): SliceRow['worst'] {
  const worst = rows.reduce<Evaluation | null>(
    (a, b) => (a === null || rankVerdict(b.verdict) > rankVerdict(a.verdict) ? b : a),
    null,
  )
  return worst && { verdict: worst.verdict, reason: worst.reason, windowStartMs: worst.windowStartMs }
}

function worstFirst(a: SliceRow, b: SliceRow): number {
  const rank = ({ worst }: SliceRow) => {
    const verdict = worst?.verdict
    return verdict === undefined || verdict === 'not_enough_data' ? 0 : rankVerdict(verdict)
  }
  return (
    rank(b) - rank(a) ||
    (b.quality?.low ?? -1) - (a.quality?.low ?? -1) ||
    (b.drift?.ratio ?? 0) - (a.drift?.ratio ?? 0) ||
    a.slice.id - b.slice.id
  )
}
