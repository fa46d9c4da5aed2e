/** Owns what an evaluation keeps of how it was judged, so that it can be judged again from stored summaries. */
import type { EvaluationBasis } from '@/lib/domain/evaluation'
import { isCustom, isOfArrivals } from '@/lib/domain/metric'
import type { Monitor } from '@/lib/domain/monitor'
import { isLimitDrawn } from '@/lib/monitor/chance-limit'
import { digestValues } from '@/lib/monitor/digest-values'
import { isEarlierBaseline } from '@/lib/monitor/earlier-windows'
import type { MeasureInput } from '@/lib/monitor/measurement'
import { presentOf, rowsOf } from '@/lib/summary/merge'

/**
 * The rule of this program. It is raised with every change that makes another verdict, number, or sentence of the same
 * summaries; 1 was judged before evaluations said so.
 */
export const RULE = '6'

/** Numbers that earlier windows gave to the judgement; null where it looked at none. */
function earlierNumbers(input: MeasureInput): readonly number[] | null {
  const { monitor, trailing, labels } = input
  if (isCustom(monitor.metric)) return (input.custom?.history ?? []).map(({ value }) => value)
  if (isOfArrivals(monitor.metric)) {
    return (labels ?? []).flatMap(({ startMs, coverage, delayMs }) => [startMs, coverage, delayMs ?? -1])
  }
  if (monitor.method !== null && isEarlierBaseline(monitor.baseline)) {
    return input.earlier ? [rowsOf(input.earlier), presentOf(input.earlier)] : []
  }
  return monitor.baseline === 'trailing' ? (trailing.get(monitor.metric) ?? []) : null
}

/** Whether the null table of the profile gave the limit by chance. */
function isDrawn({ monitor: { method, baseline, slice }, column, summary }: MeasureInput): boolean {
  if (method === null || slice || baseline !== 'training' || !column || !summary) return false
  return isLimitDrawn(column, method, presentOf(summary))
}

/** @param budget the model's budget of false alarms, in alerts a fortnight @param isSliced slices have a share of it */
export function basisOf(input: MeasureInput, budget: number, isSliced: boolean): EvaluationBasis {
  const { monitor, window, covered, cadence, reference, tests } = input
  const earlier = earlierNumbers(input)
  const isWhole = covered.startMs === window.startMs && covered.endMs === window.endMs
  return {
    rule: RULE,
    profile: reference.profileId,
    ...(monitor.method === null ? {} : { method: monitor.method }),
    floor: monitor.effectFloor,
    ...(monitor.fixedLimit === null ? {} : { fixedLimit: monitor.fixedLimit }),
    ...((monitor.method === null && !isCustom(monitor.metric)) || monitor.baseline === 'training'
      ? {}
      : { baseline: monitor.baseline }),
    ...(isDrawn(input) ? { limit: 'null_table' as const } : {}),
    tests,
    budget,
    cadence,
    ...(isSliced ? { sliced: true as const } : {}),
    ...(isWhole ? {} : { covered: [covered.startMs, covered.endMs] as const }),
    ...(earlier === null ? {} : { earlier: { values: earlier.length, digest: digestValues(earlier) } }),
  }
}

/** The monitor as it was when it judged. */
export function monitorAsOf(monitor: Monitor, basis: EvaluationBasis | undefined): Monitor {
  if (!basis) return { ...monitor, enabled: true }
  const { method = null, floor, fixedLimit = null } = basis
  // Only what compares distributions can be given another baseline.
  const baseline = basis.baseline ?? (monitor.method === null ? monitor.baseline : 'training')
  return { ...monitor, enabled: true, method, effectFloor: floor, fixedLimit, baseline }
}
