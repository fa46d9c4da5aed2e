/** Owns the page of API keys. */
import type { Metadata } from 'next'
import { ChangeQuota } from '@/app/(signed)/settings/keys/change-quota'
import { hasTwoKeys, keyState, quotaWords } from '@/app/(signed)/settings/keys/key-facts'
import styles from '@/app/(signed)/settings/keys/keys.module.css'
import { NewKey } from '@/app/(signed)/settings/keys/new-key'
import { RevokeKey } from '@/app/(signed)/settings/keys/revoke-key'
import { RotateKey } from '@/app/(signed)/settings/keys/rotate-key'
import { requireAdmin } from '@/app/(signed)/settings/require-admin'
import { EmptyState } from '@/app/components/empty-state'
import { ListSearch } from '@/app/components/list-search'
import { Name } from '@/app/components/name'
import { PageHeader } from '@/app/components/page-parts'
import { Pager } from '@/app/components/pager'
import { Status } from '@/app/components/status'
import { Table } from '@/app/components/table'
import { formatAgo } from '@/app/format'
import { withQuery } from '@/app/links'
import { matchesSearch, partOf } from '@/app/paging'
import { parseSearch, type RawSearch } from '@/app/search-params'
import { listKeyItems } from '@/lib/queries/keys'

export const metadata: Metadata = { title: 'Keys' }

export default async function KeysPage({ searchParams }: { searchParams: RawSearch }) {
  const { ctx } = await requireAdmin()
  const { q, page } = await parseSearch(searchParams)
  const keys = await listKeyItems(ctx)
  const live = keys.filter((key) => keyState(key, ctx.nowMs).isLive).length
  const found = keys.filter(({ name, prefix, scopes, createdBy }) =>
    matchesSearch(q, [name, prefix, scopes.join(' '), createdBy]),
  )
  const part = partOf(found, page)
  return (
    <>
      <PageHeader
        title="API keys"
        sentence={
          live === 0
            ? 'No key works yet. Ingest keys send and cannot read; read keys read; admin keys do everything.'
            : `${live} ${live === 1 ? 'key works' : 'keys work'}. Each is shown once, when it is made.`
        }
        aside={<NewKey />}
      />
      {keys.length === 0 ? (
        <EmptyState sentence="Make a key with the scope ingest for each thing that sends records." />
      ) : (
        <ListSearch
          path="/settings/keys"
          query={{}}
          search={q}
          what="keys"
          found={found.length}
          total={keys.length}
        />
      )}
      {found.length > 0 && (
        <Table
          label="API keys"
          columns={[
            { head: 'Name' },
            { head: 'Begins with', minor: true },
            { head: 'Scopes', minor: true },
            { head: 'State' },
            { head: 'May send', minor: true },
            { head: 'Made', minor: true },
            { head: 'Last used', align: 'right', minor: true },
            { head: <span className="visually-hidden">Actions</span> },
          ]}
          rows={part.rows.map((key) => ({
            key: key.id,
            cells: [
              <span key="name" className={styles.name}>
                <Name>{key.name}</Name>
              </span>,
              <code key="prefix">{key.prefix}…</code>,
              key.scopes.join(', '),
              <Status
                key="state"
                name={keyState(key, ctx.nowMs).isLive ? 'active' : 'superseded'}
                word={keyState(key, ctx.nowMs).word}
              />,
              quotaWords(key),
              `${formatAgo(key.createdMs, ctx.nowMs)} by ${key.createdBy}`,
              formatAgo(key.lastUsedMs, ctx.nowMs),
              keyState(key, ctx.nowMs).isLive ? (
                <span key="actions" className={styles.actions}>
                  <RotateKey keyId={key.id} name={key.name} isOffered={!hasTwoKeys(key, keys, ctx.nowMs)} />
                  <ChangeQuota
                    keyId={key.id}
                    name={key.name}
                    quota={{ recordsPerSecond: key.recordsPerSecond, bytesPerSecond: key.bytesPerSecond }}
                  />
                  <RevokeKey keyId={key.id} name={key.name} />
                </span>
              ) : null,
            ],
          }))}
        />
      )}
      <Pager part={part} what="keys" hrefOf={(to) => withQuery('/settings/keys', { q, page: to })} />
    </>
  )
}
