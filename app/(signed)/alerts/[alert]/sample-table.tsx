/** Owns a handful of example records, with the values that the alert is about marked. */
import styles from '@/app/(signed)/alerts/[alert]/alert-page.module.css'
import { Name } from '@/app/components/name'
import { Quiet } from '@/app/components/page-parts'
import { Table } from '@/app/components/table'
import { formatInstant } from '@/app/format'
import type { SampleRecord, Samples } from '@/lib/queries/sample-records'

export function SampleTable({ samples, zone }: { samples: Samples; zone: string }) {
  const { records } = samples
  if (records.length === 0) return <Quiet>No record of this window is kept.</Quiet>
  const names = records[0]?.values.map((value) => value.name) ?? []
  return (
    <Table
      label="Sample records"
      columns={[
        { head: `Time (${zone})` },
        { head: 'Prediction id', minor: true },
        { head: 'Prediction' },
        ...names.map((name) => ({ head: <Name>{name}</Name> })),
      ]}
      rows={records.map((sample, at) => ({ key: at, cells: cellsOf(sample, zone) }))}
    />
  )
}

function cellsOf(sample: SampleRecord, zone: string) {
  return [
    formatInstant(sample.atMs, zone),
    <Name key="id">{sample.id}</Name>,
    <SampleCell key="prediction" text={sample.prediction} isBreached={sample.isPredictionBreached} />,
    ...sample.values.map(({ name, text, isBreached }) => (
      <SampleCell key={name} text={text} isBreached={isBreached} />
    )),
  ]
}

/** Marked by weight and by a sign, not by colour alone. */
function SampleCell({ text, isBreached }: { text: string; isBreached: boolean }) {
  if (!isBreached) return <Name>{text}</Name>
  return (
    <strong className={styles.breached}>
      <span aria-hidden="true">● </span>
      <span className="visually-hidden">breached: </span>
      <Name>{text}</Name>
    </strong>
  )
}
