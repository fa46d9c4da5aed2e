/**
 * Owns which monitors a slice gives rise to: drift and missing values of the profile's columns, failed calls, and quality.
 * All of them have a test of significance, so that ten slices raise no more false alarms than the budget allows: what is
 * judged by the spread of earlier windows alone (latency, throughput) is shown for slices and not judged.
 */
import { columnKey } from '@/lib/domain/column'
import type { MetricId } from '@/lib/domain/metric'
import type { Version } from '@/lib/domain/model'
import type { BaselineKind, Monitor } from '@/lib/domain/monitor'
import type { StoredProfile } from '@/lib/domain/profile'
import type { Slice, SliceCondition } from '@/lib/domain/slice'
import { createMonitors } from '@/lib/monitor/create-monitors'
import { referenceRowsOf } from '@/lib/monitor/slice-reference'

const SLICE_METRICS: ReadonlySet<MetricId> = new Set([
  'drift',
  'missing_share',
  'output_drift',
  'error_share',
  'accuracy',
  'mae',
])

/** The column that a condition fixes or bounds: its distribution is what the slice says. */
function keyOf({ on, name }: SliceCondition): string | null {
  return on === 'tag' ? null : columnKey({ family: on === 'output' ? 'output' : 'input', name })
}

/**
 * Monitors of a slice under a profile, without ids. A column of which the profile keeps enough rows of the slice is compared
 * with those (`training`), every other with the slice's own week before (`trailing`).
 */
export function createSliceMonitors(
  version: Version,
  stored: StoredProfile,
  slice: Slice,
): Omit<Monitor, 'id'>[] {
  const fixed = new Set(slice.conditions.map(keyOf))
  const rows = referenceRowsOf(stored, slice.conditions)
  return createMonitors(version, stored).flatMap((monitor) => {
    const key = monitor.column ? columnKey(monitor.column) : null
    if (!SLICE_METRICS.has(monitor.metric) || (key !== null && fixed.has(key))) return []
    const baseline: BaselineKind = key !== null && rows?.columns.has(key) ? 'training' : 'trailing'
    return { ...monitor, baseline, slice: { id: slice.id, name: slice.name } }
  })
}
