/** Owns which monitors a reference profile gives rise to: one for every column and family that can be judged. */
import { columnKey } from '@/lib/domain/column'
import { EVENT_METRICS, type MetricId } from '@/lib/domain/metric'
import type { Version } from '@/lib/domain/model'
import { DRIFT_POLICY, FAULT_POLICY, type Monitor } from '@/lib/domain/monitor'
import type { ColumnProfile, Profile, StoredProfile } from '@/lib/domain/profile'
import { COLUMN_FAULTS } from '@/lib/monitor/column-faults'
import { canCompareRecords } from '@/lib/monitor/records/sample-reference'
import { ks } from '@/lib/stats/methods/ks'
import { totalVariationCategories } from '@/lib/stats/methods/total-variation-categories'
import { CLASSIFIER_ALARM } from '@/lib/stats/multivariate/domain-classifier'

/** A monitor before it has an id. */
type NewMonitor = Omit<Monitor, 'id'>

type Plan = Pick<NewMonitor, 'metric' | 'effectFloor' | 'cause'> & Partial<NewMonitor>

/** Software metrics with their effect floor: relative to the usual value, absolute for shares. */
const SOFTWARE: readonly (readonly [MetricId, number])[] = [
  ['throughput', 0.5],
  ['latency_p50', 0.5],
  ['latency_p95', 0.5],
  ['latency_p99', 1],
  ['error_share', 0.02],
  ['memory_mean', 0.3],
  ['load_mean', 0.5],
]

/** Quality metrics with the loss that matters: absolute for shares, relative for errors. */
const QUALITY: readonly (readonly [MetricId, number])[] = [
  ['accuracy', 0.03],
  ['f1', 0.05],
  ['roc_auc', 0.03],
  ['mae', 0.1],
  ['rmse', 0.1],
]

const TEXT_LENGTH_FLOOR = 0.25
const NULL_PREDICTION_FLOOR = 0.01
/** Part of the usual label coverage whose loss matters. */
const LABEL_COVERAGE_FLOOR = 0.3
/** Part of the usual share of an event whose loss, or gain, matters. */
const EVENT_FLOOR = 0.3
/** Change of a class's share that matters, as for the whole distribution; rare classes have a smaller one. */
const CLASS_SHARE_FLOOR = 0.1
/** Change of the mean reconstruction error that matters, relative to the usual one. */
const RECONSTRUCTION_FLOOR = 0.15
/** Beyond these the classes are no list anybody reads, and each test would have to be very sure. */
const MAX_CLASSES = 50

/** The drift monitor of a column, or none where there is no distribution to compare. */
function driftPlan(column: ColumnProfile, metric: MetricId, cause: NewMonitor['cause']): Plan[] {
  const ref = { family: column.family, name: column.name }
  if (column.kind === 'numeric' && column.grid) {
    return [{ metric, column: ref, method: ks.id, effectFloor: ks.effectFloor, cause }]
  }
  if (column.kind === 'categorical' && column.categories && column.categories.length > 0) {
    const method = totalVariationCategories
    return [{ metric, column: ref, method: method.id, effectFloor: method.effectFloor, cause }]
  }
  return []
}

/** Whether a fault counted by row can occur in a column at all. */
function canOccur(metric: MetricId, column: ColumnProfile): boolean {
  switch (metric) {
    case 'missing_share':
      return true
    case 'type_changed_share':
      return column.type !== 'string'
    case 'unseen_share':
      // A cut list of categories cannot tell new ones from rare ones.
      return column.kind === 'categorical' && column.categories !== null && column.otherCount === 0
    case 'out_of_range_share':
      return (
        column.kind === 'numeric' &&
        column.expectations.some(({ kind }) => kind === 'range' || kind === 'positive')
      )
    default:
      return false
  }
}

