/** Owns the list of all monitors, loudest first: which of them are worth their noise. */
import type { Metadata } from 'next'
import Link from 'next/link'
import { metricTitle } from '@/app/(signed)/monitors/monitor-name'
import styles from '@/app/(signed)/monitors/monitors.module.css'
import { EmptyState } from '@/app/components/empty-state'
import { LongList } from '@/app/components/long-list'
import { Name } from '@/app/components/name'
import { OnPhone } from '@/app/components/on-phone'
import { PageHeader, Quiet } from '@/app/components/page-parts'
import { Status } from '@/app/components/status'
import { type Column, Table } from '@/app/components/table'
import { formatCount } from '@/app/format'
import { monitorPath, withQuery } from '@/app/links'
import { parseSearch, type RawSearch } from '@/app/search-params'
import { orNotFound, requireViewer } from '@/app/session'
import { listMonitorsByNoise, type MonitorList, type MonitorRow } from '@/lib/queries/monitor-list'
import { USE_DAYS } from '@/lib/queries/monitor-use'

export const metadata: Metadata = { title: 'Monitors' }

const COLUMNS: readonly Column[] = [
  { head: 'Worth' },
  { head: 'Monitor' },
  { head: 'Slice', minor: true },
  { head: 'Model', minor: true },
  { head: 'State', minor: true },
  { head: 'Fired', align: 'right' },
  { head: 'Taken', align: 'right', minor: true },
  { head: 'Real', align: 'right', minor: true },
  { head: 'False', align: 'right' },
  { head: 'Never opened', align: 'right', minor: true },
]

export default async function MonitorsPage({ searchParams }: { searchParams: RawSearch }) {
  const { ctx } = await requireViewer()
  const search = await parseSearch(searchParams)
  const { model, slice, tz } = search
  const list = await orNotFound(listMonitorsByNoise(ctx, { model, slice }))
  return (
    <>
      <PageHeader
        above={
          model === null ? undefined : (
            <Link href="/monitors" prefetch={false}>
              Monitors of all models
            </Link>
          )
        }
        title={model === null ? 'Monitors' : <Name wrap>{`Monitors of ${model}`}</Name>}
        sentence={headline(list)}
      />
      {slice !== null && (
        <Quiet>
          Only those of the slice <Name>{slice}</Name>.{' '}
          <Link href={withQuery('/monitors', { model })} prefetch={false}>
            All of them
          </Link>
        </Quiet>
      )}
      {list.rows.length === 0 ? (
        <EmptyState
          sentence={
            list.total === 0
              ? 'No model is monitored yet.'
              : `None of ${formatCount(list.total)} monitors fired in the last ${USE_DAYS} days.`
          }
        >
          <p>
            Monitors are made for every column when a reference profile becomes active. To see those of one
            model, open it under <Link href="/">Models</Link> and choose Monitors.
          </p>
        </EmptyState>
      ) : (
        <LongList
          path="/monitors"
          query={{ model, slice, tz }}
          search={search}
          what="monitors"
          rows={list.rows}
          textsOf={searchedTexts}
        >
          {(shown) => <Table label="Monitors" columns={COLUMNS} rows={shown.map(toRow)} />}
        </LongList>
      )}
      {model === null && list.rows.length > 0 && list.total > list.rows.length && (
        <Quiet>
          {formatCount(list.total - list.rows.length)} that never fired are left out; open a model to see its
          own.
        </Quiet>
      )}
      <Quiet>
        Counted over the last {USE_DAYS} days, for the version that serves. Mark alerts as real or false on
        their pages: that is what the worth of a monitor, and a better limit, are learnt from.
      </Quiet>
    </>
  )
}

function searchedTexts({ monitor, model }: MonitorRow) {
  const { column, slice, owner } = monitor
  return [model, metricTitle(monitor), column?.name ?? null, slice?.name ?? null, owner]
}

function toRow({ monitor, model, state, use, usefulness }: MonitorRow) {
  return {
    key: monitor.id,
    cells: [
      <Status key="worth" name={monitor.enabled ? usefulness : 'off'} />,
      <div key="name">
        <Link href={monitorPath(monitor.id)} prefetch={false} className={styles.name}>
          {metricTitle(monitor)}
          {monitor.column && (
            <>
              : <Name>{monitor.column.name}</Name>
            </>
          )}
        </Link>
        <OnPhone>
          <Name wrap>{model}</Name>
          {monitor.slice && (
            <>
              {' · '}
              <Name wrap>{monitor.slice.name}</Name>
            </>
          )}
        </OnPhone>
      </div>,
      monitor.slice ? (
        <Link
          key="slice"
          href={withQuery('/monitors', { model, slice: monitor.slice.name })}
          prefetch={false}
        >
          <Name>{monitor.slice.name}</Name>
        </Link>
      ) : (
        ''
      ),
      <Link key="model" href={withQuery('/monitors', { model })} prefetch={false}>
        <Name>{model}</Name>
      </Link>,
      <Status key="state" name={state} />,
      formatCount(use.fired),
      formatCount(use.acknowledged),
      formatCount(use.real),
      formatCount(use.falseAlarms),
      formatCount(use.unseen),
    ],
  }
}

function headline({ rows, total }: MonitorList): string {
  const noisy = rows.filter(({ usefulness }) => usefulness === 'noisy').length
  const unseen = rows.filter(({ usefulness }) => usefulness === 'unseen').length
  const fired = rows.filter(({ use }) => use.fired > 0).length
  const many = (count: number, what: string) => `${count} ${count === 1 ? 'monitor' : 'monitors'} ${what}`
  if (noisy > 0) return `${many(noisy, 'cried wolf')}: a better limit, or none, would spare people.`
  if (unseen > 0) return `${many(unseen, 'fired and nobody ever looked')}: consider switching them off.`
  if (fired > 0) return `${many(fired, 'fired')}; none of their alerts was marked false.`
  return total === 0 ? 'There are none yet.' : 'All are quiet.'
}
