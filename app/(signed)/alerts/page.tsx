/** Owns the list of alerts, in tabs by what people did about them. */
import type { Metadata } from 'next'
import Link from 'next/link'
import type { ReactNode } from 'react'
import { AlertTable } from '@/app/(signed)/alerts/alert-table'
import { SelfAlertList, stateOfSelf } from '@/app/(signed)/alerts/self-alert-list'
import { SilenceList } from '@/app/(signed)/alerts/silence-list'
import { buttonClass } from '@/app/components/button'
import { EmptyState } from '@/app/components/empty-state'
import { ListSearch } from '@/app/components/list-search'
import { PageHeader, Section } from '@/app/components/page-parts'
import { Pager } from '@/app/components/pager'
import { Tabs } from '@/app/components/tabs'
import { keepUnits } from '@/app/format'
import { withQuery } from '@/app/links'
import { partOf } from '@/app/paging'
import { parseSearch, type RawSearch } from '@/app/search-params'
import { pageZone, requireViewer } from '@/app/session'
import { matchesSearch } from '@/lib/domain/search'
import type { SelfAlert } from '@/lib/domain/self-alert'
import { ALERT_TABS, type AlertList, type AlertTab, listAlertItems } from '@/lib/queries/list-alert-items'
import { listSelfAlerts } from '@/lib/queries/self-alerts'
import { listSilences } from '@/lib/queries/silences'
import { findWorkerSilence } from '@/lib/queries/worker-silence'

export const metadata: Metadata = { title: 'Alerts' }

const EMPTY: Readonly<Record<AlertTab, string>> = {
  open: 'No alert is open that nobody has taken.',
  acknowledged: 'No open alert is acknowledged.',
  silenced: 'No alert is silenced.',
  resolved: 'No alert has been resolved yet.',
  historical: 'Back-filled data has raised no alert.',
}

export default async function AlertsPage({ searchParams }: { searchParams: RawSearch }) {
  const { ctx, user } = await requireViewer()
  const search = await parseSearch(searchParams)
  const zone = await pageZone(search)
  const list = await listAlertItems(ctx, { tab: search.state ?? 'open', before: search.before })
  const isWhole = list.tab === 'open' || list.tab === 'acknowledged' || list.tab === 'silenced'
  const query = { state: list.tab === 'open' ? null : list.tab, tz: search.tz }
  const found = isWhole
    ? list.items.filter(({ title, model, version, assignee, severity }) =>
        matchesSearch(search.q, [title, model, version, assignee, severity]),
      )
    : list.items
  const part = partOf(found, isWhole ? search.page : null)
  const href = (tab: AlertTab) => withQuery('/alerts', { state: tab === 'open' ? null : tab, tz: search.tz })
  const silences = list.tab === 'silenced' ? await listSilences(ctx) : null
  const silentSinceMs = await findWorkerSilence(ctx)
  const own = list.tab === 'open' || list.tab === 'resolved' ? await listSelfAlerts(ctx) : null
  // Trouble of its own stands first: what follows may be late, and nobody may have heard of it.
  const isInTrouble = list.tab === 'open' && firingOwn(own ?? [], ctx.nowMs) !== undefined
  const ownList = own && (
    <SelfAlertList
      // It moves on the page without losing what somebody writes in it.
      key="own"
      alerts={own}
      isOver={list.tab === 'resolved'}
      zone={zone}
      nowMs={ctx.nowMs}
      canAct={user.role === 'admin'}
      isWatched={silentSinceMs === null}
    />
  )
  return (
    <>
      <PageHeader title="Alerts" sentence={headline(list, own ?? [], ctx.nowMs)} />
      <Tabs
        label="Alerts by state"
        items={ALERT_TABS.map((tab) => ({
          href: href(tab),
          isHere: tab === list.tab,
          text: tabText(tab, list),
        }))}
      />
      {isInTrouble && ownList}
      {list.items.length === 0 ? (
        <EmptyState sentence={EMPTY[list.tab]}>
          {list.tab === 'open' && (
            <p>
              Alerts open when a monitor breaches in enough windows.{' '}
              <Link href="/settings/channels">Channels</Link> say who is told.
            </p>
          )}
        </EmptyState>
      ) : (
        <OfModels isApart={isInTrouble}>
          {isWhole && (
            <ListSearch
              path="/alerts"
              query={query}
              search={search.q}
              what="alerts"
              found={found.length}
              total={list.items.length}
            />
          )}
          {part.total > 0 && <AlertTable items={part.rows} zone={zone} nowMs={ctx.nowMs} />}
          <Pager
            part={part}
            what="alerts"
            hrefOf={(page) => withQuery('/alerts', { ...query, q: search.q, page })}
          />
        </OfModels>
      )}
      {list.next !== null && (
        <p>
          <Link
            href={withQuery('/alerts', { state: list.tab, before: list.next, tz: search.tz })}
            prefetch={false}
            className={buttonClass()}
          >
            Older
          </Link>
        </p>
      )}
      {!isInTrouble && ownList}
      {silences && (
        <SilenceList
          silences={silences}
          page={search.silences}
          hrefOf={(page) =>
            withQuery('/alerts', { ...query, q: search.q, page: search.page, silences: page })
          }
          zone={zone}
          nowMs={ctx.nowMs}
          canAct={user.role === 'admin'}
        />
      )}
    </>
  )
}

/** Under a head of their own where something else stands before them. */
function OfModels({ isApart, children }: { isApart: boolean; children: ReactNode }) {
  return isApart ? <Section title="Models">{children}</Section> : children
}

function tabText(tab: AlertTab, list: AlertList): string {
  const word = tab.slice(0, 1).toUpperCase() + tab.slice(1)
  return tab === 'open' || tab === 'acknowledged' || tab === 'silenced' ? `${word} ${list.counts[tab]}` : word
}

function firingOwn(own: readonly SelfAlert[], nowMs: number): SelfAlert | undefined {
  return own.find((alert) => stateOfSelf(alert, nowMs) === 'firing')
}

function headline(list: AlertList, own: readonly SelfAlert[], nowMs: number): string {
  const { open, acknowledged } = list.counts
  const trouble = firingOwn(own, nowMs)
  if (open === 0 && trouble) return `Plumbline itself needs you: ${trouble.title}.`
  if (open === 0)
    return acknowledged === 0 ? 'Nothing needs you now.' : 'Every open alert has somebody on it.'
  const { explained } = list
  const waiting = open - explained
  if (waiting === 0 && trouble) return `Plumbline itself needs you: ${trouble.title}.`
  if (waiting === 0) return `Other alerts explain the ${sayCount(explained)} that are open.`
  const rest =
    explained === 0 ? '' : `; ${explained} more ${explained === 1 ? 'is' : 'are'} explained by others`
  if (list.tab !== 'open') return `${sayWaiting(waiting)}${rest}.`
  return `${sayWaiting(waiting)}${rest}. Worst: ${keepUnits(list.items[0]?.title ?? '')}`
}

function sayWaiting(count: number): string {
  return `${sayCount(count)} ${count === 1 ? 'waits' : 'wait'} for somebody`
}

function sayCount(count: number): string {
  return `${count} ${count === 1 ? 'alert' : 'alerts'}`
}
