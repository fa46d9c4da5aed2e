/** Owns the page of channels: where notifications go, whether they arrive, who hears of what, and what is wrong with Plumbline itself. */
import type { Metadata } from 'next'
import { ChannelSection, isTroubled } from '@/app/(signed)/settings/channels/channel-section'
import styles from '@/app/(signed)/settings/channels/channels.module.css'
import { HeartbeatForm } from '@/app/(signed)/settings/channels/heartbeat-form'
import { errorWords } from '@/app/(signed)/settings/channels/kinds'
import { NewChannel } from '@/app/(signed)/settings/channels/new-channel'
import { RoutesEditor } from '@/app/(signed)/settings/channels/routes-editor'
import { RoutingPreview } from '@/app/(signed)/settings/channels/routing-preview'
import { requireAdmin } from '@/app/(signed)/settings/require-admin'
import { EmptyState } from '@/app/components/empty-state'
import { PageHeader, Section } from '@/app/components/page-parts'
import { Status } from '@/app/components/status'
import { Table } from '@/app/components/table'
import { formatAgo, formatInstant } from '@/app/format'
import { parseSearch, type RawSearch } from '@/app/search-params'
import { pageZone } from '@/app/session'
import type { SelfAlert } from '@/lib/domain/self-alert'
import { readRoutes } from '@/lib/queries/alert-routes'
import { type ChannelItem, listChannelItems } from '@/lib/queries/channels'
import { getHeartbeat, type Heartbeat } from '@/lib/queries/heartbeat'
import { listModels } from '@/lib/queries/list-models'
import { listSelfAlerts } from '@/lib/queries/self-alerts'

export const metadata: Metadata = { title: 'Channels' }

const MINUTE_MS = 60_000
const USUAL_MINUTES = 5
const MAX_OVER_SHOWN = 5
/** More channels than these would be many screens of messages before the routes. */
const MAX_UNFOLDED = 5

export default async function ChannelsPage({ searchParams }: { searchParams: RawSearch }) {
  const { ctx } = await requireAdmin()
  const zone = await pageZone(await parseSearch(searchParams))
  const [channels, routes, heartbeat, troubles, models] = await Promise.all([
    listChannelItems(ctx),
    readRoutes(ctx),
    getHeartbeat(ctx),
    listSelfAlerts(ctx),
    listModels(ctx),
  ])
  const names = channels.map(({ id, name }) => ({ id, name }))
  return (
    <>
      <PageHeader title="Channels" sentence={headline(channels)} aside={<NewChannel />} />
      <Troubles alerts={troubles} nowMs={ctx.nowMs} zone={zone} />
      {channels.length === 0 ? (
        <EmptyState sentence="Add a channel: alerts go to webhooks, Slack, Teams, PagerDuty, mail or Alertmanager, and are tried again for three days." />
      ) : (
        [...channels]
          .sort(troubledFirst)
          .map((channel) => (
            <ChannelSection
              key={channel.id}
              channel={channel}
              nowMs={ctx.nowMs}
              zone={zone}
              isFolded={channels.length > MAX_UNFOLDED}
            />
          ))
      )}
      {channels.length > 0 && (
        <>
          <Section
            title="Routes"
            id="routes"
            sentence="The first route that takes an alert decides who hears of it; without one, everybody does. Whoever was told hears of the end."
          >
            <RoutesEditor stored={routes} channels={names} />
          </Section>
          <Section title="Who would hear of it" sentence="By the routes as they are saved.">
            <RoutingPreview models={models.map(({ model }) => model)} />
          </Section>
        </>
      )}
      <Section
        title="Sign of life"
        aside={
          <HeartbeatForm
            isOn={heartbeat !== null}
            everyMinutes={heartbeat ? heartbeat.everyMs / MINUTE_MS : USUAL_MINUTES}
          />
        }
        sentence={heartbeatWords(heartbeat, ctx.nowMs)}
      >
        {null}
      </Section>
    </>
  )
}

function troubledFirst(a: ChannelItem, b: ChannelItem): number {
  return Number(isTroubled(b)) - Number(isTroubled(a)) || a.id - b.id
}

/** What is wrong with Plumbline itself, and what was lately. */
function Troubles({ alerts, nowMs, zone }: { alerts: readonly SelfAlert[]; nowMs: number; zone: string }) {
  const open = alerts.filter(({ resolvedMs }) => resolvedMs === null)
  const over = alerts.filter(({ resolvedMs }) => resolvedMs !== null).slice(0, MAX_OVER_SHOWN)
  if (open.length + over.length === 0) return null
  return (
    <Section
      title="Plumbline itself"
      sentence={
        open.length === 0
          ? 'Nothing is wrong now.'
          : 'Told on the channels that the trouble does not concern.'
      }
    >
      <Table
        label="Alerts of Plumbline about itself"
        columns={[
          { head: 'State' },
          { head: 'What', isWide: true },
          { head: `Since (${zone})`, minor: true },
        ]}
        rows={[...open, ...over].map((alert) => ({
          key: alert.id,
          cells: [
            <Status key="state" name={alert.resolvedMs === null ? alert.severity : 'resolved'} />,
            <span key="what" className={styles.words}>
              <bdi>
                {alert.title[0]?.toUpperCase()}
                {alert.title.slice(1)}.
              </bdi>{' '}
              {alert.resolvedMs === null ? (
                <bdi>{alert.text}</bdi>
              ) : (
                `Over ${formatAgo(alert.resolvedMs, nowMs)}.`
              )}
            </span>,
            formatInstant(alert.firedMs, zone),
          ],
        }))}
      />
    </Section>
  )
}

function headline(channels: readonly ChannelItem[]): string {
  const live = channels.filter((channel) => channel.enabled)
  if (live.length === 0) return 'Nobody is told when an alert fires.'
  const told = `Alerts are sent to ${live.length} ${live.length === 1 ? 'channel' : 'channels'}`
  const failing = live.filter(isTroubled)
  const [first] = failing
  if (!first) return `${told}.`
  return failing.length === 1
    ? `${told}; messages to ${first.name} do not arrive.`
    : `${told}; ${failing.length} of them cannot be reached.`
}

function heartbeatWords(heartbeat: Heartbeat | null, nowMs: number): string {
  if (heartbeat === null)
    return 'A watcher outside can tell you when this instance is gone: it is called every few minutes while everything works, and speaks when the calls stop.'
  const { host, everyMs, last } = heartbeat
  const goes = `It goes to ${host} every ${everyMs / MINUTE_MS} minutes while everything works`
  if (last === null) return `${goes}; none was sent yet.`
  const ago = formatAgo(last.atMs, nowMs)
  return last.reason === null
    ? `${goes}; the last arrived ${ago}.`
    : `${goes}; the last, ${ago}, did not arrive: ${errorWords(last.reason)}.`
}
