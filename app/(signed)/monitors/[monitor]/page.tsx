/** Owns the page of one monitor: what it was worth, its settings tried on the past before they are saved, and who changed them. */
import type { Metadata } from 'next'
import Link from 'next/link'
import { notFound } from 'next/navigation'
import { MonitorForm } from '@/app/(signed)/monitors/[monitor]/monitor-form'
import { RevisionList } from '@/app/(signed)/monitors/[monitor]/revision-list'
import { sayWorth } from '@/app/(signed)/monitors/[monitor]/say-worth'
import { metricTitle } from '@/app/(signed)/monitors/monitor-name'
import { Name } from '@/app/components/name'
import { PageHeader, Quiet, Section, Tile, Tiles } from '@/app/components/page-parts'
import { formatCount, formatInstant } from '@/app/format'
import { inputPath, modelPath, withQuery } from '@/app/links'
import { parseSearch, type RawSearch } from '@/app/search-params'
import { orNotFound, pageZone, requireViewer } from '@/app/session'
import { getMetric } from '@/lib/domain/metric'
import { getMonitorPage } from '@/lib/queries/monitor-page'
import { USE_DAYS } from '@/lib/queries/monitor-use'

interface Props {
  readonly params: Promise<{ monitor: string }>
  readonly searchParams: RawSearch
}

export const metadata: Metadata = { title: 'Monitor' }

export default async function MonitorDetailPage({ params, searchParams }: Props) {
  const { ctx, user } = await requireViewer()
  const { monitor: id } = await params
  if (!/^\d{1,15}$/.test(id)) notFound()
  const zone = await pageZone(await parseSearch(searchParams))
  const page = await orNotFound(getMonitorPage(ctx, Number(id)))
  const { model, version, monitor, use } = page
  return (
    <>
      <PageHeader
        above={
          <>
            <Link href={withQuery('/monitors', { model: model.name })} prefetch={false}>
              Monitors
            </Link>
            {' / '}
            <Link href={withQuery(modelPath(model.name), { version: version.name })} prefetch={false}>
              <Name>{`${model.name} ${version.name}`}</Name>
            </Link>
          </>
        }
        title={
          <>
            {metricTitle(monitor)}
            {monitor.column && ': '}
            {monitor.column?.family === 'input' ? (
              <Link href={inputPath(model.name, monitor.column.name)} prefetch={false}>
                <Name>{monitor.column.name}</Name>
              </Link>
            ) : (
              monitor.column && <Name>{monitor.column.name}</Name>
            )}
            {monitor.slice && (
              <>
                , slice <Name>{monitor.slice.name}</Name>
              </>
            )}
          </>
        }
        sentence={sayWorth(page)}
      />
      <Tiles>
        <Tile label={`Fired in ${USE_DAYS} days`} value={formatCount(use.fired)} />
        <Tile label="Last fired" value={use.fired === 0 ? '–' : formatInstant(use.lastFiredMs, zone)} />
        <Tile label="Marked real" value={formatCount(use.real)} />
        <Tile label="Marked false" value={formatCount(use.falseAlarms)} />
        <Tile label="Never opened" value={formatCount(use.unseen)} />
      </Tiles>
      <Section title="Settings" sentence="They hold from the next window on; what was told is not rewritten.">
        {page.isActive ? (
          <MonitorForm
            key={page.revisions[0]?.id ?? 0}
            monitor={monitor}
            unit={getMetric(monitor.metric).unit}
            methods={page.methods}
            canHaveReference={page.canHaveReference}
            canHaveHourOfWeek={page.canHaveHourOfWeek}
            canHaveLimit={page.canHaveLimit}
            isBadBelow={getMetric(monitor.metric).bad === 'down'}
            suggestion={page.suggestion}
            fallback={{ owner: model.settings.owner, runbookUrl: model.settings.runbookUrl }}
            isEditable={user.role === 'admin'}
            zone={zone}
          />
        ) : (
          <Quiet>It belongs to a profile that is no longer active, and is kept for its history.</Quiet>
        )}
      </Section>
      <Section title="Changes">
        <RevisionList revisions={page.revisions} zone={zone} />
      </Section>
    </>
  )
}
