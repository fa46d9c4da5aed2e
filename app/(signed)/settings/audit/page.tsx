/** Owns the page of the audit log: who did what, and when. */
import type { Metadata } from 'next'
import styles from '@/app/(signed)/settings/audit/audit.module.css'
import { requireAdmin } from '@/app/(signed)/settings/require-admin'
import { LongList } from '@/app/components/long-list'
import { Name } from '@/app/components/name'
import { OnPhone } from '@/app/components/on-phone'
import { PageHeader } from '@/app/components/page-parts'
import { Table } from '@/app/components/table'
import { formatCount, formatInstant } from '@/app/format'
import { parseSearch, type RawSearch } from '@/app/search-params'
import { pageZone } from '@/app/session'
import { actionWords, auditTexts, listAuditLog, MAX_AUDIT_ENTRIES } from '@/lib/queries/audit-log'

export const metadata: Metadata = { title: 'Audit log' }

export default async function AuditPage({ searchParams }: { searchParams: RawSearch }) {
  const { ctx } = await requireAdmin()
  const search = await parseSearch(searchParams)
  const zone = await pageZone(search)
  const entries = await listAuditLog(ctx)
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
      <LongList
        path="/settings/audit"
        query={{ tz: search.tz }}
        search={search}
        what="entries"
        rows={entries}
        textsOf={auditTexts}
      >
        {(shown) => (
          <Table
            label="Audit log"
            columns={[
              { head: `When (${zone})` },
              { head: 'Who', minor: true },
              { head: 'What', minor: true },
              { head: 'About', isWide: true },
            ]}
            rows={shown.map(({ id, atMs, actor, action, subject }) => ({
              key: id,
              cells: [
                formatInstant(atMs, zone),
                <Name key="who">{actor}</Name>,
                actionWords(action),
                <div key="about" className={styles.about}>
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
      </LongList>
    </>
  )
}
