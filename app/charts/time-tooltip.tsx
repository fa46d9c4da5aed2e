'use client'
/** Owns what a chart says of the window under the pointer: value, limit, sample size, verdict in words. */
import { formatUnit } from '@/app/charts/axis'
import { pointAt } from '@/app/charts/plot-rows'
import styles from '@/app/charts/time-chart.module.css'
import type { ChartMarker, ChartSeries, ChartUnit } from '@/app/charts/time-chart-props'
import { statusWord } from '@/app/components/status'
import { formatCount, formatShortInstant } from '@/app/format'

/** Changes named in one tooltip. */
const MAX_CHANGES = 4

export function TimeTooltip({
  atMs,
  series,
  markers = [],
  unit,
  zone,
}: {
  atMs: number
  series: readonly ChartSeries[]
  markers?: readonly ChartMarker[] | undefined
  unit: ChartUnit
  zone: string
}) {
  const found = series.flatMap((one) => {
    const point = pointAt(one.points, atMs)
    return point ? [{ label: one.label, point }] : []
  })
  const lead = found[0]?.point
  if (!lead) return null
  const facts = [
    lead.verdict ? statusWord(lead.verdict) : null,
    lead.isPartial ? 'window still open' : null,
    lead.isRevised ? 'revised after late data' : null,
  ].filter((fact) => fact !== null)
  const changes = markers.filter((marker) => marker.atMs >= lead.startMs && marker.atMs < lead.endMs)
  return (
    <div className={styles.tooltip}>
      <p className={styles.when}>
        {formatShortInstant(lead.startMs, zone)} – {formatShortInstant(lead.endMs, zone)}
      </p>
      {found.map(({ label, point }) => (
        <p key={label}>
          <bdi>{label}</bdi>: <strong>{formatUnit(point.value, unit, lead.limit ?? point.value)}</strong>
        </p>
      ))}
      {lead.limit !== null && unit !== 'ratio' && <p>limit {formatUnit(lead.limit, unit)}</p>}
      {lead.note !== null && (
        <p>
          worst column <bdi>{lead.note}</bdi>
        </p>
      )}
      <p>n = {formatCount(lead.n)}</p>
      {changes.slice(0, MAX_CHANGES).map(({ atMs: whenMs, label }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: two changes may have one instant and one name
        <p key={`${whenMs}-${index}`}>
          {formatShortInstant(whenMs, zone)}: <bdi>{label}</bdi>
        </p>
      ))}
      {changes.length > MAX_CHANGES && <p>and {changes.length - MAX_CHANGES} more changes</p>}
      {facts.length > 0 && <p>{facts.join(' · ')}</p>}
    </div>
  )
}
