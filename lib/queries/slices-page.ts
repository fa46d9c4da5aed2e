/** Owns the question: how does each slice of a version do over a span of time, beside the others and the whole? Worst first. */
import { sliceSeries } from '@/db/contracts/series-store'
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
import { loadTarget } from '@/lib/queries/evaluation-target'
import { rankVerdict } from '@/lib/queries/rank-verdict'
import { type CustomBySlice, readCustomsBySlice } from '@/lib/queries/slice-customs'
import { measureDrifts, type SliceDrift } from '@/lib/queries/slice-drift'
import { type QualityKind, readFigures, type SliceFigures } from '@/lib/queries/slice-figures'
import { isSliceComplete } from '@/lib/queries/slice-progress'

/** Longer spans are read by the day, shorter ones by the minute. */
const DAYS_BY_THE_HOUR = 14
const HOURS_BY_THE_MINUTE = 2

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
  readonly qualityKind: QualityKind
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
