/** Owns the outputs of a version: predictions, scores, missing predictions, and quality where labels came. */
import type { Metadata } from 'next'
import Link from 'next/link'
import { AwaitingModel } from '@/app/(signed)/models/[model]/awaiting-model'
import { ColumnTable } from '@/app/(signed)/models/[model]/column-table'
import { loadScope, type ModelPageProps, modelTitle } from '@/app/(signed)/models/[model]/load-scope'
import { MetricCharts } from '@/app/(signed)/models/[model]/metrics/metric-charts'
import { ModelFrame } from '@/app/(signed)/models/[model]/model-frame'
import { ChartFigure } from '@/app/charts/chart-figure'
import { EmptyState } from '@/app/components/empty-state'
import { Section } from '@/app/components/page-parts'
import { formatValue } from '@/app/format'
import { modelPath, withQuery } from '@/app/links'
import { sayEvent } from '@/lib/domain/event-words'
import { getMetric } from '@/lib/domain/metric'
import { type CustomTrace, countedSlices, readCustomTraces } from '@/lib/queries/list-customs'
import { getOutputs, type Outputs } from '@/lib/queries/outputs'
import { rankVerdict } from '@/lib/queries/rank-verdict'

/** Custom metrics shown here; the others are a page away. */
const SHOWN_CUSTOMS = 6

export async function generateMetadata({ params }: ModelPageProps): Promise<Metadata> {
  return { title: await modelTitle(params, 'Outputs') }
}

export default async function OutputsPage(props: ModelPageProps) {
  const { ctx, scope, query, zone } = await loadScope(props)
  const { model, version, range } = scope
  if (!version) return <AwaitingModel scope={scope} query={query} zone={zone} publicUrl={ctx.publicUrl} />
  const [outputs, customs] = await Promise.all([
    getOutputs(ctx, model, version, range),
    readCustomTraces(ctx, model, version, range),
  ])
  const inSlices = await countedSlices(
    ctx,
    model,
    customs.map(({ metric }) => metric),
  )
  const axis = { startMs: range.startMs, endMs: range.endMs, zone, markers: scope.markers, group: 'outputs' }
  return (
    <ModelFrame scope={scope} query={query} tab="outputs" zone={zone} sentence={headline(outputs)}>
      {outputs.columns.length === 0 ? (
        <EmptyState sentence="No prediction or score has been summarised yet." />
      ) : (
        <ColumnTable
          label="Outputs, worst first"
          columns={outputs.columns}
          base={`${modelPath(model.name)}/outputs`}
          query={query}
        />
      )}
      <Section
        title="Quality, where labels came"
        sentence={
          outputs.quality.length === 0
            ? 'No label has been joined to a prediction in this range. Send labels to /api/v1/labels; they may come late.'
            : 'Windows are revised as late labels arrive.'
        }
      >
        {outputs.quality.map(({ metric, points, reference }) => {
          const info = getMetric(metric)
          return (
            <ChartFigure
              key={metric}
              {...axis}
              height={132}
              isZoomed={metric !== 'label_coverage'}
              title={info.label.slice(0, 1).toUpperCase() + info.label.slice(1)}
              sentence={reference === null ? null : `${formatValue(reference, info.unit)} on the reference.`}
              label={`${info.label} over time`}
              unit={info.unit}
              series={[{ label: info.label, tone: 'current', points }]}
              firing={
                metric === 'label_coverage' ? [] : outputs.spans.filter((span) => span.cause === 'quality')
              }
            />
          )
        })}
      </Section>
      {outputs.events.length > 0 && (
        <Section
          title="What users did"
          sentence="Shares of the records by what was sent to /api/v1/events. Events come after their prediction and count in its window, so the newest windows still grow."
        >
          {outputs.events.map(({ event, points }) => (
            <ChartFigure
              {...axis}
              key={event}
              height={132}
              title={sayEvent(event).slice(0, 1).toUpperCase() + sayEvent(event).slice(1)}
              label={`Share of ${sayEvent(event)} over time`}
              unit="share"
              series={[{ label: event, tone: 'current', points }]}
            />
          ))}
        </Section>
      )}
      <Section
        title="Custom metrics"
        sentence={
          <>
            {customs.length === 0
              ? 'Numbers that you define, such as an approval rate, or the share of answers that were copied. '
              : ''}
            <Link href={withQuery(`${modelPath(model.name)}/metrics`, query)} prefetch={false}>
              {customs.length === 0
                ? 'Define a metric'
                : customs.length > SHOWN_CUSTOMS
                  ? `All ${customs.length} of them`
                  : 'Define and change them'}
            </Link>
            {inSlices.length > 0 && (
              <>
                {' · '}
                <Link
                  href={`${withQuery(`${modelPath(model.name)}/slices`, query)}#metrics`}
                  prefetch={false}
                >
                  In {inSlices.length} {inSlices.length === 1 ? 'slice' : 'slices'} beside all records
                </Link>
              </>
            )}
          </>
        }
      >
        <MetricCharts
          traces={[...customs].sort(breachedFirst).slice(0, SHOWN_CUSTOMS)}
          axis={axis}
          firing={outputs.spans}
        />
      </Section>
      {outputs.nullShare.length > 0 && (
        <Section title="Missing predictions">
          <ChartFigure
            {...axis}
            height={132}
            title="Records without a prediction"
            label="Share of records without a prediction over time"
            unit="share"
            series={[{ label: 'without a prediction', tone: 'current', points: outputs.nullShare }]}
          />
        </Section>
      )}
    </ModelFrame>
  )
}

/** By the newest verdict of each; calm ones keep their order. */
function breachedFirst(a: CustomTrace, b: CustomTrace): number {
  const rank = ({ points }: CustomTrace) => {
    const verdict = points.findLast((point) => point.verdict !== null)?.verdict
    return verdict ? Math.max(0, rankVerdict(verdict) - rankVerdict('ok')) : 0
  }
  return rank(b) - rank(a)
}

function headline(outputs: Outputs): string {
  const judged = outputs.columns.filter((column) => column.verdict !== null)
  if (judged.length === 0) return 'No output has been compared with a reference yet.'
  const worst = judged[0]
  if (worst?.verdict && rankVerdict(worst.verdict) > rankVerdict('ok')) return worst.sentence
  return 'Predictions and scores are within their limits.'
}
