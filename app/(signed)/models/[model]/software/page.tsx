/** Owns the software metrics of a version. */
import type { Metadata } from 'next'
import { AwaitingModel } from '@/app/(signed)/models/[model]/awaiting-model'
import { loadScope, type ModelPageProps, modelTitle } from '@/app/(signed)/models/[model]/load-scope'
import { ModelFrame } from '@/app/(signed)/models/[model]/model-frame'
import { ChartFigure } from '@/app/charts/chart-figure'
import { EmptyState } from '@/app/components/empty-state'
import { formatShare, formatValue } from '@/app/format'
import type { Version } from '@/lib/domain/model'
import { getSoftware, type Software } from '@/lib/queries/software'

export async function generateMetadata({ params }: ModelPageProps): Promise<Metadata> {
  return { title: await modelTitle(params, 'Software') }
}

export default async function SoftwarePage(props: ModelPageProps) {
  const { ctx, scope, query, zone } = await loadScope(props)
  const { model, version, range } = scope
  if (!version) return <AwaitingModel scope={scope} query={query} zone={zone} publicUrl={ctx.publicUrl} />
  const software = await getSoftware(ctx, model, version, range)
  const axis = {
    startMs: range.startMs,
    endMs: range.endMs,
    zone,
    markers: scope.markers,
    group: 'software',
    firing: software.spans,
  }
  return (
    <ModelFrame scope={scope} query={query} tab="software" zone={zone} sentence={headline(software, version)}>
      {software.records === 0 ? (
        <EmptyState
          sentence={
            version.firstRecordMs === null
              ? 'Latency, throughput and failed calls are drawn as soon as records arrive.'
              : 'Choose a longer range to see latency, throughput and failed calls.'
          }
        />
      ) : (
        <>
          {software.p95.length > 0 ? (
            <ChartFigure
              {...axis}
              height={260}
              title="Latency"
              label="Latency over time"
              unit="ms"
              series={[
                { label: 'p95', tone: 'current', points: software.p95 },
                { label: 'p50', tone: 'third', points: software.p50 },
                { label: 'p99', tone: 'second', points: software.p99 },
              ]}
            />
          ) : (
            <EmptyState sentence="No latency is sent: add latency_ms to the records." />
          )}
          <ChartFigure
            {...axis}
            title="Throughput"
            sentence="How often records arrive."
            label="Throughput over time"
            unit="per_second"
            series={[{ label: 'throughput', tone: 'current', points: software.throughput }]}
          />
          <ChartFigure
            {...axis}
            title="Failed calls"
            label="Share of failed calls over time"
            unit="share"
            series={[{ label: 'failed calls', tone: 'current', points: software.errors }]}
          />
          {software.memory.length > 0 && (
            <ChartFigure
              {...axis}
              title="Memory"
              label="Mean memory over time"
              unit="bytes"
              series={[{ label: 'mean memory', tone: 'current', points: software.memory }]}
            />
          )}
          {software.load.length > 0 && (
            <ChartFigure
              {...axis}
              title="Load"
              label="Mean load over time"
              unit="number"
              series={[{ label: 'mean load', tone: 'current', points: software.load }]}
            />
          )}
        </>
      )}
    </ModelFrame>
  )
}

function headline(software: Software, version: Version): string {
  if (version.firstRecordMs === null) return 'No record has arrived yet.'
  const p95 = software.p95.findLast((point) => point.value !== null)
  const errors = software.errors.at(-1)
  if (!errors) return 'No record lies in this range.'
  const failing = `${formatShare(errors.value)} of the newest calls failed`
  return p95
    ? `The 95th percentile of latency is ${formatValue(p95.value, 'ms')}; ${failing}.`
    : `${failing}.`
}