function inputPlans(column: ColumnProfile): Plan[] {
  const ref = { family: column.family, name: column.name }
  const faults = COLUMN_FAULTS.filter(({ metric }) => canOccur(metric, column)).map(
    ({ metric, floor }): Plan => {
      const isSchema = metric === 'type_changed_share'
      return {
        metric,
        column: ref,
        baseline: metric === 'out_of_range_share' ? 'none' : 'training',
        effectFloor: floor,
        cause: isSchema ? 'schema' : 'data_quality',
        ...(isSchema ? { policy: FAULT_POLICY, severity: 'critical' } : {}),
      }
    },
  )
  const length: Plan[] =
    column.kind === 'text' && column.lengths && column.lengths.n > 0
      ? [{ metric: 'mean_length', column: ref, effectFloor: TEXT_LENGTH_FLOOR, cause: 'data_quality' }]
      : []
  return [...driftPlan(column, 'drift', 'input_drift'), ...faults, ...length]
}

/** Drift of a prediction or score, and the share of each class of a classifier's prediction. */
function outputPlans(column: ColumnProfile): Plan[] {
  const drift = driftPlan(column, 'output_drift', 'output_drift')
  const classes = column.categories?.length ?? 0
  if (column.role !== 'prediction' || column.kind !== 'categorical') return drift
  if (classes < 1 || classes > MAX_CLASSES || column.otherCount > 0) return drift
  const ref = { family: column.family, name: column.name }
  const shares: Plan = {
    metric: 'class_share',
    column: ref,
    effectFloor: CLASS_SHARE_FLOOR,
    cause: 'output_drift',
  }
  return [...drift, shares]
}

/** Both ways to look at whole records, where the profile has rows to compare with. */
function recordPlans(stored: StoredProfile): Plan[] {
  if (!canCompareRecords(stored)) return []
  return [
    { metric: 'reconstruction_error', effectFloor: RECONSTRUCTION_FLOOR, cause: 'input_drift' },
    { metric: 'domain_auc', effectFloor: CLASSIFIER_ALARM, cause: 'input_drift' },
  ]
}

function versionPlans(profile: Profile): Plan[] {
  const software = SOFTWARE.map(
    ([metric, effectFloor]): Plan => ({ metric, effectFloor, baseline: 'trailing', cause: 'software' }),
  )
  const quality = QUALITY.filter(([metric]) => typeof profile.quality?.metrics[metric] === 'number').map(
    ([metric, effectFloor]): Plan => ({ metric, effectFloor, cause: 'quality' }),
  )
  const hasPrediction = profile.columns.some(({ role }) => role === 'prediction')
  const nulls: Plan[] = hasPrediction
    ? [
        { metric: 'null_share', effectFloor: NULL_PREDICTION_FLOOR, cause: 'data_quality' },
        {
          metric: 'label_coverage',
          effectFloor: LABEL_COVERAGE_FLOOR,
          baseline: 'trailing',
          cause: 'data_quality',
        },
        ...EVENT_METRICS.map(
          (metric): Plan => ({
            metric,
            effectFloor: EVENT_FLOOR,
            baseline: 'trailing',
            cause: 'output_drift',
          }),
        ),
      ]
    : []
  const absence: Plan = {
    metric: 'volume',
    effectFloor: 0,
    baseline: 'none',
    cause: 'no_data',
    severity: 'critical',
    policy: FAULT_POLICY,
  }
  return [absence, ...software, ...nulls, ...quality]
}

/** Monitors for a version under a profile, in the order of the profile's columns; without ids. */
export function createMonitors(version: Version, stored: StoredProfile): NewMonitor[] {
  const { profile } = stored
  const columns = profile.columns.flatMap((column) => {
    if (column.role === 'feature') return inputPlans(column)
    if (column.role === 'prediction' || column.role === 'score') return outputPlans(column)
    return []
  })
  const seen = new Set<string>()
  return [...versionPlans(profile), ...columns, ...recordPlans(stored)].flatMap((plan) => {
    const key = `${plan.metric} ${plan.column ? columnKey(plan.column) : ''}`
    if (seen.has(key)) return []
    seen.add(key)
    return {
      versionId: version.id,
      profileId: stored.id,
      column: null,
      baseline: 'training',
      method: null,
      severity: 'warning',
      policy: DRIFT_POLICY,
      enabled: true,
      fixedLimit: null,
      owner: null,
      runbookUrl: null,
      ...plan,
    } satisfies NewMonitor
  })
}
