/** Owns the fleet: every model, worst first, with the reason in words. */
import type { Metadata } from 'next'
import Link from 'next/link'
import styles from '@/app/(signed)/fleet.module.css'
import { recordCommand } from '@/app/(signed)/ingest/snippets'
import { CodeBlock } from '@/app/components/code-block'
import { EmptyState } from '@/app/components/empty-state'
import { LongList } from '@/app/components/long-list'
import { Name } from '@/app/components/name'
import { OnPhone } from '@/app/components/on-phone'
import { PageHeader } from '@/app/components/page-parts'
import { Sparkline } from '@/app/components/sparkline'
import { Status, type StatusName } from '@/app/components/status'
import { Table } from '@/app/components/table'
import { formatAgo, formatSpan } from '@/app/format'
import { alertPath, modelPath } from '@/app/links'
import { parseSearch, type RawSearch } from '@/app/search-params'
import { pageZone, requireViewer } from '@/app/session'
import { type FleetRow, getFleet } from '@/lib/queries/fleet'

export const metadata: Metadata = { title: 'Models' }

export default async function FleetPage({ searchParams }: { searchParams: RawSearch }) {
  const { ctx } = await requireViewer()
  const search = await parseSearch(searchParams)
  const zone = await pageZone(search)
  const { rows } = await getFleet(ctx)
  if (rows.length === 0) return <FirstRecord publicUrl={ctx.publicUrl} />
  return (
    <>
      <PageHeader title="Models" sentence={headline(rows)} />
      <LongList
        path="/"
        query={{ tz: search.tz }}
        search={search}
        what="models"
        rows={rows}
        textsOf={({ model, owner, version }) => [model, owner, version]}
      >
        {(shown) => (
          <Table
            label="Models, worst first"
            columns={[
              { head: 'Model' },
              { head: 'State' },
              { head: 'Why', isWide: true, minor: true },
              { head: 'Worst drift', minor: true },
              { head: 'Version', minor: true },
              { head: 'Owner', minor: true },
              { head: 'Newest record', align: 'right', minor: true },
            ]}
            rows={shown.map((row) => ({ key: row.model, cells: cellsOf(row, ctx.nowMs, zone) }))}
          />
        )}
      </LongList>
    </>
  )
}

function cellsOf(row: FleetRow, nowMs: number, zone: string) {
  return [
    <div key="model">
      <Link href={modelPath(row.model)} prefetch={false} className={styles.model}>
        <Name>{row.model}</Name>
      </Link>
      <OnPhone>
        <Why row={row} zone={zone} />
      </OnPhone>
    </div>,
    <span key="state" className={styles.state}>
      <Status name={statusOf(row)} />
      {row.openAlerts > 1 && <span className={styles.more}>{row.openAlerts} alerts</span>}
      {row.historicalAlerts > 0 && (
        <Link href={modelPath(row.model)} prefetch={false} className={styles.more}>
          {row.historicalAlerts} historical {row.historicalAlerts === 1 ? 'alert' : 'alerts'}
        </Link>
      )}
    </span>,
    <Why key="why" row={row} zone={zone} />,
    <div key="drift" className={styles.drift}>
      <Sparkline points={row.drift} limit={1} label={`Worst drift of ${row.model} against its limit`} />
    </div>,
    <Aside key="version" name={row.version} />,
    <Aside key="owner" name={row.owner} />,
    formatAgo(row.lastRecordMs, nowMs, zone),
  ]
}

function Why({ row, zone }: { row: FleetRow; zone: string }) {
  return (
    <span className={styles.why}>
      {row.alertId === null ? (
        <bdi>{whyOf(row, zone)}</bdi>
      ) : (
        <Link href={alertPath(row.alertId)} prefetch={false}>
          <bdi>{whyOf(row, zone)}</bdi>
        </Link>
      )}
    </span>
  )
}

function Aside({ name }: { name: string | null }) {
  return name === null ? (
    '–'
  ) : (
    <span className={styles.aside}>
      <Name>{name}</Name>
    </span>
  )
}

/** The worst that is known: an alert, be it on history, says more than the age of the data. */
function statusOf(row: FleetRow): StatusName {
  if (row.isSilenced) return 'silenced'
  if (row.status === 'historical') return row.severity ?? 'historical'
  return row.severity === 'critical' ? 'critical' : row.status
}

function whyOf({ sentence, history, alertId }: FleetRow, zone: string): string {
  if (!history) return sentence
  const span = formatSpan(history.startMs, history.endMs, zone)
  return alertId === null
    ? `Holds historical data of ${span}. ${sentence}`
    : `${sentence}, in data of ${span}`
}

function headline(rows: readonly FleetRow[]): string {
  const firing = rows.filter((row) => row.status === 'firing' && !row.isSilenced)
  const [worst] = firing
  const total = `${rows.length} ${rows.length === 1 ? 'model' : 'models'}`
  const past = rows.reduce((sum, row) => sum + row.historicalAlerts, 0)
  const history =
    past === 0 ? '' : ` ${past} ${past === 1 ? 'alert is' : 'alerts are'} open on historical data.`
  if (!worst) return `No alert is open on ${total}.${history}`
  if (rows.length === 1) {
    const alerts = worst.openAlerts === 1 ? 'an open alert' : `${worst.openAlerts} open alerts`
    return `${worst.model} has ${alerts}.`
  }
  const others = firing.length - 1
  const also =
    others === 0
      ? ''
      : others === 1
        ? ' One other model has an open alert.'
        : ` ${others} other models have open alerts.`
  return `${worst.model} is worst of ${total}.${also}`
}

function FirstRecord({ publicUrl }: { publicUrl: string }) {
  return (
    <>
      <PageHeader title="Models" sentence="No model has sent anything yet." />
      <EmptyState sentence="Send a first record: the model registers itself, and this page fills within two seconds.">
        <CodeBlock label="the first record" text={recordCommand(publicUrl, 'credit-risk', '1')} />
        <p>
          You need a key for that: <Link href="/settings/keys">make an ingest key</Link>. Or run{' '}
          <code>npm run demo</code> to look around first, or <Link href="/ingest">see all ways to send</Link>.
        </p>
      </EmptyState>
    </>
  )
}
