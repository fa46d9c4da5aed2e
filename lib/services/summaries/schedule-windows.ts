/** Owns making empty windows due: a version whose records stopped must be judged although nothing arrives. */
import type { MetadataStore } from '@/db/contracts/metadata-store'
import { type DueWindow, NO_PROFILE, TRAFFIC_SERIES } from '@/db/contracts/series-store'
import type { Context } from '@/lib/access/context'
import type { Model, Version } from '@/lib/domain/model'
import {
  DAY_MS,
  HOUR_MS,
  LEVEL_OF_CADENCE,
  MINUTE_MS,
  nominalWindowMs,
  type TimeRange,
  windowContaining,
} from '@/lib/domain/time'
import { medianOf } from '@/lib/stats/quantile'
import { decodeMerged } from '@/lib/summary/codec'

/** How often versions are looked through. */
const CHECK_EVERY_MS = 30_000
/**
 * Looked through later than this, the process slept or the clock was put forward: nobody could be heard meanwhile, so
 * watching begins anew.
 */
export const UNWATCHED_MS = 15 * MINUTE_MS
/** Absence is spoken of at this many times the usual gap between windows with records. */
const GAPS_UNTIL_ABSENT = 3
/** Afterwards a version that stays silent is left alone: its alert is open already. */
const MAX_EMPTY_WINDOWS = 72
/** Windows from which the usual gap is learnt. */
const GAP_WINDOWS = 60

interface Watch {
  /** When this process began to look, without a break since: it cannot tell who was silent before. */
  sinceMs: number
  checkedMs: number
}

const watches = new WeakMap<MetadataStore, Watch>()

/** The newest window that is over and whose lateness has passed. */
function lastClosed({ settings }: Model, nowMs: number): TimeRange {
  const current = windowContaining(settings.cadence, nowMs - settings.allowedLatenessMs)
  return windowContaining(settings.cadence, current.startMs - 1)
}

/** Usual distance between windows with records, at least one window. */
async function usualGapMs(
  ctx: Context,
  model: Model,
  version: Version,
  lastRecordMs: number,
): Promise<number> {
  const { cadence } = model.settings
  const sizeMs = nominalWindowMs(cadence)
  const buckets = await ctx.series.listStarts({
    versionId: version.id,
    level: LEVEL_OF_CADENCE[cadence],
    range: { startMs: lastRecordMs - GAP_WINDOWS * sizeMs, endMs: lastRecordMs + 1 },
    limit: 10_000,
  })
  const starts = [...new Set(buckets.map((start) => windowContaining(cadence, start).startMs))].sort(
    (a, b) => a - b,
  )
  const gaps = starts.slice(1).map((start, i) => start - (starts[i] ?? start))
  return Math.max(sizeMs, medianOf(gaps) ?? sizeMs)
}

/** Whether the version's newest window held records that were sent live. */
async function wasLive(ctx: Context, model: Model, version: Version, lastRecordMs: number): Promise<boolean> {
  const { cadence } = model.settings
  const stored = await ctx.series.read({
    versionId: version.id,
    profileId: NO_PROFILE,
    level: LEVEL_OF_CADENCE[cadence],
    range: windowContaining(cadence, lastRecordMs),
    columnIds: [TRAFFIC_SERIES],
  })
  const traffic = decodeMerged(stored.map(({ bytes }) => bytes))
  return traffic?.kind === 'traffic' && traffic.records > traffic.backfilled
}

/**
 * Whether another version took over: it serves now, and began no earlier than a day before this one stopped. Two that
 * served side by side for longer are both expected; deploying a successor is no silence that anybody is woken for.
 */
function isReplaced(version: Version, siblings: readonly Version[], window: TimeRange): boolean {
  const stoppedMs = version.lastRecordMs ?? Number.POSITIVE_INFINITY
  return siblings.some(
    ({ id, mode, firstRecordMs, lastRecordMs }) =>
      id !== version.id &&
      mode === 'live' &&
      (lastRecordMs ?? Number.NEGATIVE_INFINITY) >= window.startMs &&
      (firstRecordMs ?? Number.NEGATIVE_INFINITY) >= stoppedMs - DAY_MS,
  )
}

async function emptyWindow(
  ctx: Context,
  model: Model,
  { version, siblings }: { version: Version; siblings: readonly Version[] },
  watch: Watch,
): Promise<DueWindow | null> {
  const { lastRecordMs } = version
  if (version.profileId === null || version.mode === 'retired' || lastRecordMs === null) return null
  const window = lastClosed(model, ctx.nowMs)
  const sizeMs = window.endMs - window.startMs
  if (lastRecordMs >= window.startMs || isReplaced(version, siblings, window)) return null
  if (window.startMs - lastRecordMs > MAX_EMPTY_WINDOWS * sizeMs) return null
  if (watch.sinceMs > window.endMs - Math.min(sizeMs, HOUR_MS)) return null
  const judgedMs = await ctx.metadata.lastEvaluatedWindow(version.id)
  if (judgedMs !== null && judgedMs >= window.startMs) return null
  const gapMs = await usualGapMs(ctx, model, version, lastRecordMs)
  if (window.endMs - lastRecordMs < GAPS_UNTIL_ABSENT * gapMs) return null
  if (!(await wasLive(ctx, model, version, lastRecordMs))) return null
  const dueMs = window.endMs + model.settings.allowedLatenessMs
  return { versionId: version.id, ...window, dueMs, backfill: false }
}

/**
 * Makes the newest closed window due for every version that sent live records and then stopped for three times its
 * usual gap, unless another one took over. One window a time, so that a long silence floods nothing; back-filled history never counts as silence.
 * @returns windows made due
 */
export async function scheduleEmptyWindows(ctx: Context): Promise<number> {
  const known = watches.get(ctx.metadata)
  if (known && ctx.nowMs - known.checkedMs < CHECK_EVERY_MS && ctx.nowMs >= known.checkedMs) return 0
  const watch = known ?? { sinceMs: ctx.nowMs, checkedMs: ctx.nowMs }
  if (ctx.nowMs - watch.checkedMs > UNWATCHED_MS) watch.sinceMs = ctx.nowMs
  watch.checkedMs = ctx.nowMs
  watches.set(ctx.metadata, watch)
  const due: DueWindow[] = []
  for (const model of await ctx.metadata.listModels()) {
    const siblings = await ctx.metadata.listVersions(model.id)
    for (const version of siblings) {
      const window = await emptyWindow(ctx, model, { version, siblings }, watch)
      if (window) due.push(window)
    }
  }
  if (due.length > 0) await ctx.series.addDue(due)
  return due.length
}
