/** Owns the table of columns ranked by drift. */
import Link from 'next/link'
import styles from '@/app/(signed)/models/[model]/column-table.module.css'
import { Name } from '@/app/components/name'
import { Sparkline } from '@/app/components/sparkline'
import { Status } from '@/app/components/status'
import { Table } from '@/app/components/table'
import { formatCount, formatPair, formatShare } from '@/app/format'
import { type Query, toSegment, withQuery } from '@/app/links'
import type { RankedColumn } from '@/lib/queries/ranked-inputs'

/** `base` is the page of the list; each column's page lies under it. */
export function ColumnTable({
  label,
  columns,
  base,
  query,
}: {
  label: string
  columns: readonly RankedColumn[]
  base: string
  query: Query
}) {
  return (
    <Table
      label={label}
      columns={[
        { head: 'Column' },
        { head: 'Verdict' },
        { head: 'Drift', align: 'right', minor: true },
        { head: 'Limit', align: 'right', minor: true },
        { head: 'Drift against its limit', minor: true },
        { head: 'Missing', align: 'right', minor: true },
        { head: 'n', align: 'right', minor: true },
        { head: 'Why', isWide: true },
      ]}
      rows={columns.map((column) => ({
        key: column.name,
        cells: [
          <Link
            key="name"
            href={withQuery(`${base}/${toSegment(column.name)}`, query)}
            prefetch={false}
            className={styles.name}
          >
            <Name>{column.name}</Name>
          </Link>,
          <Status key="verdict" name={column.verdict ?? 'awaiting'} />,
          ...formatPair(column.drift, column.limit, 'distance'),
          <Sparkline
            key="spark"
            points={column.spark}
            limit={1}
            label={`Drift of ${column.name} against its limit`}
          />,
          formatShare(column.missing),
          formatCount(column.n),
          <span key="why" className={styles.why} title={column.sentence}>
            <bdi>{column.sentence}</bdi>
          </span>,
        ],
      }))}
    />
  )
}
