/** Owns the table of measures by metric. Adding a metric is a line in `lib/domain/metric.ts`, a measure, and a line here. */
import type { MetricId } from '@/lib/domain/metric'
import type { Measure } from '@/lib/monitor/measurement'
import { measureClassShare } from '@/lib/monitor/measures/class-share'
import { measureCustom } from '@/lib/monitor/measures/custom'
import { measureDrift } from '@/lib/monitor/measures/drift'
import { measureEvents } from '@/lib/monitor/measures/events'
import { measureLabelCoverage } from '@/lib/monitor/measures/label-coverage'
import { measureQuality } from '@/lib/monitor/measures/quality'
import { measureReconstruction } from '@/lib/monitor/measures/reconstruction'
import { measureSeparation } from '@/lib/monitor/measures/separation'
import { measureFault, measureNullPredictions } from '@/lib/monitor/measures/shares'
import { measureTextLength } from '@/lib/monitor/measures/text-length'
import { measureTrailing, measureVolume } from '@/lib/monitor/measures/traffic'

const MEASURES: ReadonlyMap<MetricId, Measure> = new Map<MetricId, Measure>([
  ['throughput', measureTrailing],
  ['latency_p50', measureTrailing],
  ['latency_p95', measureTrailing],
  ['latency_p99', measureTrailing],
  ['error_share', measureTrailing],
  ['memory_mean', measureTrailing],
  ['load_mean', measureTrailing],
  ['volume', measureVolume],
  ['missing_share', measureFault],
  ['unseen_share', measureFault],
  ['out_of_range_share', measureFault],
  ['type_changed_share', measureFault],
  ['mean_length', measureTextLength],
  ['drift', measureDrift],
  ['reconstruction_error', measureReconstruction],
  ['domain_auc', measureSeparation],
  ['null_share', measureNullPredictions],
  ['output_drift', measureDrift],
  ['class_share', measureClassShare],
  ['label_coverage', measureLabelCoverage],
  ['click_share', measureEvents],
  ['redo_share', measureEvents],
  ['switch_mode_share', measureEvents],
  ['accuracy', measureQuality],
  ['f1', measureQuality],
  ['roc_auc', measureQuality],
  ['mae', measureQuality],
  ['rmse', measureQuality],
  ['custom_up', measureCustom],
  ['custom_down', measureCustom],
  ['custom_both', measureCustom],
  ['custom_share_up', measureCustom],
  ['custom_share_down', measureCustom],
  ['custom_share_both', measureCustom],
])

/** The measure of a metric; throws a RangeError for one that has none. */
export function measureOf(metric: MetricId): Measure {
  const measure = MEASURES.get(metric)
  if (!measure) throw new RangeError(`nothing measures ${metric}`)
  return measure
}
