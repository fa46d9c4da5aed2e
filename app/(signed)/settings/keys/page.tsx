/** Owns the page of API keys. */
import type { Metadata } from 'next'
import { NewKey } from '@/app/(signed)/settings/keys/new-key'
import { RevokeKey } from '@/app/(signed)/settings/keys/revoke-key'
import { requireAdmin } from '@/app/(signed)/settings/require-admin'
import { EmptyState } from '@/app/components/empty-state'
import { Name } from '@/app/components/name'
import { PageHeader } from '@/app/components/page-parts'
import { Status } from '@/app/components/status'
import { Table } from '@/app/components/table'
import { formatAgo } from '@/app/format'
import { listKeyItems } from '@/lib/queries/keys'

export const metadata: Metadata = { title: 'Keys' }

export default async function KeysPage() {
  const { ctx } = await requireAdmin()
  const keys = await listKeyItems(ctx)
  const live = keys.filter((key) => key.revokedMs === null).length
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
        <Table
          label="API keys"
          columns={[
            { head: 'Name' },
            { head: 'Begins with', minor: true },
            { head: 'Scopes', minor: true },
            { head: 'State' },
            { head: 'Made', minor: true },
            { head: 'Last used', align: 'right', minor: true },
            { head: <span className="visually-hidden">Actions</span> },
          ]}
          rows={keys.map((key) => ({
            key: key.id,
            cells: [
              <Name key="name">{key.name}</Name>,
              <code key="prefix">{key.prefix}…</code>,
              key.scopes.join(', '),
              <Status
                key="state"
                name={key.revokedMs === null ? 'active' : 'superseded'}
                word={key.revokedMs === null ? 'Active' : 'Revoked'}
              />,
              `${formatAgo(key.createdMs, ctx.nowMs)} by ${key.createdBy}`,
              formatAgo(key.lastUsedMs, ctx.nowMs),
              key.revokedMs === null ? <RevokeKey key="revoke" keyId={key.id} name={key.name} /> : null,
            ],
          }))}
        />
      )}
    </>
  )
}
