/** Owns the page of one column: its drift over time, locked to the distribution of the chosen window. */
import Link from 'next/link'
import styles from '@/app/(signed)/models/[model]/column-page.module.css'
import type { LoadedScope } from '@/app/(signed)/models/[model]/load-scope'
import { ModelFrame } from '@/app/(signed)/models/[model]/model-frame'
import { ReferenceFacts } from '@/app/(signed)/models/[model]/reference-facts'
import { SelectableChart } from '@/app/(signed)/models/[model]/selectable-chart'
import { WindowVerdictView } from '@/app/(signed)/models/[model]/window-verdict'
import { ChartFigure } from '@/app/charts/chart-figure'
import { packSeries } from '@/app/charts/packed-series'
import { swingBand } from '@/app/charts/swing-band'
import { versionSeries } from '@/app/charts/version-series'
import { buttonClass } from '@/app/components/button'
import { EmptyState } from '@/app/components/empty-state'
import { Name } from '@/app/components/name'
import { Section } from '@/app/components/page-parts'
import { Status } from '@/app/components/status'
import { formatInstant, sayInstant } from '@/app/format'
import { modelPath, toSegment, withQuery } from '@/app/links'
import { orNotFound } from '@/app/session'
import type { ColumnRef } from '@/lib/domain/column'
import { getMetric } from '@/lib/domain/metric'
import type { Version } from '@/lib/domain/model'
import { type ColumnHistory, getColumnHistory } from '@/lib/queries/column-history'

export async function ColumnPage({
  loaded,
  version,
  column,
}: {
  loaded: LoadedScope
  version: Version
  column: ColumnRef
}) {
  const { ctx, scope, search, query, zone } = loaded
  const { model, range } = scope
  const history = await orNotFound(
    getColumnHistory(ctx, model, version, scope.versions, column, range, search.window),
  )
  const tab = column.family === 'input' ? 'inputs' : 'outputs'
  const path = `${modelPath(model.name)}/${tab}/${toSegment(column.name)}`
  const { selected } = history
  const chosenMs = selected?.windowStartMs ?? search.window
  const axis = { startMs: range.startMs, endMs: range.endMs, zone, markers: scope.markers, group: 'column' }
  const series = versionSeries([{ version: version.name, points: history.drift }, ...history.neighbours])
  const at = (windowMs: number | null) => withQuery(path, { ...query, window: windowMs })
  return (
    <ModelFrame
      scope={scope}
      query={query}
      tab={tab}
      zone={zone}
      path={path}
      title={<Name wrap>{column.name}</Name>}
      sentence={
        <bdi>{selected?.reason ?? unjudged(history.drift.length === 0 ? null : search.window, zone)}</bdi>
      }
    >
      {history.drift.length === 0 ? (
        <EmptyState sentence="There is no judged window in this range. Choose a longer one, or wait for the current window to end." />
      ) : (
        <div className={styles.locked}>
          <ChartFigure
            {...axis}
            title="Drift over time"
            sentence={howItCame(history.shape, zone)}
            label={`Drift of ${column.name} over time`}
            unit="distance"
            height={260}
            series={series}
            firing={history.spans}
            band={swingBand(selected?.detail.referenceVariation)}
          >
            <SelectableChart
              {...axis}
              label={`Drift of ${column.name} over time`}
              unit="distance"
              height={260}
              series={series.map(packSeries)}
              firing={history.spans}
              band={swingBand(selected?.detail.referenceVariation)}
              selectedMs={selected?.windowStartMs ?? null}
            />
          </ChartFigure>
          <section className={styles.window} aria-label="The chosen window">
            <div className={styles.steps}>
              <StepLink href={at(history.previousMs)} isOpen={history.previousMs !== null} text="← earlier" />
              <strong>{chosenMs === null ? 'No window chosen' : formatInstant(chosenMs, zone)}</strong>
              <StepLink href={at(history.nextMs)} isOpen={history.nextMs !== null} text="later →" />
            </div>
            {selected ? (
              <WindowVerdictView evaluation={selected} cadence={model.settings.cadence} />
            ) : (
              <Status name="no_data" word="Not judged" />
            )}
          </section>
        </div>
      )}
      {history.others.length > 0 && (
        <Section title="Other measures of this column">
          <div className={styles.others}>
            {history.others.map(({ metric, points }) => (
              <ChartFigure
                key={metric}
                {...axis}
                height={132}
                title={capitalise(getMetric(metric).label)}
                label={`${getMetric(metric).label} of ${column.name}`}
                unit={getMetric(metric).unit}
                series={[{ label: getMetric(metric).label, tone: 'current', points }]}
              />
            ))}
          </div>
        </Section>
      )}
      {history.reference && (
        <Section title="Reference">
          <ReferenceFacts column={history.reference} />
        </Section>
      )}
    </ModelFrame>
  )
}

/** Why there is nothing to say about the chosen window, or about any. */
function unjudged(chosenMs: number | null, zone: string): string {
  return chosenMs === null
    ? 'No window of this column has been judged in this range.'
    : `The window from ${formatInstant(chosenMs, zone)} was not judged: no record arrived in it, or it is not over yet.`
}

function StepLink({ href, isOpen, text }: { href: string; isOpen: boolean; text: string }) {
  if (!isOpen) return <span className={styles.noStep}>{text}</span>
  return (
    <Link href={href} prefetch={false} scroll={false} replace className={buttonClass('plain', 'small')}>
      {text}
    </Link>
  )
}

function howItCame(shape: ColumnHistory['shape'], zone: string): string {
  const invitation = 'Choose a window to see its distribution.'
  if (!shape) return invitation
  return `Beyond its limit from ${sayInstant(shape.onsetMs, zone)}. ${shape.sentence} ${invitation}`
}

function capitalise(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1)
}
