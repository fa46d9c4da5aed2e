/** Owns reading one software or volume metric out of a traffic summary; also used for earlier windows. */
import type { MetricId } from '@/lib/domain/metric'
import type { TimeRange } from '@/lib/domain/time'
import { ddSketchQuantile } from '@/lib/stats/sketches/ddsketch'
import type { TrafficSummary } from '@/lib/summary/types'

export interface TrafficValue {
  readonly value: number
  /** Records that carry it. */
  readonly n: number
}

const QUANTILES: Readonly<Record<string, number>> = { latency_p50: 0.5, latency_p95: 0.95, latency_p99: 0.99 }

/** Metrics that come from traffic summaries and are compared with earlier windows. */
export const TRAILING_METRICS: readonly MetricId[] = [
  'throughput',
  'latency_p50',
  'latency_p95',
  'latency_p99',
  'error_share',
  'memory_mean',
  'load_mean',
]

/** The quantile a latency metric speaks of; null for other metrics. */
export function quantileOfMetric(metric: MetricId): number | null {
  return QUANTILES[metric] ?? null
}

/** @returns the metric's value on a window, or null when no record carries it */
export function trafficValue(
  metric: MetricId,
  traffic: TrafficSummary,
  window: TimeRange,
): TrafficValue | null {
  const quantile = quantileOfMetric(metric)
  if (quantile !== null) {
    const value = ddSketchQuantile(traffic.latency, quantile)
    return value === null ? null : { value, n: traffic.latency.n }
  }
  switch (metric) {
    case 'throughput':
      // Samples of what the service uses stand where no record does.
      return traffic.records === 0
        ? null
        : { value: (traffic.records * 1_000) / (window.endMs - window.startMs), n: traffic.records }
    case 'error_share':
      return traffic.records === 0 ? null : { value: traffic.errors / traffic.records, n: traffic.records }
    case 'memory_mean':
      return traffic.memory.n === 0 ? null : { value: traffic.memory.mean, n: traffic.memory.n }
    case 'load_mean':
      return traffic.load.n === 0 ? null : { value: traffic.load.mean, n: traffic.load.n }
    default:
      throw new RangeError(`${metric} is no traffic metric`)
  }
}
