/** Owns how a monitor is called: its metric, in words. The column stands beside it, isolated as user data. */
import { getMetric } from '@/lib/domain/metric'
import type { Monitor } from '@/lib/domain/monitor'

/** `Distribution drift`, `Missing values`. */
export function metricTitle({ metric }: Pick<Monitor, 'metric'>): string {
  const { label } = getMetric(metric)
  return label.slice(0, 1).toUpperCase() + label.slice(1)
}
