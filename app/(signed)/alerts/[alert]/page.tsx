/** Owns the alert page: everything on-call needs to decide, most urgent first. */
import type { Metadata } from 'next'
import Link from 'next/link'
import { notFound } from 'next/navigation'
import { AlertActions } from '@/app/(signed)/alerts/[alert]/alert-actions'
import { AlertFacts } from '@/app/(signed)/alerts/[alert]/alert-facts'
import styles from '@/app/(signed)/alerts/[alert]/alert-page.module.css'
import { AlertTimeline } from '@/app/(signed)/alerts/[alert]/alert-timeline'
import { sayAlert, sayOnset } from '@/app/(signed)/alerts/[alert]/alert-words'
import { Certainty } from '@/app/(signed)/alerts/[alert]/certainty'
import { CommentForm } from '@/app/(signed)/alerts/[alert]/comment-form'
import { Contributors, sayRanking } from '@/app/(signed)/alerts/[alert]/contributors'
import { HitTable } from '@/app/(signed)/alerts/[alert]/hit-table'
import { SampleTable } from '@/app/(signed)/alerts/[alert]/sample-table'
import { saySamples } from '@/app/(signed)/alerts/[alert]/sample-words'
import { SimilarList } from '@/app/(signed)/alerts/[alert]/similar-list'
import { ChartFigure } from '@/app/charts/chart-figure'
import { swingBand } from '@/app/charts/swing-band'
import { versionSeries } from '@/app/charts/version-series'
import { Name } from '@/app/components/name'
import { PageHeader, Section } from '@/app/components/page-parts'
import { Status } from '@/app/components/status'
import { keepUnits } from '@/app/format'
import { parseSearch, type RawSearch } from '@/app/search-params'
import { orNotFound, pageZone, requireViewer } from '@/app/session'
import { getMetric } from '@/lib/domain/metric'
import { getAlertPage } from '@/lib/queries/alert-page'
import { isOver } from '@/lib/queries/alert-span'
import type { CheckedIn } from '@/lib/queries/alert-suspicions'

interface Props {
  readonly params: Promise<{ alert: string }>
  readonly searchParams: RawSearch
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `Alert ${(await params).alert}` }
}

export default async function AlertDetailPage({ params, searchParams }: Props) {
  const { ctx, user } = await requireViewer()
  const { alert: id } = await params
  if (!/^\d{1,15}$/.test(id)) notFound()
  const zone = await pageZone(await parseSearch(searchParams))
  const page = await orNotFound(getAlertPage(ctx, Number(id)))
  const { alert, item, version } = page
  const [lead] = page.members
  const metric = lead ? getMetric(lead.evaluation.metric) : null
  return (
    <>
      <PageHeader
        above={
          <Link href="/alerts" prefetch={false}>
            Alerts
          </Link>
        }
        title={<bdi>{keepUnits(alert.title)}</bdi>}
        sentence={<bdi>{sayAlert(page, zone)}</bdi>}
      />
      <AlertFacts page={page} zone={zone} />
      <AlertActions
        alert={{
          id: alert.id,
          state: alert.state,
          acknowledgedBy: alert.acknowledgedBy,
          assignee: alert.assignee,
          judgement: alert.judgement,
          firstSeenMs: alert.firstSeenMs,
        }}
        canAct={user.role === 'admin'}
        runbookUrl={page.runbookUrl}
      />
      {lead && metric && (
        <>
          <Section title="How sure">
            <Certainty
              member={lead}
              unit={metric.unit}
              record={page.record}
              use={page.use}
              memberCount={page.memberCount}
            />
          </Section>
          <Section title="Since when">
            <ChartFigure
              title={
                <>
                  {metric.label} {lead.evaluation.column && <Name>{lead.evaluation.column.name}</Name>}
                </>
              }
              sentence={sayOnset(lead.onsetMs, alert.onsetMs, page.shape, zone)}
              label={`${metric.label} around the onset`}
              unit={metric.unit}
              series={versionSeries([{ version: version.name, points: page.points }, ...page.neighbours])}
              startMs={page.range.startMs}
              endMs={page.range.endMs}
              zone={zone}
              markers={page.markers}
              onsetMs={lead.onsetMs}
              firing={[item.span]}
              band={swingBand(lead.evaluation.detail.referenceVariation)}
            />
          </Section>
        </>
      )}
      {page.hit.length > 0 && metric && (
        <Section title="Who is hit" sentence="The same measure in the same window, part by part.">
          <HitTable parts={page.hit} unit={metric.unit} />
        </Section>
      )}
      <Section title="First suspicions" sentence={CHECKED_IN[page.checkedIn]}>
        <ul className={styles.checks}>
          {page.checks.map((check) => (
            <li key={check.question}>
              <span className={styles.question}>{check.question}</span>
              <Status name={check.answer} />
              <bdi className={styles.answer}>{keepUnits(check.sentence)}</bdi>
            </li>
          ))}
        </ul>
      </Section>
      <Section title="What contributes" sentence={sayRanking(page)}>
        <Contributors page={page} zone={zone} />
      </Section>
      <Section title="Sample records" sentence={<bdi>{saySamples(page, zone)}</bdi>}>
        <SampleTable samples={page.samples} zone={zone} />
      </Section>
      <Section title="What to do">
        <ol className={styles.advice}>
          {page.advice.map((sentence) => (
            <li key={sentence}>{sentence}</li>
          ))}
        </ol>
      </Section>
      <SimilarList similar={page.similar} isOver={isOver(alert)} zone={zone} />
      <Section title="Timeline">
        <AlertTimeline events={page.events} zone={zone} />
        {user.role === 'admin' && <CommentForm alertId={alert.id} />}
      </Section>
    </>
  )
}

const CHECKED_IN: Readonly<Record<CheckedIn, string>> = {
  newest: 'Checked against the newest window of this version.',
  last_breach: 'The newest window is empty: checked against the last one that breached.',
  own: 'Checked in the windows of this alert: its first and its worst.',
}
