/** Owns the ingest page: how to send, what arrives, what was refused. */
import type { Metadata } from 'next'
import Link from 'next/link'
import { arrivalsOf } from '@/app/(signed)/ingest/arrival'
import styles from '@/app/(signed)/ingest/ingest.module.css'
import { RefusedSection } from '@/app/(signed)/ingest/refused-section'
import { Senders } from '@/app/(signed)/ingest/senders'
import { labelCommand } from '@/app/(signed)/ingest/snippets'
import { ValidationSection } from '@/app/(signed)/ingest/validation-section'
import { CodeBlock } from '@/app/components/code-block'
import { ListSearch } from '@/app/components/list-search'
import { Name } from '@/app/components/name'
import { PageHeader, Quiet, Section } from '@/app/components/page-parts'
import { Pager } from '@/app/components/pager'
import { Table } from '@/app/components/table'
import { formatAgo, formatBytes, formatCount, formatValue } from '@/app/format'
import { modelPath, withQuery } from '@/app/links'
import { partOf } from '@/app/paging'
import { parseSearch, type RawSearch } from '@/app/search-params'
import { pageZone, requireViewer } from '@/app/session'
import { matchesSearch } from '@/lib/domain/search'
import { SAMPLE_RECORD } from '@/lib/domain/shippers/sample-record'
import { getIngestOverview, type IngestOverview } from '@/lib/queries/ingest-overview'

export const metadata: Metadata = { title: 'Ingest' }

const DAY_SECONDS = 86_400
const SOURCES = 25
/** Keys that were used last: all of them are on their own page. */
const KEYS = 10

export default async function IngestPage({ searchParams }: { searchParams: RawSearch }) {
  const { ctx, user } = await requireViewer()
  const search = await parseSearch(searchParams)
  const zone = await pageZone(search)
  const overview = await getIngestOverview(ctx)
  const query = { sender: search.sender, tz: search.tz }
  const found = overview.sources.filter(({ model, version }) => matchesSearch(search.q, [model, version]))
  const sources = partOf(found, search.page, SOURCES)
  // One unit for the whole column: rates can be compared at a glance.
  const fastest = Math.max(0, ...sources.rows.map(({ lastDay }) => lastDay)) / DAY_SECONDS
  const keys = [...overview.keys].sort((a, b) => (b.lastUsedMs ?? 0) - (a.lastUsedMs ?? 0)).slice(0, KEYS)
  const hrefOf = (pages: { page?: number | null; refusals?: number | null }) =>
    withQuery('/ingest', { ...query, q: search.q, page: search.page, refusals: search.refusals, ...pages })
  return (
    <>
      <PageHeader title="Ingest" sentence={headline(overview)} />
      <Section
        title="Send records"
        sentence="Choose what sends and copy its configuration: it holds this instance’s address and the settings that keep records from being lost. Repeating a request is safe: a record counts once."
      >
        <Senders
          publicUrl={ctx.publicUrl}
          sender={search.sender}
          arrivals={arrivalsOf(overview, (instantMs) => formatAgo(instantMs, ctx.nowMs))}
        />
      </Section>
      <Section
        title="What is sent"
        sentence="A file has one record a line; a request may hold lines or a list of records. Nothing but the features or a prediction is required."
      >
        <div className={styles.snippets}>
          <div>
            <h3>A record</h3>
            <CodeBlock label="the record" text={JSON.stringify(SAMPLE_RECORD, null, 2)} />
          </div>
          <div>
            <h3>Labels, when they are known</h3>
            <CodeBlock label="the label command" text={labelCommand(ctx.publicUrl, 'credit-risk')} />
          </div>
        </div>
      </Section>
      <Section title="Sources">
        {overview.sources.length === 0 ? (
          <Quiet>Nothing has arrived yet.</Quiet>
        ) : (
          <ListSearch
            path="/ingest"
            query={query}
            search={search.q}
            what="sources"
            found={found.length}
            total={overview.sources.length}
          />
        )}
        {found.length > 0 && (
          <Table
            label="Sources"
            columns={[
              { head: 'Model' },
              { head: 'Version' },
              { head: 'Last 24 h', align: 'right', minor: true },
              { head: 'Mean rate', align: 'right', minor: true },
              { head: 'Newest record', align: 'right' },
            ]}
            rows={sources.rows.map((source) => ({
              key: `${source.model} ${source.version}`,
              cells: [
                <Link key="model" href={modelPath(source.model)} prefetch={false}>
                  <Name>{source.model}</Name>
                </Link>,
                <Name key="version">{source.version}</Name>,
                formatCount(source.lastDay),
                formatValue(source.lastDay / DAY_SECONDS, 'per_second', fastest),
                formatAgo(source.lastRecordMs, ctx.nowMs),
              ],
            }))}
          />
        )}
        <Pager part={sources} what="sources" hrefOf={(page) => hrefOf({ page })} />
        {keys.length > 0 && (
          <Table
            label="Keys that may send"
            columns={[{ head: 'Key' }, { head: 'Scopes' }, { head: 'Last used', align: 'right' }]}
            rows={keys.map((key) => ({
              key: key.id,
              cells: [
                <Name key="name">{key.name}</Name>,
                key.scopes.join(', '),
                formatAgo(key.lastUsedMs, ctx.nowMs),
              ],
            }))}
          />
        )}
        {overview.keys.length > KEYS && (
          <Quiet>
            The {KEYS} that were used last, of {formatCount(overview.keys.length)};{' '}
            <Link href="/settings/keys">all of them</Link>.
          </Quiet>
        )}
      </Section>
      <ValidationSection items={overview.validation} nowMs={ctx.nowMs} />
      <RefusedSection
        overview={overview}
        page={search.refusals}
        hrefOf={(refusals) => hrefOf({ refusals })}
        zone={zone}
        isAdmin={user.role === 'admin'}
      />
    </>
  )
}

function headline(overview: IngestOverview): string {
  if (overview.storedRecords === 0) return 'Nothing has arrived yet.'
  const refused = overview.refusals.reduce((sum, refusal) => sum + refusal.count, 0)
  const records =
    overview.storedRecords === 1 ? '1 record is' : `${formatCount(overview.storedRecords)} records are`
  const kept = `${records} kept over ${overview.days} ${overview.days === 1 ? 'day' : 'days'} (${formatBytes(overview.storedBytes)})`
  return refused === 0
    ? `${kept}; none was refused in the last seven days.`
    : `${kept}; ${formatCount(refused)} ${refused === 1 ? 'was' : 'were'} refused in the last seven days.`
}
