/** Owns forgetting what was kept long enough. Each process sweeps what it may write: the server the log, the worker the rest. */
import type { Context } from '@/lib/access/context'
import { requireScope } from '@/lib/access/principal'
import { DAY_MS } from '@/lib/domain/time'

/** Rows deleted in one step, so that nobody waits long for the database. */
const ROWS_A_STEP = 2_000
/** Steps of one sweep; what is left waits for the next. */
const MAX_STEPS = 200

/**
 * Drops whole log partitions (server), or old buckets, held labels, evaluations and sessions (worker).
 * @returns how many partitions or rows went
 */
export async function sweepRetention(ctx: Context): Promise<number> {
  requireScope(ctx.principal, 'admin')
  return ctx.logWriter ? dropPartitions(ctx) : sweepRows(ctx)
}

async function dropPartitions(ctx: Context): Promise<number> {
  const oldestDay = new Date(ctx.nowMs - ctx.retention.logDays * DAY_MS).toISOString().slice(0, 10)
  const dropped = (await ctx.logWriter?.dropPartitionsBefore(oldestDay)) ?? []
  if (dropped.length > 0) ctx.logger.info({ dropped }, 'old log partitions were dropped')
  return dropped.length
}

async function sweepRows(ctx: Context): Promise<number> {
  const { minuteBucketDays, hourBucketDays, dayBucketDays, pendingLabelDays } = ctx.retention
  const before = (days: number) => ctx.nowMs - days * DAY_MS
  const limits = {
    minuteMs: before(minuteBucketDays),
    hourMs: before(hourBucketDays),
    dayMs: before(dayBucketDays),
    pendingLabelMs: before(pendingLabelDays),
  }
  const buckets = await inSteps(() => ctx.series.compact(limits, ROWS_A_STEP))
  // An evaluation is kept as long as the day buckets it can be explained by.
  const evaluations = await inSteps(() => ctx.metadata.deleteEvaluationsBefore(limits.dayMs, ROWS_A_STEP))
  // Counts of validation, and marks of refused records that are gone with their partition.
  const history = await ctx.metadata.deleteRuleHistoryBefore(before(ctx.retention.logDays + 1))
  const markers = await ctx.metadata.deleteMarkersBefore(limits.dayMs)
  const silences = await ctx.metadata.deleteSilencesBefore(limits.dayMs)
  const sessions = await ctx.metadata.deleteExpiredSessions(ctx.nowMs)
  if (buckets + evaluations > 0) ctx.logger.info({ buckets, evaluations, sessions }, 'old rows were deleted')
  return buckets + evaluations + history + markers + silences + sessions
}

/** Repeats a bounded deletion until it finds less than it could take; other work gets its turn in between. */
async function inSteps(deleteSome: () => Promise<number>): Promise<number> {
  let total = 0
  for (let step = 0; step < MAX_STEPS; step++) {
    const deleted = await deleteSome()
    total += deleted
    if (deleted < ROWS_A_STEP) break
    await new Promise((resolve) => setImmediate(resolve))
  }
  return total
}
