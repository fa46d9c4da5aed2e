/** Owns the silences in force: what each keeps quiet, until when, why, and a way to end it. */
import { EndSilence } from '@/app/(signed)/alerts/end-silence'
import { NewSilence } from '@/app/(signed)/alerts/new-silence'
import { Name } from '@/app/components/name'
import { Quiet, Section } from '@/app/components/page-parts'
import { Pager } from '@/app/components/pager'
import { Table } from '@/app/components/table'
import { formatInstant } from '@/app/format'
import { partOf } from '@/app/paging'
import type { Silence, SilenceMatchers } from '@/lib/domain/silence'

const ROWS = 25

/** What ends next stands first. `hrefOf` gives the address of a page of silences. */
export function SilenceList({
  silences,
  page,
  hrefOf,
  zone,
  nowMs,
  canAct,
}: {
  silences: readonly Silence[]
  page: number | null
  hrefOf: (page: number | null) => string
  zone: string
  nowMs: number
  canAct: boolean
}) {
  const inForce = silences.filter(({ endsMs }) => endsMs > nowMs).sort((a, b) => a.endsMs - b.endsMs)
  const part = partOf(inForce, page, ROWS)
  return (
    <Section
      title="Silences"
      sentence="What matches is evaluated and shown as ever, and told to nobody until the silence ends."
      aside={canAct ? <NewSilence /> : undefined}
    >
      {inForce.length === 0 ? (
        <Quiet>None is in force. One alert alone is silenced on its own page.</Quiet>
      ) : (
        <>
          <Table
            label="Silences in force"
            columns={[
              { head: 'What' },
              { head: 'Why' },
              { head: `Until (${zone})` },
              { head: 'By', minor: true },
              ...(canAct ? [{ head: <span className="visually-hidden">End it</span> }] : []),
            ]}
            rows={part.rows.map((silence) => ({
              key: silence.id,
              cells: [
                <bdi key="what">{sayMatchers(silence.matchers)}</bdi>,
                <bdi key="why">{silence.reason}</bdi>,
                formatInstant(silence.endsMs, zone),
                <Name key="by">{silence.createdBy}</Name>,
                ...(canAct ? [<EndSilence key="end" silenceId={silence.id} />] : []),
              ],
            }))}
          />
          <Pager part={part} what="silences" hrefOf={hrefOf} />
        </>
      )}
    </Section>
  )
}

const WORDS: Readonly<Record<keyof SilenceMatchers, string>> = {
  models: 'model',
  versions: 'version',
  causes: 'cause',
  severities: 'severity',
  owners: 'owner',
  columns: 'column',
  slices: 'slice',
}

/** `model fraud or churn*; cause input drift`. */
function sayMatchers(matchers: SilenceMatchers): string {
  return Object.entries(WORDS)
    .flatMap(([name, word]) => {
      const values = matchers[name as keyof SilenceMatchers] ?? []
      return values.length === 0 ? [] : [`${word} ${values.join(' or ').replaceAll('_', ' ')}`]
    })
    .join('; ')
}
