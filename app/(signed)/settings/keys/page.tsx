/** Owns the page of API keys. */
import type { Metadata } from 'next'
import { keyState } from '@/app/(signed)/settings/keys/key-facts'
import { KeyTable } from '@/app/(signed)/settings/keys/key-table'
import { NewKey } from '@/app/(signed)/settings/keys/new-key'
import { requireAdmin } from '@/app/(signed)/settings/require-admin'
import { EmptyState } from '@/app/components/empty-state'
import { LongList } from '@/app/components/long-list'
import { PageHeader } from '@/app/components/page-parts'
import { parseSearch, type RawSearch } from '@/app/search-params'
import { listKeyItems } from '@/lib/queries/keys'

export const metadata: Metadata = { title: 'Keys' }

export default async function KeysPage({ searchParams }: { searchParams: RawSearch }) {
  const { ctx } = await requireAdmin()
  const search = await parseSearch(searchParams)
  const keys = await listKeyItems(ctx)
  const live = keys.filter((key) => keyState(key, ctx.nowMs).isLive).length
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
        <LongList
          path="/settings/keys"
          query={{}}
          search={search}
          what="keys"
          rows={keys}
          textsOf={({ name, prefix, scopes, createdBy }) => [name, prefix, scopes.join(' '), createdBy]}
        >
          {(shown) => <KeyTable shown={shown} all={keys} nowMs={ctx.nowMs} />}
        </LongList>
      )}
    </>
  )
}
