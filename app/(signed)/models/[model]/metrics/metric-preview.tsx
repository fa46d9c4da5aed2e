'use client'
/** Owns showing what an expression gives: on the newest records, record by record, and in the windows of the last day. */
import styles from '@/app/(signed)/models/[model]/metrics/metrics.module.css'
import type { Previewed } from '@/app/(signed)/models/[model]/metrics/use-metric-preview'
import { Name } from '@/app/components/name'
import { Sparkline } from '@/app/components/sparkline'
import { Table } from '@/app/components/table'
import { formatCount, formatValue } from '@/app/format'

const REASONS = {
  absent: 'a field is absent',
  wrong_type: 'a field holds another type',
  no_result: 'no result',
} as const

export function MetricPreview({
  preview,
  unit,
  isShare,
  isStale,
}: {
  preview: Previewed
  unit: string
  isShare: boolean
  isStale: boolean
}) {
  const say = (value: number | null) =>
    value === null
      ? '–'
      : isShare || unit === ''
        ? formatValue(value, isShare ? 'share' : 'number')
        : `${formatValue(value, 'number')} ${unit}`
  const values = preview.windows.flatMap(({ value }) => value ?? [])
  const sampled = preview.windows.some(({ sample }) => sample)
  return (
    <div aria-busy={isStale} className={isStale ? styles.stale : undefined}>
      <p role="status">
        {preview.records === 0 ? (
          'No record of this model is stored yet.'
        ) : (
          <>
            <strong>{say(preview.value)}</strong> on the newest {formatCount(preview.records)} records;{' '}
            {formatCount(preview.n)} have a value.{preview.without === '' ? '' : ` ${preview.without}.`}
          </>
        )}
      </p>
      {values.length > 0 && (
        <p>
          Windows of the last day: {say(Math.min(...values))} to {say(Math.max(...values))}
          {sampled && ', computed from up to 200 records of each'}.{' '}
          <Sparkline
            points={preview.windows.map(({ start, value }) => ({ atMs: Date.parse(start), value }))}
            limit={null}
            label="The metric over the last day"
          />
        </p>
      )}
      {preview.rows.length > 0 && (
        <Table
          label="Newest records"
          columns={[
            { head: 'Prediction' },
            ...preview.fields.map(({ name }) => ({ head: <Name>{name}</Name> })),
            { head: 'Result', align: 'right' as const },
          ]}
          rows={preview.rows.map((row, index) => ({
            key: `${index} ${row.prediction_id}`,
            cells: [
              <Name key="id">{row.prediction_id}</Name>,
              ...row.inputs.map(({ name, value }) => (
                <Name key={name}>{value === null ? '–' : String(value)}</Name>
              )),
              resultOf(row),
            ],
          }))}
        />
      )}
    </div>
  )
}

function resultOf({ outcome, value, reason }: Previewed['rows'][number]): string {
  if (outcome === 'outside') return 'not counted'
  if (outcome === 'undecided') return 'condition unknown'
  if (outcome === 'missing') return `missing: ${reason === null ? 'unknown' : REASONS[reason]}`
  return value === null ? 'hidden' : formatValue(value, 'number')
}
