/** Owns which monitor a custom metric gives rise to on a version. */
import { type CustomMetric, metricOfCustom } from '@/lib/domain/custom-metric'
import { isCustom } from '@/lib/domain/metric'
import { DRIFT_POLICY, type Monitor, type MonitorSettings } from '@/lib/domain/monitor'
import type { SliceRef } from '@/lib/domain/slice'

/** Part of the usual value whose change matters. */
const CUSTOM_FLOOR = 0.3

/** What only software metrics read. */
const SOFTWARE_FIELDS: ReadonlySet<string> = new Set(
  ['latency', 'status', 'error', 'memory', 'load'].map((name) => `record:${name}`),
)

/** Whether a monitor is about this definition. */
export function isMonitorOf({ metric, column }: Monitor, name: string): boolean {
  return isCustom(metric) && column?.name === name
}

/** What people may have changed about an earlier monitor of the same definition. */
type Kept = Pick<
  MonitorSettings,
  'enabled' | 'effectFloor' | 'severity' | 'policy' | 'owner' | 'runbookUrl'
> &
  Partial<Pick<MonitorSettings, 'baseline' | 'fixedLimit'>>

/**
 * @param kept settings of the monitor that it takes the place of
 * @param slice the slice that it watches; null: the whole version
 */
export function customMonitor(
  metric: CustomMetric | Omit<CustomMetric, 'id' | 'revision' | 'seriesId'>,
  versionId: number,
  profileId: number,
  kept: Kept | null = null,
  slice: SliceRef | null = null,
): Omit<Monitor, 'id'> {
  const keys = Object.keys(metric.fields)
  const isOfSoftware = keys.length > 0 && keys.every((key) => SOFTWARE_FIELDS.has(key))
  return {
    versionId,
    profileId,
    metric: metricOfCustom(metric),
    column: { family: 'output', name: metric.name },
    baseline: metric.baseline,
    method: null,
    effectFloor: CUSTOM_FLOOR,
    cause: isOfSoftware ? 'software' : 'output_drift',
    severity: 'warning',
    policy: DRIFT_POLICY,
    enabled: true,
    fixedLimit: metric.fixedLimit,
    owner: null,
    runbookUrl: null,
    ...(slice ? { slice: { id: slice.id, name: slice.name } } : {}),
    ...(kept
      ? {
          enabled: kept.enabled,
          effectFloor: kept.effectFloor,
          severity: kept.severity,
          policy: kept.policy,
          owner: kept.owner,
          runbookUrl: kept.runbookUrl,
          ...(kept.baseline === undefined ? {} : { baseline: kept.baseline }),
          ...(kept.fixedLimit === undefined ? {} : { fixedLimit: kept.fixedLimit }),
        }
      : {}),
  }
}
