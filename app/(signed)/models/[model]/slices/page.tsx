/** Owns the slices of a model: how each does beside the others, worst first, and the form that makes one. */
import type { Metadata } from 'next'
import { AwaitingModel } from '@/app/(signed)/models/[model]/awaiting-model'
import { loadScope, type ModelPageProps, modelTitle } from '@/app/(signed)/models/[model]/load-scope'
import { ModelFrame } from '@/app/(signed)/models/[model]/model-frame'
import { CustomTable } from '@/app/(signed)/models/[model]/slices/custom-table'
import { SliceForm } from '@/app/(signed)/models/[model]/slices/slice-form'
import { SliceTable } from '@/app/(signed)/models/[model]/slices/slice-table'
import { saySlices } from '@/app/(signed)/models/[model]/slices/slice-words'
import { EmptyState } from '@/app/components/empty-state'
import { Name } from '@/app/components/name'
import { OnPhone } from '@/app/components/on-phone'
import { Quiet, Section } from '@/app/components/page-parts'
import { Table } from '@/app/components/table'
import { formatInstant } from '@/app/format'
import { MAX_SLICES, saySlice } from '@/lib/domain/slice'
import { listSlices, suggestSlices } from '@/lib/queries/slices'
import { getSlicesPage } from '@/lib/queries/slices-page'

export async function generateMetadata({ params }: ModelPageProps): Promise<Metadata> {
  return { title: await modelTitle(params, 'Slices') }
}

export default async function SlicesPage(props: ModelPageProps) {
  const { ctx, isAdmin, scope, query, zone } = await loadScope(props)
  const { model, version, range } = scope
  if (!version) return <AwaitingModel scope={scope} query={query} zone={zone} publicUrl={ctx.publicUrl} />
  const [page, { slices, revisions }, suggestions] = await Promise.all([
    getSlicesPage(ctx, model, version, range),
    listSlices(ctx, model.name),
    suggestSlices(ctx, model.name),
  ])
  const isFull = slices.length >= MAX_SLICES
  return (
    <ModelFrame scope={scope} query={query} tab="slices" zone={zone} sentence={saySlices(page)}>
      {page.rows.length === 0 ? (
        <EmptyState sentence="No slice is kept up yet. A slice is a part of the records: a region, an age band, records without an income." />
      ) : (
        <>
          <SliceTable model={model.name} page={page} isAdmin={isAdmin} />
          <Quiet>
            Intervals are of 95 %, each for itself. Drift is that of the column furthest towards its limit
            over this range, against the slice’s rows of the reference where the profile keeps 200 of them,
            else against its own week before.
          </Quiet>
        </>
      )}
      {page.customs.length > 0 && (
        <Section id="metrics" title="Custom metrics">
          <CustomTable customs={page.customs} />
        </Section>
      )}
      {isAdmin && (
        <Section
          title={isFull ? 'Change a slice' : 'A new slice'}
          sentence={
            isFull
              ? `All ${MAX_SLICES} slices of this model are in use. To make room for a new one, delete one above; one that is there can be given other conditions.`
              : `At most ${MAX_SLICES} a model. Its history is read again from the kept log; windows are judged from then on. All slices together have the share of the false-alarm budget that each other family of tests has.`
          }
        >
          <SliceForm
            key={isFull ? 'change' : 'new'}
            model={model.name}
            suggestions={suggestions}
            names={isFull ? slices.map(({ name }) => name) : null}
          />
        </Section>
      )}
      {revisions.length > 0 && (
        <Section title="Changes">
          <Table
            label="Changes of slices"
            columns={[
              { head: 'Slice' },
              { head: 'Records with', isWide: true },
              { head: `Saved (${zone})`, minor: true },
              { head: 'By', minor: true },
              { head: 'Until', minor: true },
            ]}
            rows={revisions.map((slice) => ({
              key: slice.id,
              cells: [
                <Name key="name">{slice.name}</Name>,
                <div key="what">
                  <bdi>{saySlice(slice.conditions)}</bdi>
                  <OnPhone>
                    {formatInstant(slice.createdMs, zone)}, <Name>{slice.createdBy}</Name>
                  </OnPhone>
                </div>,
                formatInstant(slice.createdMs, zone),
                <Name key="by">{slice.createdBy}</Name>,
                slice.endedMs === null ? '' : formatInstant(slice.endedMs, zone),
              ],
            }))}
          />
        </Section>
      )}
    </ModelFrame>
  )
}
