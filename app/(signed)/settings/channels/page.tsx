/** Owns the page of channels: where notifications go, and whether they arrived. */
import type { Metadata } from 'next'
import Link from 'next/link'
import { ChannelActions } from '@/app/(signed)/settings/channels/channel-actions'
import { NewChannel } from '@/app/(signed)/settings/channels/new-channel'
import { requireAdmin } from '@/app/(signed)/settings/require-admin'
import { EmptyState } from '@/app/components/empty-state'
import { Name } from '@/app/components/name'
import { PageHeader, Quiet, Section } from '@/app/components/page-parts'
import { Status } from '@/app/components/status'
import { Table } from '@/app/components/table'
import { formatAgo, formatInstant } from '@/app/format'
import { alertPath } from '@/app/links'
import { parseSearch, type RawSearch } from '@/app/search-params'
import { pageZone } from '@/app/session'
import { type ChannelItem, type DeliveryItem, listChannelItems } from '@/lib/queries/channels'

export const metadata: Metadata = { title: 'Channels' }

export default async function ChannelsPage({ searchParams }: { searchParams: RawSearch }) {
  const { ctx } = await requireAdmin()
  const zone = await pageZone(await parseSearch(searchParams))
  const channels = await listChannelItems(ctx)
  return (
    <>
      <PageHeader title="Channels" sentence={headline(channels)} aside={<NewChannel />} />
      {channels.length === 0 ? (
        <EmptyState sentence="Add a webhook: alerts are posted to it, signed (Standard Webhooks), and retried for three days." />
      ) : (
        channels.map((channel) => (
          <Section
            key={channel.id}
            title={<Name>{channel.name}</Name>}
            aside={<ChannelActions channelId={channel.id} name={channel.name} isEnabled={channel.enabled} />}
            sentence={
              <>
                Webhook to <bdi>{channel.host}</bdi>, {channel.enabled ? 'on' : 'off'}; added{' '}
                {formatAgo(channel.createdMs, ctx.nowMs)}.
              </>
            }
          >
            {channel.deliveries.length === 0 ? (
              <Quiet>Nothing has been sent yet.</Quiet>
            ) : (
              <Table
                label={`Deliveries to ${channel.name}`}
                columns={[
                  { head: 'Message' },
                  { head: 'State' },
                  { head: 'Attempts', align: 'right', minor: true },
                  { head: `Made (${zone})` },
                  { head: 'Last error', minor: true },
                ]}
                rows={channel.deliveries.map((delivery) => ({
                  key: delivery.id,
                  cells: [
                    delivery.alertId === null ? (
                      delivery.type
                    ) : (
                      <Link key="link" href={alertPath(delivery.alertId)} prefetch={false}>
                        {delivery.type}
                      </Link>
                    ),
                    <DeliveryState key="state" delivery={delivery} />,
                    delivery.attempts,
                    formatInstant(delivery.createdMs, zone),
                    <bdi key="error">{delivery.lastError ?? '–'}</bdi>,
                  ],
                }))}
              />
            )}
          </Section>
        ))
      )}
    </>
  )
}

function DeliveryState({ delivery }: { delivery: DeliveryItem }) {
  switch (delivery.state) {
    case 'sent':
      return <Status name="ok" word="Delivered" />
    case 'waiting':
      return <Status name="pending" word={delivery.attempts === 0 ? 'Waiting' : 'Retrying'} />
    case 'given_up':
      return <Status name="error" word="Given up" />
    case 'cancelled':
      return <Status name="superseded" word="Cancelled" />
  }
}

function headline(channels: readonly ChannelItem[]): string {
  const live = channels.filter((channel) => channel.enabled)
  if (live.length === 0) return 'Nobody is told when an alert fires.'
  const failing = live.filter(
    (channel) => channel.deliveries[0]?.lastError && channel.deliveries[0].state !== 'sent',
  )
  const told = `Alerts are sent to ${live.length} ${live.length === 1 ? 'channel' : 'channels'}`
  return failing[0] ? `${told}; the last message to ${failing[0].name} has not arrived.` : `${told}.`
}
