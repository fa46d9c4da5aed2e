/** Owns what can be wrong with a column's values one by one: counts of faulty rows, reference counts, words. */
import type { FindingKind } from '@/lib/domain/evaluation'
import type { MetricId } from '@/lib/domain/metric'
import type { ReferenceColumn } from '@/lib/monitor/reference'
import type { ShareCounts } from '@/lib/monitor/share-test'
import { presentOf, rowsOf } from '@/lib/summary/merge'
import type { ColumnSummary } from '@/lib/summary/types'

export interface ColumnFault {
  readonly metric: MetricId
  readonly finding: FindingKind
  /** Smallest rise of the share worth speaking of. */
  readonly floor: number
  /** `of <column> are missing`. */
  readonly says: string
  /** Counts of the window and the reference; null where the fault cannot occur. */
  readonly counts: (column: ReferenceColumn, summary: ColumnSummary) => ShareCounts | null
  /** Share that an expectation allows. */
  readonly allowed: (column: ReferenceColumn) => number
}

const none = () => 0

/** Every fault that is counted by row. */
export const COLUMN_FAULTS: readonly ColumnFault[] = [
  {
    metric: 'missing_share',
    finding: 'missing_surge',
    floor: 0.02,
    says: 'are missing',
    counts: ({ profile }, summary) => ({
      count: summary.missing,
      n: rowsOf(summary),
      referenceCount: profile.missing,
      referenceN: profile.rows,
    }),
    allowed: ({ profile }) => {
      const presence = profile.expectations.find((expectation) => expectation.kind === 'presence')
      return presence?.maxMissing ?? 0
    },
  },
  {
    metric: 'type_changed_share',
    finding: 'type_changed',
    floor: 0.01,
    says: 'have another type than in the reference',
    counts: (column, summary) => ({
      count: summary.typeChanged,
      n: rowsOf(summary) - summary.missing,
      referenceCount: 0,
      referenceN: column.n,
    }),
    allowed: none,
  },
  {
    metric: 'unseen_share',
    finding: 'unseen_category',
    floor: 0.01,
    says: 'are categories that the reference has never seen',
    counts: (column, summary) =>
      summary.kind === 'categories'
        ? { count: summary.unseen, n: presentOf(summary), referenceCount: 0, referenceN: column.n }
        : null,
    allowed: none,
  },
  {
    metric: 'out_of_range_share',
    finding: 'out_of_range',
    floor: 0.02,
    says: 'lie outside the expected range',
    counts: (column, summary) =>
      summary.kind === 'grid'
        ? { count: summary.outOfRange, n: presentOf(summary), referenceCount: 0, referenceN: column.n }
        : null,
    allowed: none,
  },
]

/** The fault that a metric counts; throws for other metrics. */
export function faultOf(metric: MetricId): ColumnFault {
  const fault = COLUMN_FAULTS.find((candidate) => candidate.metric === metric)
  if (!fault) throw new RangeError(`${metric} does not count faulty rows`)
  return fault
}
