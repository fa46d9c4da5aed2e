/** Owns the model page: three lanes on one time axis, open alerts, readiness. */
import type { Metadata } from 'next'
import Link from 'next/link'
import { AlertTable } from '@/app/(signed)/alerts/alert-table'
import { AwaitingModel } from '@/app/(signed)/models/[model]/awaiting-model'
import { headline } from '@/app/(signed)/models/[model]/headline'
import { loadScope, type ModelPageProps, modelTitle } from '@/app/(signed)/models/[model]/load-scope'
import { ModelFrame } from '@/app/(signed)/models/[model]/model-frame'
import { Readiness } from '@/app/(signed)/models/[model]/readiness'
import { ChartFigure } from '@/app/charts/chart-figure'
import { versionSeries } from '@/app/charts/version-series'
import { EmptyState } from '@/app/components/empty-state'
import { Section, Tile, Tiles } from '@/app/components/page-parts'
import { Status } from '@/app/components/status'
import { formatAgo, formatCount, formatShare } from '@/app/format'
import { modelPath, withQuery } from '@/app/links'
import type { Verdict } from '@/lib/domain/evaluation'
import { type FamilyVerdict, getModelOverview } from '@/lib/queries/model-overview'

/** The lanes below must not be many screens away. */
const SHOWN_ALERTS = 10

export async function generateMetadata({ params }: ModelPageProps): Promise<Metadata> {
  return { title: await modelTitle(params) }
}

export default async function ModelPage(props: ModelPageProps) {
  const { ctx, scope, query, zone } = await loadScope(props)
  const { model, version, range } = scope
  if (!version || version.firstRecordMs === null) {
    return <AwaitingModel scope={scope} query={query} zone={zone} publicUrl={ctx.publicUrl} />
  }
  const ago = formatAgo(version.lastRecordMs, ctx.nowMs, zone)
  const overview = await getModelOverview(ctx, model, version, scope.versions, range)
  const axis = {
    startMs: range.startMs,
    endMs: range.endMs,
    zone,
    markers: scope.markers,
    group: 'lanes',
    height: 132,
  }
  const spansOf = (...causes: string[]) => overview.spans.filter((span) => causes.includes(span.cause))
  const base = modelPath(model.name)
  return (
    <ModelFrame
      scope={scope}
      query={query}
      tab="overview"
      zone={zone}
      sentence={headline(overview, ago, zone)}
    >
      <Tiles>
        <FamilyTile
          label="Software"
          family={overview.families.software}
          href={withQuery(`${base}/software`, query)}
        />
        <FamilyTile
          label="Input"
          family={overview.families.input}
          href={withQuery(`${base}/inputs`, query)}
        />
        <FamilyTile
          label="Output"
          family={overview.families.output}
          href={withQuery(`${base}/outputs`, query)}
        />
        <Tile
          label="Records in this range"
          value={formatCount(overview.traffic.records)}
          note={`newest ${ago}`}
        />
        <Tile label="Failed calls" value={formatShare(overview.traffic.errorShare)} />
      </Tiles>
      {overview.alerts.length > 0 && (
        <Section title="Open alerts">
          <AlertTable
            items={overview.alerts.slice(0, SHOWN_ALERTS)}
            zone={zone}
            nowMs={ctx.nowMs}
            hidesModel
          />
          {overview.alerts.length > SHOWN_ALERTS && (
            <p>
              <Link href={withQuery('/alerts', { q: model.name })} prefetch={false}>
                More open alerts of this model
              </Link>
            </p>
          )}
        </Section>
      )}
      <Section title="Three lanes">
        {overview.latency.length > 0 ? (
          <ChartFigure
            {...axis}
            title="Software"
            sentence="95th percentile of latency."
            label="Software lane"
            unit="ms"
            series={versionSeries(overview.latency)}
            firing={spansOf('software', 'no_data')}
          />
        ) : (
          <ChartFigure
            {...axis}
            title="Software"
            sentence="How many records come; no latency is sent."
            label="Software lane"
            unit="per_second"
            series={versionSeries(overview.volume)}
            firing={spansOf('software', 'no_data')}
          />
        )}
        {overview.input.length > 0 ? (
          <ChartFigure
            {...axis}
            title="Input"
            sentence="Drift of the input that moved most, as a multiple of its limit."
            label="Input lane"
            unit="ratio"
            series={versionSeries(overview.input)}
            firing={spansOf('input_drift', 'schema', 'data_quality')}
          />
        ) : (
          <EmptyState
            sentence={
              version.profileId === null
                ? 'Input drift is drawn once a window was compared with an active reference profile.'
                : 'No window of this range was compared with the reference. Choose a longer range.'
            }
          />
        )}
        {overview.output.length > 0 && (
          <ChartFigure
            {...axis}
            title="Output"
            sentence="Drift of the prediction or score that moved most, as a multiple of its limit."
            label="Output lane"
            unit="ratio"
            series={versionSeries(overview.output)}
            firing={spansOf('output_drift', 'quality')}
          />
        )}
      </Section>
      {overview.historicalAlerts.length > 0 && (
        <Section title="Alerts on historical data">
          <p>Back-filled records raised these; nobody was notified.</p>
          <AlertTable items={overview.historicalAlerts} zone={zone} nowMs={ctx.nowMs} hidesModel />
        </Section>
      )}
      {overview.readiness.some((item) => !item.isDone) && (
        <Section title="Readiness">
          <Readiness
            items={overview.readiness}
            model={model.name}
            version={version.name}
            publicUrl={ctx.publicUrl}
            zone={zone}
          />
        </Section>
      )}
    </ModelFrame>
  )
}

/** Software metrics do not drift; they are beyond a limit. */
const SOFTWARE_WORDS: Readonly<Partial<Record<Verdict, string>>> = {
  drift: 'Beyond its limit',
  severe: 'Far beyond its limit',
}

function FamilyTile({ label, family, href }: { label: string; family: FamilyVerdict; href: string }) {
  return (
    <Tile
      label={label}
      value={
        <Status
          name={family.worst ?? 'awaiting'}
          word={label === 'Software' && family.worst ? SOFTWARE_WORDS[family.worst] : undefined}
        />
      }
      note={
        <Link href={href} prefetch={false}>
          {familyNote(family)}
        </Link>
      }
    />
  )
}

function familyNote(family: FamilyVerdict): string {
  if (family.judged === 0) return 'nothing judged yet'
  if (family.breached > 0) return `${family.breached} of ${family.judged} checks breach`
  if (family.undecided > 0) return `${family.undecided} of ${family.judged} checks lack data`
  return family.judged === 1 ? 'its one check passes' : `all ${family.judged} checks pass`
}
