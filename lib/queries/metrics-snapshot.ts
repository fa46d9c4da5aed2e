/** Owns the question that a scrape asks: how is this instance, and how are the models? Bounded, and cheap to ask often. */
import type { Context } from '@/lib/access/context'
import { requireScope } from '@/lib/access/principal'
import type { Channel, ChannelQueue } from '@/lib/domain/channel'
import type { SelfAlertKind } from '@/lib/domain/self-alert'
import { type Heartbeat, readHeartbeat } from '@/lib/queries/heartbeat'
import { listVersionMetrics, type VersionMetrics } from '@/lib/queries/version-metrics'
import { readWorkerTick, type WorkerTick } from '@/lib/queries/worker-tick'

const MAX_DUE = 1_000
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
  /** Series about models and slices that would have been too many. */
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
