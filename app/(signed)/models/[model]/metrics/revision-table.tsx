/** Owns the table of the changes of one custom metric: who saved what, and why. */
import { Name } from '@/app/components/name'
import { Table } from '@/app/components/table'
import { formatInstant } from '@/app/format'
import type { CustomMetric } from '@/lib/domain/custom-metric'

export function RevisionTable({ revisions, zone }: { revisions: readonly CustomMetric[]; zone: string }) {
  return (
    <Table
      label="Changes"
      columns={[
        { head: `Saved (${zone})` },
        { head: 'By' },
        { head: 'Expression', isWide: true },
        { head: 'Why', isWide: true },
      ]}
      rows={revisions.map((revision) => ({
        key: revision.id,
        cells: [
          formatInstant(revision.createdMs, zone),
          <Name key="by">{revision.createdBy}</Name>,
          <code key="expression">
            <bdi>{revision.isRemoved ? 'removed' : sayRevision(revision)}</bdi>
          </code>,
          <bdi key="why">{revision.why}</bdi>,
        ],
      }))}
    />
  )
}

function sayRevision({ expression, slices = [] }: CustomMetric): string {
  return slices.length === 0 ? expression : `${expression} in ${slices.join(', ')} too`
}
