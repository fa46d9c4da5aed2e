/** Owns what the ingest page shows of refused records: reasons, the newest ones, taking them after all, taking them away. */
import styles from '@/app/(signed)/ingest/ingest.module.css'
import { ReplayRefused } from '@/app/(signed)/ingest/replay-refused'
import { RuleLink } from '@/app/(signed)/ingest/rule-link'
import { buttonClass } from '@/app/components/button'
import form from '@/app/components/form.module.css'
import { Name } from '@/app/components/name'
import { Quiet, Section } from '@/app/components/page-parts'
import { Pager } from '@/app/components/pager'
import { Table } from '@/app/components/table'
import { formatCount, formatShortInstant } from '@/app/format'
import { withQuery } from '@/app/links'
import { partOf } from '@/app/paging'
import type { IngestOverview } from '@/lib/queries/ingest-overview'

const REASONS = 25
const EXPORT = '/api/v1/refused'

const KINDS = { records: 'record', labels: 'label', events: 'event', resources: 'sample' } as const

export function RefusedSection({
  overview,
  page,
  hrefOf,
  zone,
  isAdmin,
}: {
  overview: IngestOverview
  /** Which page of the reasons; `hrefOf` gives the address of another. */
  page: number | null
  hrefOf: (page: number | null) => string
  zone: string
  isAdmin: boolean
}) {
  if (overview.refusals.length === 0) {
    return (
      <Section title="Refused records">
        <Quiet>Nothing was refused in the last seven days.</Quiet>
      </Section>
    )
  }
  const reasons = partOf(overview.refusals, page, REASONS)
  return (
    <Section
      title="Refused records"
      sentence="By reason, over the last seven days; then the newest ones as they came; labels, events and samples too. Once the fields of a model are mapped, what was refused can be taken after all; each counts once."
      aside={
        <span className={form.row}>
          <a
            className={buttonClass('plain', 'small')}
            href={withQuery(EXPORT, { format: 'ndjson' })}
            download
          >
            Export NDJSON
          </a>
          <a className={buttonClass('plain', 'small')} href={withQuery(EXPORT, { format: 'csv' })} download>
            Export CSV
          </a>
        </span>
      }
    >
      <Table
        label="Refused records by reason"
        columns={[
          { head: 'Reason' },
          { head: 'Model' },
          { head: 'Records', align: 'right' },
          { head: `Last (${zone})`, align: 'right', minor: true },
          { head: <span className="visually-hidden">Actions</span> },
        ]}
        rows={reasons.rows.map(({ model, code, count, lastMs }) => ({
          key: `${model} ${code}`,
          cells: [
            code.replaceAll('_', ' '),
            model === null ? '–' : <Name key="model">{model}</Name>,
            formatCount(count),
            formatShortInstant(lastMs, zone),
            isAdmin && model !== null ? (
              <span key="act" className={form.row}>
                <RuleLink model={model} isKnown={overview.models.includes(model)} />
                <ReplayRefused model={model} code={code} />
              </span>
            ) : null,
          ],
        }))}
      />
      <Pager part={reasons} what="reasons" hrefOf={hrefOf} />
      <Table
        label="Newest refused records"
        columns={[
          { head: `Time (${zone})`, minor: true },
          { head: 'Sent as', minor: true },
          { head: 'Why', isWide: true },
          { head: 'Field', minor: true },
          { head: 'Record' },
          { head: 'Taken' },
        ]}
        rows={overview.refused.map((item) => ({
          key: item.key,
          cells: [
            formatShortInstant(item.receivedMs, zone),
            item.kind === null ? '–' : KINDS[item.kind],
            <bdi key="why" className={styles.why}>
              {item.message}
            </bdi>,
            item.field === null ? (
              '–'
            ) : (
              <span key="field" className={styles.field}>
                <Name>{item.field}</Name>
              </span>
            ),
            item.raw === '' ? (
              'not kept'
            ) : (
              <code key="raw" className={styles.raw}>
                <bdi>{item.raw}</bdi>
              </code>
            ),
            item.taken ? (
              'Yes'
            ) : item.cannotBeTaken === null ? (
              'No'
            ) : (
              <span key="never" title={item.cannotBeTaken}>
                Cannot be
              </span>
            ),
          ],
        }))}
      />
    </Section>
  )
}
