/** Owns the table of who is hit: slices and the whole version, by the measure of the alert. */
import { Name } from '@/app/components/name'
import { Status } from '@/app/components/status'
import { Table } from '@/app/components/table'
import { formatCount, formatPair, formatValue } from '@/app/format'
import type { MetricUnit } from '@/lib/domain/metric'
import type { HitPart } from '@/lib/queries/who-is-hit'

const AGAINST: Readonly<Record<HitPart['baseline'], string>> = {
  training: 'the reference',
  trailing: 'the week before',
  same_hour_of_week: 'the same hour of earlier weeks',
  none: '',
}

export function HitTable({ parts, unit }: { parts: readonly HitPart[]; unit: MetricUnit }) {
  return (
    <Table
      label="Who is hit"
      columns={[
        { head: 'Part' },
        { head: 'Verdict' },
        { head: 'Value', align: 'right' },
        { head: 'Limit', align: 'right' },
        { head: 'n', align: 'right', minor: true },
        { head: 'Against', minor: true },
      ]}
      rows={parts.map((part) => {
        const [value, limit] = valuesOf(part, unit)
        return {
          key: part.slice ?? '',
          cells: [
            part.slice === null ? (
              'All records'
            ) : (
              <Name key="slice" wrap>
                {part.slice}
              </Name>
            ),
            <Status key="verdict" name={part.verdict} />,
            value,
            limit,
            formatCount(part.n),
            AGAINST[part.baseline],
          ],
        }
      })}
    />
  )
}

function valuesOf({ value, limit }: HitPart, unit: MetricUnit): readonly [string, string] {
  if (value !== null && limit !== null) return formatPair(value, limit, unit)
  return [value === null ? '–' : formatValue(value, unit), limit === null ? '–' : formatValue(limit, unit)]
}
