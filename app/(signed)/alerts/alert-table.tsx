/** Owns alerts as rows: state, what moved, since when. */
import Link from 'next/link'
import styles from '@/app/(signed)/alerts/alert-table.module.css'
import { Name } from '@/app/components/name'
import { OnPhone } from '@/app/components/on-phone'
import { Status, type StatusName } from '@/app/components/status'
import { type Column, Table } from '@/app/components/table'
import { formatDuration, formatInstant, formatSpan, keepUnits } from '@/app/format'
import { alertPath } from '@/app/links'
import type { AlertItem } from '@/lib/queries/alert-item'
import { isOver } from '@/lib/queries/alert-span'

export function AlertTable({
  items,
  zone,
  nowMs,
  hidesModel = false,
}: {
  items: readonly AlertItem[]
  zone: string
  nowMs: number
  hidesModel?: boolean
}) {
  const isHistory = items.length > 0 && items.every((item) => item.historical)
  const columns: Column[] = [
    { head: 'Severity' },
    { head: 'State', minor: true },
    { head: 'What', isWide: true },
    ...(hidesModel ? [] : [{ head: 'Model', minor: true }]),
    { head: 'Version', minor: true },
    { head: `${isHistory ? 'In data of' : 'Since'} (${zone})`, minor: true },
    { head: 'Lasting', align: 'right', minor: true },
  ]
  return (
    <Table
      label={isHistory ? 'Alerts on historical data' : 'Alerts'}
      columns={columns}
      rows={items.map((item) => ({
        key: item.id,
        cells: [
          <Status key="severity" name={item.severity} />,
          <Status key="state" name={stateOf(item)} />,
          <div key="what" className={styles.what}>
            <Link href={alertPath(item.id)} prefetch={false} className={styles.title}>
              <bdi>{shortTitle(item)}</bdi>
            </Link>
            <OnPhone>
              {hidesModel ? null : (
                <>
                  <Name>{item.model}</Name>{' '}
                </>
              )}
              <Name>{item.version}</Name>
              {` · ${since(item, zone)}`} {stateOf(item) !== 'firing' && <Status name={stateOf(item)} />}
            </OnPhone>
          </div>,
          ...(hidesModel
            ? []
            : [
                <span key="model" className={styles.model}>
                  <Name>{item.model}</Name>
                </span>,
              ]),
          <span key="version" className={styles.version}>
            <Name>{item.version}</Name>
          </span>,
          since(item, zone),
          formatDuration((isOver(item) ? item.span.endMs : nowMs) - item.onsetMs),
        ],
      }))}
    />
  )
}

/** When it began; of history, which data it covers. */
function since(item: AlertItem, zone: string): string {
  return item.historical
    ? formatSpan(item.span.startMs, item.span.endMs, zone)
    : formatInstant(item.onsetMs, zone)
}

/** The title without the model and version that other cells name; that of a slice begins with it. */
export function shortTitle(item: Pick<AlertItem, 'title' | 'model' | 'version' | 'slice'>): string {
  const name = `${item.model} ${item.version}`
  const prefix = item.slice === null ? `${name}: ` : `${name}, `
  return keepUnits(item.title.startsWith(prefix) ? item.title.slice(prefix.length) : item.title)
}

/** What people want to know first of an alert's state. */
export function stateOf(item: AlertItem): StatusName {
  if (item.state === 'resolved') return 'resolved'
  if (item.isSilenced) return 'silenced'
  if (item.isInhibited) return 'inhibited'
  if (item.state === 'recovering' && !item.historical) return 'recovering'
  if (item.acknowledgedBy !== null) return 'acknowledged'
  return item.historical ? 'historical' : 'firing'
}
