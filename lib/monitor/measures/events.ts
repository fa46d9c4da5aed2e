/** Owns the measures of events: the share of a window's records that users clicked, redid, or left by switching the mode. */
import { eventOfMetric, type MetricId } from '@/lib/domain/metric'
import type { Measure } from '@/lib/monitor/measurement'
import { type Arrival, measureArrival } from '@/lib/monitor/measures/arrival'

/** Rare events rise from nearly nothing: what matters is two records more in a hundred. */
const RISE = { bad: 'up', leastChange: 0.02, chanceAtSeen: true } as const

const ARRIVALS: ReadonlyMap<MetricId, Arrival> = new Map<MetricId, Arrival>([
  ['click_share', { have: 'had a click', many: 'clicks', bad: 'down', leastChange: 0, chanceAtSeen: true }],
  ['redo_share', { ...RISE, have: 'were asked for again', many: 'redos' }],
  ['switch_mode_share', { ...RISE, have: 'were followed by a switch of mode', many: 'switches of mode' }],
])

/** The share against that of earlier windows whose events are complete. */
export const measureEvents: Measure = (input) => {
  const { metric } = input.monitor
  const arrival = ARRIVALS.get(metric)
  if (!arrival) throw new RangeError(`${metric} counts no event`)
  return measureArrival(input, input.events?.counts.get(eventOfMetric(metric) ?? '') ?? 0, arrival)
}
