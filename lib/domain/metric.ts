/** Owns the table of metrics: what is measured on a window, in which family, and in which unit. */
import type { Family } from '@/lib/domain/column'

export type MetricUnit =
  | 'share'
  | 'count'
  | 'per_second'
  | 'ms'
  | 'bytes'
  | 'number'
  | 'distance'
  | 'characters'

export interface MetricInfo {
  readonly id: string
  readonly family: Family
  /** Whether the metric is measured per column or once per version. */
  readonly scope: 'version' | 'column'
  readonly unit: MetricUnit
  /** Name for people, lower case: `missing values`. */
  readonly label: string
  /** Which direction is bad, for words and for one-sided limits. */
  readonly bad: 'up' | 'down' | 'both'
}

const metric = (
  id: string,
  family: Family,
  scope: 'version' | 'column',
  unit: MetricUnit,
  label: string,
  bad: 'up' | 'down' | 'both',
): MetricInfo => ({ id, family, scope, unit, label, bad })

/** Every metric. Adding one is a line here and a measure in `lib/monitor/measures`. */
export const METRICS = [
  metric('throughput', 'software', 'version', 'per_second', 'throughput', 'both'),
  metric('latency_p50', 'software', 'version', 'ms', 'median latency', 'up'),
  metric('latency_p95', 'software', 'version', 'ms', '95th percentile latency', 'up'),
  metric('latency_p99', 'software', 'version', 'ms', '99th percentile latency', 'up'),
  metric('error_share', 'software', 'version', 'share', 'failed calls', 'up'),
  metric('memory_mean', 'software', 'version', 'bytes', 'mean memory', 'up'),
  metric('load_mean', 'software', 'version', 'number', 'mean load', 'up'),
  metric('volume', 'input', 'version', 'count', 'records', 'both'),
  metric('missing_share', 'input', 'column', 'share', 'missing values', 'up'),
  metric('unseen_share', 'input', 'column', 'share', 'categories never seen in the reference', 'up'),
  metric('out_of_range_share', 'input', 'column', 'share', 'values outside the expected range', 'up'),
  metric('type_changed_share', 'input', 'column', 'share', 'values of another type', 'up'),
  metric('mean_length', 'input', 'column', 'characters', 'mean text length', 'both'),
  metric('drift', 'input', 'column', 'distance', 'distribution drift', 'up'),
  metric('reconstruction_error', 'input', 'version', 'number', 'reconstruction error', 'both'),
  metric('domain_auc', 'input', 'version', 'distance', 'separation from the reference (AUC)', 'up'),
  metric('null_share', 'output', 'version', 'share', 'records without a prediction', 'up'),
  metric('output_drift', 'output', 'column', 'distance', 'output drift', 'up'),
  metric('class_share', 'output', 'column', 'share', 'share of a class', 'both'),
  metric('label_coverage', 'output', 'version', 'share', 'records with a label', 'down'),
  metric('click_share', 'output', 'version', 'share', 'records with a click', 'down'),
  metric('redo_share', 'output', 'version', 'share', 'records asked for again (redo)', 'up'),
  metric('switch_mode_share', 'output', 'version', 'share', 'records followed by a switch of mode', 'up'),
  metric('accuracy', 'output', 'version', 'share', 'accuracy', 'down'),
  metric('f1', 'output', 'version', 'share', 'F1', 'down'),
  metric('roc_auc', 'output', 'version', 'share', 'ROC AUC', 'down'),
  metric('mae', 'output', 'version', 'number', 'mean absolute error', 'up'),
  metric('rmse', 'output', 'version', 'number', 'root mean squared error', 'up'),
  // Defined by people: the column carries the name of the definition.
  metric('custom_up', 'output', 'column', 'number', 'custom metric', 'up'),
  metric('custom_down', 'output', 'column', 'number', 'custom metric', 'down'),
  metric('custom_both', 'output', 'column', 'number', 'custom metric', 'both'),
  metric('custom_share_up', 'output', 'column', 'share', 'custom metric', 'up'),
  metric('custom_share_down', 'output', 'column', 'share', 'custom metric', 'down'),
  metric('custom_share_both', 'output', 'column', 'share', 'custom metric', 'both'),
] as const satisfies readonly MetricInfo[]

export type MetricId = (typeof METRICS)[number]['id']

/** The event that a metric counts, for metrics that count one. */
const EVENT_OF: Partial<Readonly<Record<MetricId, string>>> = {
  click_share: 'click',
  redo_share: 'redo',
  switch_mode_share: 'switch_mode',
}

/** Metrics that count an event of predictions. */
export const EVENT_METRICS = Object.keys(EVENT_OF) as readonly MetricId[]

/** The event that a metric counts, or null. */
export function eventOfMetric(metric: MetricId): string | null {
  return EVENT_OF[metric] ?? null
}

/** Metrics of what comes after a record, and late: judged by how it came to earlier windows. */
export const ARRIVAL_METRICS: readonly MetricId[] = ['label_coverage', ...EVENT_METRICS]

/** Whether a metric is one of those. */
export function isOfArrivals(metric: MetricId): boolean {
  return ARRIVAL_METRICS.includes(metric)
}

/** Whether a metric is one that people defined. */
export function isCustom(metric: string): boolean {
  return metric.startsWith('custom_')
}

const WHOLE_RECORDS: ReadonlySet<string> = new Set<MetricId>(['reconstruction_error', 'domain_auc'])

/** Whether a metric looks at all inputs of a record together, and is a consequence of what moves them one by one. */
export function isOfWholeRecords(metric: string): boolean {
  return WHOLE_RECORDS.has(metric)
}

const BY_ID: ReadonlyMap<string, MetricInfo> = new Map(METRICS.map((info) => [info.id, info]))

/** The metric's entry; throws a RangeError for an unknown id. */
export function getMetric(id: string): MetricInfo {
  const info = BY_ID.get(id)
  if (!info) throw new RangeError(`unknown metric: ${id}`)
  return info
}
