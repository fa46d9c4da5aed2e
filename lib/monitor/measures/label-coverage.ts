/** Owns the measure of label coverage: the share of a window's records with a label, once its labels had time to come. */
import type { Measure } from '@/lib/monitor/measurement'
import { type Arrival, measureArrival } from '@/lib/monitor/measures/arrival'

const LABELS: Arrival = {
  have: 'have a label',
  many: 'labels',
  bad: 'down',
  leastChange: 0,
  chanceAtSeen: false,
}

/** Coverage against that of earlier windows whose labels are complete. */
export const measureLabelCoverage: Measure = (input) => measureArrival(input, input.quality?.n ?? 0, LABELS)
