/** Owns the words for events of predictions; pages and monitors use the same. */
import { EVENT_METRICS, eventOfMetric, getMetric } from '@/lib/domain/metric'

/** What the share of an event counts, lower case: `records with a click`. */
export function sayEvent(event: string): string {
  const known = EVENT_METRICS.find((metric) => eventOfMetric(metric) === event)
  return known ? getMetric(known).label : `records with the event ${event}`
}
