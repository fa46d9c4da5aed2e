/** Owns the columns of a profile by family, each with its shape and its expectations. */
import { ExpectationEditor } from '@/app/(signed)/models/[model]/versions/[version]/profiles/[profile]/expectation-editor'
import styles from '@/app/(signed)/models/[model]/versions/[version]/profiles/[profile]/profile.module.css'
import { ShapeSketch } from '@/app/charts/shape-sketch'
import { expectationSentence } from '@/app/components/expectation-sentence'
import { Name } from '@/app/components/name'
import { Section } from '@/app/components/page-parts'
import { Table } from '@/app/components/table'
import { formatCount, formatNumber, formatShare } from '@/app/format'
import { FAMILIES } from '@/lib/domain/column'
import type { ProfileColumn } from '@/lib/queries/profile'

const TITLES = { input: 'Inputs', output: 'Outputs', software: 'Software' } as const

export function ProfileColumns({
  columns,
  isEditable,
  model,
  version,
  profileId,
}: {
  columns: readonly ProfileColumn[]
  isEditable: boolean
  model: string
  version: string
  profileId: number
}) {
  const families = [...FAMILIES].filter((family) => columns.some((column) => column.family === family))
  return families.map((family) => (
    <Section key={family} title={TITLES[family]}>
      <Table
        label={`Columns: ${TITLES[family]}`}
        columns={[
          { head: 'Column' },
          { head: 'Type' },
          { head: 'Shape', minor: true },
          { head: 'Missing', align: 'right' },
          { head: 'Different', align: 'right', minor: true },
          { head: 'Mean ± σ', align: 'right', minor: true },
          { head: 'Range', align: 'right', minor: true },
          { head: 'Expectations' },
          ...(isEditable ? [{ head: 'Edit' }] : []),
        ]}
        rows={columns
          .filter((column) => column.family === family)
          .map((column) => ({
            key: column.key,
            cells: [
              <Name key="name">{column.name}</Name>,
              <span key="type" title={`${column.kind}, ${column.role}`}>
                {column.type}
              </span>,
              <ShapeSketch key="shape" column={column} />,
              formatShare(column.missingShare),
              formatCount(column.distinct),
              column.mean === null ? '–' : `${formatNumber(column.mean)} ± ${formatNumber(column.deviation)}`,
              column.min === null ? '–' : `${formatNumber(column.min)} – ${formatNumber(column.max)}`,
              <ul key="expectations" className={styles.expectations}>
                {column.expectations.map((expectation) => (
                  <li key={expectation.kind}>
                    <bdi>{expectationSentence(expectation)}</bdi>
                  </li>
                ))}
              </ul>,
              ...(isEditable
                ? [
                    <ExpectationEditor
                      key="edit"
                      model={model}
                      version={version}
                      profileId={profileId}
                      column={column.key}
                      name={column.name}
                      expectations={column.expectations}
                    />,
                  ]
                : []),
            ],
          }))}
      />
    </Section>
  ))
}
