/** Owns a limit set by hand taking the place of the calibrated one; what chance alone explains still breaches nothing. */
import { getMetric, type MetricId } from '@/lib/domain/metric'
import type { Monitor } from '@/lib/domain/monitor'
import type { Measurement } from '@/lib/monitor/measurement'
import { sayDistances, sayMeasure, sayRecords } from '@/lib/monitor/words'

/** A breach of this many limits is severe. */
const SEVERE_RATIO = 2

/** Whether a limit can be set by hand: the metric is bad in one direction only, so one number bounds it. */
export function canFixLimit(metric: MetricId): boolean {
  return getMetric(metric).bad !== 'both'
}

/** How far a value has gone towards a limit: 1 at the limit. A limit is above 0. */
function ratioOf(value: number, limit: number, isBadBelow: boolean): number {
  if (!isBadBelow) return value / limit
  return value > 0 ? limit / value : Number.MAX_VALUE
}

/**
 * The measurement against the monitor's own limit, where it has one. The test of significance, and the number of records
 * needed, stay those of the measure.
 */
export function withFixedLimit(
  { metric, fixedLimit }: Pick<Monitor, 'metric' | 'fixedLimit'>,
  measured: Measurement | null,
): Measurement | null {
  if (fixedLimit === null || measured?.kind !== 'value' || !canFixLimit(metric)) return measured
  const { bad, unit } = getMetric(metric)
  const isBadBelow = bad === 'down'
  const limitRatio = ratioOf(measured.value, fixedLimit, isBadBelow)
  const upperRatio = Math.max(limitRatio, ((measured.upperRatio ?? 0) * measured.limit) / fixedLimit)
  const { value } = measured
  const [said, saidLimit] =
    unit === 'distance'
      ? sayDistances(value, fixedLimit)
      : [sayMeasure(value, unit), sayMeasure(fixedLimit, unit)]
  return {
    ...measured,
    limit: fixedLimit,
    limitRatio,
    upperRatio: isBadBelow ? limitRatio : upperRatio,
    isSevere: limitRatio >= SEVERE_RATIO,
    evidence: `${said}, limit ${saidLimit} set by hand, ${sayRecords(measured.n)}`,
  }
}
