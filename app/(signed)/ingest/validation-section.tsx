/** Owns what the ingest page shows of records that were checked before a prediction: by client, what was wrong. */
import { Name } from '@/app/components/name'
import { Section } from '@/app/components/page-parts'
import { Table } from '@/app/components/table'
import { formatAgo, formatCount } from '@/app/format'
import type { ValidationItem } from '@/lib/queries/validation-counts'

export function ValidationSection({ items, nowMs }: { items: readonly ValidationItem[]; nowMs: number }) {
  if (items.length === 0) return null
  return (
    <Section
      title="Checked before a prediction"
      sentence="What clients asked about over the last seven days, and what their records had wrong most often."
    >
      <Table
        label="Checked records by client"
        columns={[
          { head: 'Client' },
          { head: 'Model' },
          { head: 'Checked', align: 'right' },
          { head: 'With a fault', align: 'right' },
          { head: 'Most often' },
          { head: 'Last', align: 'right', minor: true },
        ]}
        rows={items.map((item) => ({
          key: `${item.client} ${item.model}`,
          cells: [
            <Name key="client">{item.client}</Name>,
            <Name key="model">{item.model}</Name>,
            formatCount(item.checked),
            formatCount(item.refused),
            <bdi key="often">
              {item.findings
                .map(({ field, code, count }) => `${field} ${code.replaceAll('_', ' ')} (${count})`)
                .join(', ') || '–'}
            </bdi>,
            formatAgo(item.lastMs, nowMs),
          ],
        }))}
      />
    </Section>
  )
}
