/** Owns the table of slices beside one another, with the whole version as its last row. */
import type { ReactNode } from 'react'
import styles from '@/app/(signed)/models/[model]/slices/slice-table.module.css'
import { sayInterval, sayNumber } from '@/app/(signed)/models/[model]/slices/slice-words'
import { ConfirmButton } from '@/app/components/confirm-button'
import { Name } from '@/app/components/name'
import { OnPhone } from '@/app/components/on-phone'
import { Status } from '@/app/components/status'
import { Table } from '@/app/components/table'
import { formatCount, formatNumber, formatPair, formatShare, formatValue } from '@/app/format'
import { saySlice } from '@/lib/domain/slice'
import type { SliceFigures } from '@/lib/queries/slice-figures'
import type { SliceRow, SlicesPage } from '@/lib/queries/slices-page'

export function SliceTable({ model, page, isAdmin }: { model: string; page: SlicesPage; isAdmin: boolean }) {
  const { rows, whole, qualityKind } = page
  const kind = qualityKind === 'mae' ? 'number' : 'share'
  const figures = ({ records, failed, latencyP95, quality }: SliceFigures, share: number | null) => [
    <div key="records">
      {formatCount(records)}
      {share !== null && <Beneath>{`${formatShare(share)} of all`}</Beneath>}
    </div>,
    quality ? (
      <div key="quality">
        {sayNumber(quality.value, kind)}
        <Beneath>{`${sayInterval(quality, kind)}, ${formatCount(quality.n)} ${quality.n === 1 ? 'label' : 'labels'}`}</Beneath>
      </div>
    ) : (
      'no labels'
    ),
    failed ? (
      <div key="failed">
        {sayNumber(failed.value, 'share')}
        <Beneath>{sayInterval(failed, 'share')}</Beneath>
      </div>
    ) : (
      '–'
    ),
    latencyP95 === null ? '–' : `${formatNumber(latencyP95)} ms`,
  ]
  return (
    <Table
      label="Slices, worst first"
      columns={[
        { head: 'Slice', isWide: true },
        { head: 'Now' },
        { head: 'Records', align: 'right', minor: true },
        { head: qualityKind === 'mae' ? 'Mean absolute error' : 'Error rate', align: 'right', minor: true },
        { head: 'Failed calls', align: 'right', minor: true },
        { head: 'Latency p95', align: 'right', minor: true },
        { head: 'Largest drift', minor: true },
        ...(isAdmin ? [{ head: <span className="visually-hidden">Delete</span> }] : []),
      ]}
      rows={[
        ...rows.map((row) => ({
          key: row.slice.id,
          cells: [
            <div key="name">
              <Name wrap>{row.slice.name}</Name>
              <Beneath>
                <bdi>{saySlice(row.slice.conditions)}</bdi>
              </Beneath>
              {row.drift && <OnPhone>Largest drift: {sayDrift(row.drift)}</OnPhone>}
            </div>,
            <Now key="now" row={row} />,
            ...figures(row, row.share),
            <Drift key="drift" row={row} />,
            ...(isAdmin ? [<Delete key="delete" model={model} row={row} />] : []),
          ],
        })),
        {
          key: 'whole',
          cells: ['All records', '', ...figures(whole, null), '', ...(isAdmin ? [''] : [])],
        },
      ]}
    />
  )
}

/** A second line of a cell. */
function Beneath({ children }: { children: ReactNode }) {
  return <div className={styles.beneath}>{children}</div>
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
  return (
    <div className={styles.drift}>
      {sayDrift(drift)}
      <Beneath>{sayEvidence(drift)}</Beneath>
    </div>
  )
}

/** How much the records tell of a drift: `at most 0.31; 120 values of the last day`. */
function sayEvidence({ upper, limit, n, isLastDay }: NonNullable<SliceRow['drift']>): string {
  const values = `${formatCount(n)} ${n === 1 ? 'value' : 'values'}${isLastDay ? ' of the last day' : ''}`
  if (upper !== null) return `at most ${formatValue(upper, 'distance')}; ${values}`
  return limit === null ? values : `${values}, too few to bound it`
}

function sayDrift({ column, value, limit }: NonNullable<SliceRow['drift']>): ReactNode {
  if (limit === null) {
    return (
      <>
        <Name>{column}</Name> {formatValue(value, 'distance')}, too few values for a limit
      </>
    )
  }
  const [drifted, most] = formatPair(value, limit, 'distance')
  return (
    <>
      <Name>{column}</Name> {drifted}, limit {most}
    </>
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
