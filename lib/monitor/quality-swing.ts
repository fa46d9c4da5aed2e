/** Owns how far the quality of a reference fell short by itself, from one of its windows to the next. */
import { getMetric, type MetricId } from '@/lib/domain/metric'
import type { Cadence } from '@/lib/domain/time'
import { ALPHA } from '@/lib/monitor/decide'
import { qualityValue } from '@/lib/monitor/quality-value'
import type { ReferenceData } from '@/lib/monitor/reference'
import { normalQuantile } from '@/lib/stats/special/normal'

/** Windows with fewer labels say more about chance than about the reference. */
const MIN_LABELS = 30

/**
 * The largest loss of the reference's own windows against the whole of it, beyond what chance explains, in the unit of
 * the metric; 0 for a steady reference, or one without labels or times.
 */
export function qualitySwing(
  metric: MetricId,
  reference: ReferenceData,
  cadence: Cadence,
  expected: number,
): number {
  const key = `${metric} ${cadence}`
  const known = reference.qualitySwings.get(key)
  if (known !== undefined) return known
  const isDown = getMetric(metric).bad === 'down'
  let swing = 0
  for (const chunk of reference.qualityChunks(cadence)) {
    if (chunk.n < MIN_LABELS) continue
    const estimate = qualityValue(metric, chunk, reference.positiveClass, expected)
    if (!estimate) continue
    const loss = isDown ? expected - estimate.value : estimate.value - expected
    swing = Math.max(swing, loss - normalQuantile(1 - ALPHA) * estimate.error)
  }
  reference.qualitySwings.set(key, swing)
  return swing
}
