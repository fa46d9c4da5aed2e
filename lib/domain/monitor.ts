/** Owns the noun monitor: a rule that judges one metric of one column on every window. */
import type { ColumnRef } from '@/lib/domain/column'
import type { MetricId } from '@/lib/domain/metric'
import type { SliceRef } from '@/lib/domain/slice'

export type Severity = 'warning' | 'critical'

/** What a window is compared with. `none`: the value itself is compared with a fixed limit. */
export type BaselineKind = 'training' | 'trailing' | 'same_hour_of_week' | 'none'

/**
 * Which cause a monitor speaks of. Alerts group by cause; a more basic cause inhibits those that it explains
 * (no_data > schema > data_quality > input_drift, output_drift, quality; software stands apart).
 */
export const CAUSES = [
  'no_data',
  'schema',
  'data_quality',
  'input_drift',
  'output_drift',
  'quality',
  'software',
] as const
export type Cause = (typeof CAUSES)[number]

/** How a monitor fires and recovers. */
export interface FiringPolicy {
  /** Breaching windows needed … */
  readonly fireCount: number
  /** … among this many latest windows. */
  readonly fireOf: number
  /** Recovered once this many windows in a row are below `recoverShare` × limit. */
  readonly recoverCount: number
  readonly recoverShare: number
}

export const DRIFT_POLICY: FiringPolicy = { fireCount: 2, fireOf: 3, recoverCount: 2, recoverShare: 0.8 }
export const FAULT_POLICY: FiringPolicy = { fireCount: 1, fireOf: 1, recoverCount: 2, recoverShare: 0.8 }

export interface Monitor {
  readonly id: number
  readonly versionId: number
  readonly profileId: number
  readonly metric: MetricId
  /** null for metrics of the whole version. */
  readonly column: ColumnRef | null
  readonly baseline: BaselineKind
  /** Statistic used by drift metrics: a key of the method registry in `lib/stats/methods.ts`. */
  readonly method: string | null
  /** Smallest effect worth waking anyone for, in the unit of the metric. */
  readonly effectFloor: number
  readonly cause: Cause
  readonly severity: Severity
  readonly policy: FiringPolicy
  readonly enabled: boolean
  /** A limit set by hand, in place of the calibrated one; null: calibrated. */
  readonly fixedLimit: number | null
  /** Who is asked first, and the address of what to do, where that is not the model's. */
  readonly owner: string | null
  readonly runbookUrl: string | null
  /** The slice it watches; absent or null: the whole version. */
  readonly slice?: SliceRef | null
}

/** The settings of a monitor that people may change. */
export const MONITOR_SETTINGS = [
  'enabled',
  'method',
  'baseline',
  'effectFloor',
  'fixedLimit',
  'severity',
  'policy',
  'owner',
  'runbookUrl',
] as const
export type MonitorSettings = Pick<Monitor, (typeof MONITOR_SETTINGS)[number]>

/** What a person changed about a monitor. */
export interface MonitorRevision {
  readonly id: number
  readonly monitorId: number
  readonly atMs: number
  readonly actor: string
  /** In their own words; may be empty. */
  readonly why: string
  /** The settings that changed, as they were and as they became. */
  readonly before: Partial<MonitorSettings>
  readonly after: Partial<MonitorSettings>
}
