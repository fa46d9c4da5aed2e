/** Owns the table of custom metrics slice by slice, with all records last. */
import { Name } from '@/app/components/name'
import { Table } from '@/app/components/table'
import { formatCount } from '@/app/format'
import { sayCustom } from '@/lib/monitor/measures/custom'
import type { CustomBySlice, CustomOfPart } from '@/lib/queries/slice-customs'

export function CustomTable({ customs }: { customs: readonly CustomBySlice[] }) {
  return (
    <Table
      label="Custom metrics by slice"
      columns={[
        { head: 'Metric', isWide: true },
        { head: 'Slice' },
        { head: 'Over this range', align: 'right' },
        { head: 'Records with a value', align: 'right', minor: true },
      ]}
      rows={customs.flatMap(({ metric, parts }) =>
        parts.map((part) => ({
          key: JSON.stringify([metric.id, part.slice]),
          cells: [
            <Name key="metric">{metric.name}</Name>,
            part.slice === null ? 'All records' : <Name key="slice">{part.slice}</Name>,
            sayPart(part, metric),
            part.isComplete ? formatCount(part.n) : '–',
          ],
        })),
      )}
    />
  )
}

function sayPart({ value, isComplete }: CustomOfPart, metric: CustomBySlice['metric']): string {
  if (!isComplete) return 'Reading the log…'
  return value === null ? 'no value' : sayCustom(metric, value)
}
