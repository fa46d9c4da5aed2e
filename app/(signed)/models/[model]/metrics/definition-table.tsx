/** Owns the table of the custom metrics of a model, each with its way into the form and out of use. */
import Link from 'next/link'
import { ConfirmButton } from '@/app/components/confirm-button'
import { Name } from '@/app/components/name'
import { Table } from '@/app/components/table'
import { formatInstant } from '@/app/format'
import type { CustomMetric } from '@/lib/domain/custom-metric'

export function DefinitionTable({
  model,
  metrics,
  hrefOf,
  zone,
}: {
  model: string
  metrics: readonly CustomMetric[]
  hrefOf: (name: string) => string
  zone: string
}) {
  return (
    <Table
      label="Custom metrics"
      columns={[
        { head: 'Metric' },
        { head: 'Expression', isWide: true },
        { head: `Saved (${zone})`, minor: true },
        { head: 'By', minor: true },
        { head: 'Remove' },
      ]}
      rows={metrics.map((metric) => ({
        key: metric.name,
        cells: [
          <Link key="name" href={hrefOf(metric.name)}>
            <Name>{metric.name}</Name>
          </Link>,
          <div key="expression">
            <code>
              <bdi>{metric.expression}</bdi>
            </code>
            {metric.slices && (
              <>
                {' '}
                in <bdi>{metric.slices.join(', ')}</bdi> too
              </>
            )}
          </div>,
          formatInstant(metric.createdMs, zone),
          <Name key="by">{metric.createdBy}</Name>,
          <ConfirmButton
            key="remove"
            text="Remove"
            label={`Remove ${metric.name}`}
            question="Its monitors are switched off. What was counted stays until it is too old, and it can be defined again."
            path={`/api/v1/models/${encodeURIComponent(model)}/metrics/${metric.id}`}
            method="DELETE"
          />,
        ],
      }))}
    />
  )
}
