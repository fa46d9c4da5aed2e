/** Owns a handful of example records. */
import { Name } from '@/app/components/name'
import { Quiet } from '@/app/components/page-parts'
import { Table } from '@/app/components/table'
import { formatInstant } from '@/app/format'
import type { SampleRecord } from '@/lib/queries/sample-records'

export function SampleTable({ samples, zone }: { samples: readonly SampleRecord[]; zone: string }) {
  if (samples.length === 0) return <Quiet>No record of this window is kept.</Quiet>
  const names = samples[0]?.values.map((value) => value.name) ?? []
  return (
    <Table
      label="Sample records"
      columns={[
        { head: `Time (${zone})` },
        { head: 'Prediction id', minor: true },
        { head: 'Prediction' },
        ...names.map((name) => ({ head: <Name>{name}</Name> })),
      ]}
      rows={samples.map((sample) => ({
        key: sample.id,
        cells: [
          formatInstant(sample.atMs, zone),
          <Name key="id">{sample.id}</Name>,
          <Name key="prediction">{sample.prediction}</Name>,
          ...sample.values.map((value) => <Name key={value.name}>{value.text}</Name>),
        ],
      }))}
    />
  )
}
