/** Owns the custom metrics of a model: their charts, who defined them, and the form that tries one on live data before it is saved. */
import type { Metadata } from 'next'
import Link from 'next/link'
import { AwaitingModel } from '@/app/(signed)/models/[model]/awaiting-model'
import { loadScope, type ModelPageProps, modelTitle } from '@/app/(signed)/models/[model]/load-scope'
import { DefinitionTable } from '@/app/(signed)/models/[model]/metrics/definition-table'
import { MetricCharts } from '@/app/(signed)/models/[model]/metrics/metric-charts'
import { MetricForm } from '@/app/(signed)/models/[model]/metrics/metric-form'
import { RevisionTable } from '@/app/(signed)/models/[model]/metrics/revision-table'
import { ModelFrame } from '@/app/(signed)/models/[model]/model-frame'
import { EmptyState } from '@/app/components/empty-state'
import { Name } from '@/app/components/name'
import { Section } from '@/app/components/page-parts'
import { modelPath, withQuery } from '@/app/links'
import type { Context } from '@/lib/access/context'
import { MAX_CUSTOM_METRICS } from '@/lib/domain/custom-metric'
import type { Model } from '@/lib/domain/model'
import { nameOfKey } from '@/lib/expression/field-names'
import { FUNCTIONS } from '@/lib/expression/functions'
import { conditionOfSlice } from '@/lib/expression/within-slice'
import { hasStoredWeeks } from '@/lib/monitor/custom-window'
import { listFiringSpans } from '@/lib/queries/alert-item'
import { readFieldCatalogue } from '@/lib/queries/field-catalogue'
import { type CustomTrace, listCustomHistory, readCustomTraces } from '@/lib/queries/list-customs'
import { listSlices } from '@/lib/queries/slices'

/** More names than anybody reads; the others can be written all the same. */
const MAX_NAMES = 200

export async function generateMetadata({ params }: ModelPageProps): Promise<Metadata> {
  return { title: await modelTitle(params, 'Custom metrics') }
}

export default async function CustomMetricsPage(props: ModelPageProps) {
  const { ctx, isAdmin, scope, search, query, zone } = await loadScope(props)
  const { model, version, range } = scope
  if (!version) return <AwaitingModel scope={scope} query={query} zone={zone} publicUrl={ctx.publicUrl} />
  const parts = await readCustomTraces(ctx, model, version, range, true)
  const traces = parts.filter(({ slice }) => slice === null)
  const chosen = traces.find(({ metric }) => metric.name === search.q)?.metric ?? null
  const here = `${modelPath(model.name)}/metrics`
  const axis = { startMs: range.startMs, endMs: range.endMs, zone, markers: scope.markers, group: 'metrics' }
  const spans = await listFiringSpans(ctx, version.id, range)
  const firing = spans.filter(({ cause }) => cause === 'output_drift' || cause === 'software')
  return (
    <ModelFrame
      scope={scope}
      query={query}
      tab="outputs"
      zone={zone}
      path={here}
      title="Custom metrics"
      sentence={
        traces.length === 0
          ? 'No metric of your own is defined yet.'
          : `${traces.length} of at most ${MAX_CUSTOM_METRICS}, each computed from every record and judged window by window.`
      }
    >
      {traces.length === 0 ? (
        <EmptyState sentence="A custom metric is a number that you define: an approval rate, a mean amount, the share of answers that were copied." />
      ) : (
        <MetricCharts traces={parts.map(nameSlice)} axis={axis} firing={firing} />
      )}
      {isAdmin && traces.length > 0 && (
        <Section title="Definitions">
          <DefinitionTable
            model={model.name}
            metrics={traces.map(({ metric }) => metric)}
            hrefOf={(name) => `${withQuery(here, { ...query, q: name })}#define`}
            zone={zone}
          />
        </Section>
      )}
      {isAdmin && (
        <Section
          id="define"
          title={chosen ? <>Change {<Name>{chosen.name}</Name>}</> : 'Define a metric'}
          sentence="It is tried on stored records while you write. Once saved it is counted from the log that is kept, and from then on with every record; its monitor judges from the next window on."
        >
          <MetricForm
            key={chosen ? `${chosen.id}` : 'new'}
            model={model.name}
            edited={chosen}
            {...(await readNames(ctx, model))}
            functions={Object.values(FUNCTIONS).map(({ usage }) => usage)}
            hasWeeks={hasStoredWeeks(model.settings.cadence)}
          />
          {chosen && <Link href={withQuery(here, query)}>Define another one</Link>}
        </Section>
      )}
      {chosen && (
        <Section title="Changes">
          <RevisionTable revisions={await listCustomHistory(ctx, model.name, chosen.name)} zone={zone} />
        </Section>
      )}
    </ModelFrame>
  )
}

/** One of a slice is called after both. */
function nameSlice(trace: CustomTrace): CustomTrace {
  if (!trace.slice) return trace
  return { ...trace, metric: { ...trace.metric, name: `${trace.metric.name} in ${trace.slice.name}` } }
}

/** What can be written in an expression: fields, and the slices that the language can say. */
async function readNames(ctx: Context, model: Model) {
  const { types } = await readFieldCatalogue(ctx, model)
  const { slices } = await listSlices(ctx, model.name)
  return {
    fields: [...types.keys()].slice(0, MAX_NAMES).map(nameOfKey),
    sliceNames: slices.map(({ name }) => name),
    slices: slices.flatMap(({ name, conditions }) => {
      const where = conditionOfSlice(conditions, types)
      return where === null ? [] : { name, where }
    }),
  }
}
