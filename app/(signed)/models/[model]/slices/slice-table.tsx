/** Owns the table of slices beside one another, with the whole version as its last row. */
import { sayEstimate } from '@/app/(signed)/models/[model]/slices/slice-words'
import { ConfirmButton } from '@/app/components/confirm-button'
import { Name } from '@/app/components/name'
import { Status } from '@/app/components/status'
import { Table } from '@/app/components/table'
import { formatCount, formatNumber, formatPair, formatShare } from '@/app/format'
import { saySlice } from '@/lib/domain/slice'
import type { SliceFigures, SliceRow, SlicesPage } from '@/lib/queries/slices-page'

export function SliceTable({ model, page, isAdmin }: { model: string; page: SlicesPage; isAdmin: boolean }) {
  const { rows, whole, qualityKind } = page
  const kind = qualityKind === 'mae' ? 'number' : 'share'
  const figures = ({ records, failed, latencyP95, quality }: SliceFigures, share: number | null) => [
    formatCount(records),
    share === null ? '–' : formatShare(share),
    quality ? `${sayEstimate(quality, kind)}, ${formatCount(quality.n)}` : 'no labels',
    failed ? sayEstimate(failed, 'share') : '–',
    latencyP95 === null ? '–' : `${formatNumber(latencyP95)} ms`,
  ]
  return (
    <Table
      label="Slices, worst first"
      columns={[
        { head: 'Slice' },
        { head: 'Records with' },
        { head: 'Now' },
        { head: 'Records', align: 'right' },
        { head: 'Of traffic', align: 'right' },
        {
          head: qualityKind === 'mae' ? 'Mean absolute error, labels' : 'Error rate, labels',
          align: 'right',
        },
        { head: 'Failed calls', align: 'right', minor: true },
        { head: 'Latency p95', align: 'right', minor: true },
        { head: 'Largest drift', isWide: true },
        ...(isAdmin ? [{ head: <span className="visually-hidden">Delete</span> }] : []),
      ]}
      rows={[
        ...rows.map((row) => ({
          key: row.slice.id,
          cells: [
            <Name key="name">{row.slice.name}</Name>,
            <bdi key="what">{saySlice(row.slice.conditions)}</bdi>,
            <Now key="now" row={row} />,
            ...figures(row, row.share),
            <Drift key="drift" row={row} />,
            ...(isAdmin ? [<Delete key="delete" model={model} row={row} />] : []),
          ],
        })),
        {
          key: 'whole',
          cells: ['All records', '', '', ...figures(whole, null), '', ...(isAdmin ? [''] : [])],
        },
      ]}
    />
  )
}

function Now({ row: { worst, isComplete } }: { row: SliceRow }) {
  if (!isComplete) return <span>Reading the log…</span>
  if (!worst) return <span>Not judged yet</span>
  return (
    <span title={worst.reason}>
      <Status name={worst.verdict} />
    </span>
  )
}

function Drift({ row: { drift } }: { row: SliceRow }) {
  if (!drift) return <span>–</span>
  const [value, limit] = formatPair(drift.value, drift.limit, 'distance')
  return (
    <span>
      <Name>{drift.column}</Name> {value} (at most {formatNumber(drift.upper)}), limit {limit},{' '}
      {formatCount(drift.n)} values{drift.isLastDay && ' of the last day'}
    </span>
  )
}

function Delete({ model, row: { slice } }: { model: string; row: SliceRow }) {
  return (
    <ConfirmButton
      text="Delete"
      label={`Delete the slice ${slice.name}`}
      question={`It will no longer be looked at, and its open alerts on ${model} end. What was gathered ages out.`}
      path={`/api/v1/slices/${slice.id}`}
      method="DELETE"
    />
  )
}
