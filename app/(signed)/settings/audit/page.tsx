/** Owns the page of the audit log: who did what, and when. */
import type { Metadata } from 'next'
import { requireAdmin } from '@/app/(signed)/settings/require-admin'
import { ListSearch } from '@/app/components/list-search'
import { Name } from '@/app/components/name'
import { OnPhone } from '@/app/components/on-phone'
import { PageHeader } from '@/app/components/page-parts'
import { Pager } from '@/app/components/pager'
import { Table } from '@/app/components/table'
import { formatCount, formatInstant } from '@/app/format'
import { withQuery } from '@/app/links'
import { matchesSearch, partOf } from '@/app/paging'
import { parseSearch, type RawSearch } from '@/app/search-params'
import { pageZone } from '@/app/session'
import { listAuditLog, MAX_AUDIT_ENTRIES } from '@/lib/queries/audit-log'

const PATH = '/settings/audit'

export const metadata: Metadata = { title: 'Audit log' }

export default async function AuditPage({ searchParams }: { searchParams: RawSearch }) {
  const { ctx } = await requireAdmin()
  const search = await parseSearch(searchParams)
  const zone = await pageZone(search)
  const entries = await listAuditLog(ctx)
  const found = entries.filter(({ actor, action, subject }) =>
    matchesSearch(search.q, [actor, actionWords(action), subject]),
  )
  const part = partOf(found, search.page)
  const query = { tz: search.tz }
  return (
    <>
      <PageHeader
        title="Audit log"
        sentence={
          entries.length < MAX_AUDIT_ENTRIES
            ? 'Who did what, on the pages, by the API, and by links in messages. Newest first.'
            : `Who did what, newest first: the last ${formatCount(MAX_AUDIT_ENTRIES)} entries.`
        }
      />
      <ListSearch
        path={PATH}
        query={query}
        search={search.q}
        what="entries"
        found={found.length}
        total={entries.length}
      />
      {part.total > 0 && (
        <Table
          label="Audit log"
          columns={[
            { head: `When (${zone})` },
            { head: 'Who', minor: true },
            { head: 'What', minor: true },
            { head: 'About', isWide: true },
          ]}
          rows={part.rows.map(({ id, atMs, actor, action, subject }) => ({
            key: id,
            cells: [
              formatInstant(atMs, zone),
              <Name key="who">{actor}</Name>,
              actionWords(action),
              <div key="about" style={{ overflowWrap: 'anywhere' }}>
                <bdi>{subject}</bdi>
                <OnPhone>
                  <Name>{actor}</Name>
                  {`: ${actionWords(action)}`}
                </OnPhone>
              </div>,
            ],
          }))}
        />
      )}
      <Pager part={part} what="entries" hrefOf={(page) => withQuery(PATH, { ...query, q: search.q, page })} />
    </>
  )
}

/** `self_alert.silence` → `self alert silence`. */
function actionWords(action: string): string {
  return action.replaceAll(/[._]/g, ' ')
}
