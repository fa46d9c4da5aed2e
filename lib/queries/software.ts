/** Owns the question: does the service behind the model run well? */
import type { Context } from '@/lib/access/context'
import { requireScope } from '@/lib/access/principal'
import type { Model, Version } from '@/lib/domain/model'
import type { TimeRange } from '@/lib/domain/time'
import { type FiringSpan, listFiringSpans } from '@/lib/queries/alert-item'
import type { ChartPoint } from '@/lib/queries/chart-point'
import { readTraces } from '@/lib/queries/read-traces'
import { readTraffic } from '@/lib/queries/read-traffic'
import { toTrafficPoints } from '@/lib/queries/traffic-points'

export interface Software {
  readonly throughput: readonly ChartPoint[]
  readonly p50: readonly ChartPoint[]
  readonly p95: readonly ChartPoint[]
  readonly p99: readonly ChartPoint[]
  readonly errors: readonly ChartPoint[]
  readonly memory: readonly ChartPoint[]
  readonly load: readonly ChartPoint[]
  /** Newest limit of each software metric that has a monitor. */
  readonly limits: Readonly<Record<string, number>>
  readonly spans: readonly FiringSpan[]
  readonly records: number
}

export async function getSoftware(
  ctx: Context,
  model: Model,
  version: Version,
  range: TimeRange,
): Promise<Software> {
  requireScope(ctx.principal, 'read')
  const [cells, traces, spans] = await Promise.all([
    readTraffic(ctx, version, range, true),
    readTraces(ctx, {
      versionId: version.id,
      metrics: ['latency_p95', 'latency_p99', 'error_share', 'throughput', 'memory_mean', 'load_mean'],
      range,
      cadence: model.settings.cadence,
      by: 'metric',
      maxTraces: 6,
    }),
    listFiringSpans(ctx, version.id, range),
  ])
  const limits: Record<string, number> = {}
  for (const cell of traces) if (cell.limit !== null) limits[cell.metric] = cell.limit
  const points = (read: Parameters<typeof toTrafficPoints>[1], metric?: string) => {
    const limit = metric === undefined ? null : (limits[metric] ?? null)
    const isUse = metric === 'memory_mean' || metric === 'load_mean'
    // Samples are no calls: where there were none, nothing is said of them.
    const held = isUse ? cells : cells.filter(({ records }) => records > 0)
    const made = toTrafficPoints(held, read, ctx.nowMs)
    return limit === null ? made : made.map((point) => ({ ...point, limit }))
  }
  const hasAny = (made: ChartPoint[]) => (made.some((point) => point.value !== null) ? made : [])
  return {
    throughput: points((cell) => cell.perSecond),
    p50: hasAny(points((cell) => cell.latencyP50)),
    p95: hasAny(points((cell) => cell.latencyP95, 'latency_p95')),
    p99: hasAny(points((cell) => cell.latencyP99)),
    errors: points((cell) => cell.errorShare, 'error_share'),
    memory: hasAny(points((cell) => cell.memory, 'memory_mean')),
    load: hasAny(points((cell) => cell.load, 'load_mean')),
    limits,
    spans: spans.filter((span) => span.cause === 'software' || span.cause === 'no_data'),
    records: cells.reduce((sum, cell) => sum + cell.records, 0),
  }
}
