/**
 * Owns which tests of one window are corrected together: a family is wrong with the chance that the budget gives it, however
 * many monitors it has. The budget is shared between these families, so there is no other list of them.
 */
import type { MetricId } from '@/lib/domain/metric'
import type { Monitor } from '@/lib/domain/monitor'

/** Metrics that are not here are compared with their own past: their limit carries the significance. */
const FAMILY_METRICS = {
  /** Distributions of columns, inputs and outputs. */
  distributions: ['drift', 'output_drift'],
  /** Faults of values and records, counted. */
  faults: [
    'missing_share',
    'unseen_share',
    'out_of_range_share',
    'type_changed_share',
    'mean_length',
    'null_share',
    'error_share',
  ],
  /** What the model answers, and how good it is. */
  answers: ['class_share', 'accuracy', 'f1', 'roc_auc', 'mae', 'rmse'],
  /** Records as a whole. They are judged in longer windows only, and left out where a range is judged on demand. */
  records: ['reconstruction_error', 'domain_auc'],
} as const satisfies Readonly<Record<string, readonly MetricId[]>>

export type TestFamily = keyof typeof FAMILY_METRICS

/** How many families share the budget; slices are one more, where a model has some. */
export const TEST_FAMILIES = Object.keys(FAMILY_METRICS).length

const FAMILY_OF: ReadonlyMap<string, TestFamily> = new Map(
  (Object.keys(FAMILY_METRICS) as TestFamily[]).flatMap((family) =>
    FAMILY_METRICS[family].map((metric) => [metric, family] as const),
  ),
)

/** The family of a metric; one that is compared with its own past stands alone under its name. */
export function testFamilyOf(metric: MetricId): string {
  return FAMILY_OF.get(metric) ?? metric
}

/** The family of a monitor: all tests of all slices of a version are one, whatever they measure. */
export function familyOf({ metric, slice }: Pick<Monitor, 'metric' | 'slice'>): string {
  return slice ? 'slices' : testFamilyOf(metric)
}
