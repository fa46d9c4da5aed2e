'use client'
/** Owns one of the last records, as it came and as it would be kept. */
import { useState } from 'react'
import styles from '@/app/(signed)/models/[model]/settings/field-rules.module.css'
import type { ShownField, ShownRecord } from '@/app/(signed)/models/[model]/settings/use-preview'
import { Button } from '@/app/components/button'

/** Fields of one record that are shown. */
const MANY = 40

export function RecordPreview({ records, isStale }: { records: readonly ShownRecord[]; isStale: boolean }) {
  const [chosen, setChosen] = useState(0)
  const index = Math.min(chosen, records.length - 1)
  const record = records[index]
  if (!record) return null
  const came = new Set(record.before.map(({ path, value }) => `${path}\n${value}`))
  return (
    <section className={styles.preview} aria-label="Preview" aria-busy={isStale}>
      <div className={styles.previewHead}>
        <h3>
          {record.source === 'received'
            ? `Record ${index + 1} of the last ${records.length} received`
            : `Record ${index + 1} of the last ${records.length} stored`}
        </h3>
        <Button
          size="small"
          disabled={records.length < 2}
          onClick={() => setChosen((index + 1) % records.length)}
        >
          Next record
        </Button>
      </div>
      {record.source === 'stored' && (
        <p className={styles.quiet}>Nothing has come since the start, so this is what the log holds.</p>
      )}
      <div className={styles.sides}>
        <div>
          <h4>As it came</h4>
          <Fields fields={record.before} />
        </div>
        <div aria-live="polite">
          <h4>As it would be kept</h4>
          {record.refused ? (
            <p className={styles.refused}>
              It would be refused: <bdi>{record.refused.message}</bdi>
              {record.refused.field && (
                <>
                  {' '}
                  (<bdi>{record.refused.field}</bdi>)
                </>
              )}
            </p>
          ) : (
            <Fields fields={record.after} isNew={({ path, value }) => !came.has(`${path}\n${value}`)} />
          )}
        </div>
      </div>
    </section>
  )
}

function Fields({
  fields,
  isNew = () => false,
}: {
  fields: readonly ShownField[]
  isNew?: (field: ShownField) => boolean
}) {
  // What changes is what one looks for: of many fields it stands first.
  const shown =
    fields.length > MANY
      ? [...fields].sort((a, b) => Number(isNew(b)) - Number(isNew(a))).slice(0, MANY)
      : fields
  return (
    <>
      <dl className={styles.fields}>
        {shown.map((field) => (
          <div key={field.path} className={isNew(field) ? styles.changed : undefined}>
            <dt>
              <bdi>{field.path}</bdi>
            </dt>
            <dd>
              <bdi>{field.value}</bdi>
            </dd>
          </div>
        ))}
      </dl>
      {shown.length < fields.length && (
        <p className={styles.quiet}>and {fields.length - shown.length} more fields</p>
      )}
    </>
  )
}
