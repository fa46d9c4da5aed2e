/** Owns the inputs ranked by drift. */
import type { Metadata } from 'next'
import { AwaitingModel } from '@/app/(signed)/models/[model]/awaiting-model'
import { ColumnTable } from '@/app/(signed)/models/[model]/column-table'
import { loadScope, type ModelPageProps, modelTitle } from '@/app/(signed)/models/[model]/load-scope'
import { ModelFrame } from '@/app/(signed)/models/[model]/model-frame'
import { WholeRecordsSection } from '@/app/(signed)/models/[model]/whole-records'
import { EmptyState } from '@/app/components/empty-state'
import { LongList } from '@/app/components/long-list'
import { Section } from '@/app/components/page-parts'
import { formatInstant } from '@/app/format'
import { modelPath } from '@/app/links'
import { rankVerdict } from '@/lib/queries/rank-verdict'
import { type RankedColumns, rankColumns } from '@/lib/queries/ranked-inputs'
import { getWholeRecords, type WholeRecords } from '@/lib/queries/whole-records'

export async function generateMetadata({ params }: ModelPageProps): Promise<Metadata> {
  return { title: await modelTitle(params, 'Inputs') }
}

export default async function InputsPage(props: ModelPageProps) {
  const { ctx, scope, search, query, zone } = await loadScope(props)
  const { model, version, range } = scope
  if (!version) return <AwaitingModel scope={scope} query={query} zone={zone} publicUrl={ctx.publicUrl} />
  const [ranked, whole] = await Promise.all([
    rankColumns(ctx, model, version, range, 'input'),
    getWholeRecords(ctx, model, version, range),
  ])
  const axis = { startMs: range.startMs, endMs: range.endMs, zone, markers: scope.markers, group: 'inputs' }
  const base = `${modelPath(model.name)}/inputs`
  return (
    <ModelFrame scope={scope} query={query} tab="inputs" zone={zone} sentence={headline(ranked, whole, zone)}>
      {ranked.columns.length === 0 ? (
        <EmptyState sentence="No input column is known yet: no record with features has been summarised." />
      ) : (
        <>
          <WholeRecordsSection whole={whole} axis={axis} />
          <Section title="One by one">
            <LongList
              path={base}
              query={query}
              search={search}
              what="inputs"
              rows={ranked.columns}
              textsOf={({ name }) => [name]}
            >
              {(shown) => (
                <ColumnTable label="Inputs, worst first" columns={shown} base={base} query={query} />
              )}
            </LongList>
          </Section>
        </>
      )}
    </ModelFrame>
  )
}

function headline(ranked: RankedColumns, whole: WholeRecords, zone: string): string {
  const judged = ranked.columns.filter((column) => column.verdict !== null)
  if (judged.length === 0) return 'No input has been compared with a reference yet.'
  const moved = judged.filter(
    (column) => column.verdict && rankVerdict(column.verdict) >= rankVerdict('drift'),
  )
  const when =
    ranked.windowStartMs === null ? '' : ` in the window from ${formatInstant(ranked.windowStartMs, zone)}`
  if (moved.length === 0) {
    const different = whole.metrics.find(({ latest }) => rankVerdict(latest.verdict) >= rankVerdict('drift'))
    // “None is beyond its limit” would calm where nothing could be decided.
    const open = judged.filter(({ verdict }) => verdict === 'not_enough_data' || verdict === 'no_data').length
    const undecided =
      open === judged.length
        ? `There was too little data to tell whether any of ${judged.length} inputs moved${when}.`
        : `None of ${judged.length} inputs is beyond its limit${when}${open === 0 ? '' : `; there was too little data to tell for ${open}`}.`
    return `${undecided} ${different?.latest.reason ?? ''}`.trim()
  }
  return `${moved.length} of ${judged.length} inputs ${moved.length === 1 ? 'is' : 'are'} beyond their limits${when}. ${moved[0]?.sentence ?? ''}`
}
