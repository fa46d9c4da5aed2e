'use client'
/** Owns the table view of a chart: made only when asked for, because most readers never open it. */
import { useState } from 'react'
import { formatUnit } from '@/app/charts/axis'
import styles from '@/app/charts/chart-figure.module.css'
import { type PackedSeries, unpackSeries } from '@/app/charts/packed-series'
import type { ChartMarker, ChartSeries, ChartUnit } from '@/app/charts/time-chart-props'
import { statusWord } from '@/app/components/status'
import { Table } from '@/app/components/table'
import { formatCount, formatInstant } from '@/app/format'

/** Rows in the table view; the newest ones. The API gives all. */
const MAX_ROWS = 200

interface PointTableProps {
  readonly label: string
  readonly series: readonly PackedSeries[]
  readonly unit: ChartUnit
  readonly zone: string
  readonly markers?: readonly ChartMarker[] | undefined
}

export function PointTable(props: PointTableProps) {
  const [isOpen, setOpen] = useState(false)
  return (
    <details className={styles.details} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>Show table</summary>
      {isOpen && <Points {...props} series={props.series.map(unpackSeries)} />}
      {isOpen && props.markers && props.markers.length > 0 && (
        <Changes label={props.label} markers={props.markers} zone={props.zone} />
      )}
    </details>
  )
}

function Changes({ label, markers, zone }: { label: string; markers: readonly ChartMarker[]; zone: string }) {
  return (
    <Table
      label={`${label}: the changes marked in it`}
      columns={[{ head: `Change (${zone})` }, { head: 'What', isWide: true }]}
      rows={[...markers]
        .sort((a, b) => b.atMs - a.atMs)
        .map(({ atMs, label: what, link }, index) => ({
          key: index,
          cells: [formatInstant(atMs, zone), <bdi key="what">{link ? <a href={link}>{what}</a> : what}</bdi>],
        }))}
    />
  )
}

function Points({
  label,
  series,
  unit,
  zone,
}: Omit<PointTableProps, 'series'> & { readonly series: readonly ChartSeries[] }) {
  const values = series.map((one) => new Map(one.points.map((point) => [point.startMs, point])))
  const starts = [...new Set(series.flatMap((one) => one.points.map((point) => point.startMs)))]
  const shown = starts.sort((a, b) => b - a).slice(0, MAX_ROWS)
  // One unit of time for the whole column of rates.
  const top = Math.max(
    0,
    ...shown.flatMap((startMs) => values.map((byStart) => byStart.get(startMs)?.value ?? 0)),
  )
  const leadAt = (startMs: number) => values.map((byStart) => byStart.get(startMs)).find((point) => point)
  return (
    <Table
      label={`${label}, as a table`}
      columns={[
        { head: `Window from (${zone})` },
        ...series.map((one) => ({ head: <bdi>{one.label}</bdi>, align: 'right' as const })),
        { head: 'Limit', align: 'right' },
        { head: 'n', align: 'right' },
        { head: 'Verdict' },
      ]}
      rows={shown.map((startMs) => {
        const lead = leadAt(startMs)
        return {
          key: startMs,
          cells: [
            formatInstant(startMs, zone),
            ...values.map((byStart) => formatUnit(byStart.get(startMs)?.value ?? null, unit, top)),
            formatUnit(lead?.limit ?? null, unit, top),
            formatCount(lead?.n),
            lead?.verdict ? statusWord(lead.verdict) : '–',
          ],
        }
      })}
    />
  )
}
