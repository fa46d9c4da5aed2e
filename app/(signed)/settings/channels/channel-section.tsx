/** Owns how one channel is shown: where it leads, how healthy it is, what was sent. */
import Link from 'next/link'
import type { ReactNode } from 'react'
import { ChannelActions } from '@/app/(signed)/settings/channels/channel-actions'
import { errorWords, KINDS, MESSAGES } from '@/app/(signed)/settings/channels/kinds'
import { Name } from '@/app/components/name'
import { Quiet, Section } from '@/app/components/page-parts'
import { Status } from '@/app/components/status'
import { Table } from '@/app/components/table'
import { formatAgo, formatInstant } from '@/app/format'
import { alertPath } from '@/app/links'
import type { ChannelItem, DeliveryItem } from '@/lib/queries/channels'

export function ChannelSection({
  channel,
  nowMs,
  zone,
  isFolded,
}: {
  channel: ChannelItem
  nowMs: number
  zone: string
  /** Beside many others its messages are shown on demand. */
  isFolded: boolean
}) {
  const { id, name, kind, settings, enabled, host, deliveries, createdMs } = channel
  const to = settings.to && settings.to.length > 0 ? `, to ${settings.to.join(', ')}` : ''
  return (
    <Section
      title={<Name>{name}</Name>}
      aside={
        <ChannelActions channelId={id} name={name} kind={kind} settings={settings} isEnabled={enabled} />
      }
      sentence={
        <>
          <HealthStatus channel={channel} /> {KINDS[kind].label} at <bdi>{host}</bdi>
          {to}; added {formatAgo(createdMs, nowMs)}. {healthWords(channel, nowMs)}
        </>
      }
    >
      {deliveries.length === 0 ? (
        <Quiet>Nothing has been sent yet.</Quiet>
      ) : (
        <Foldable
          isFolded={isFolded}
          summary={`The last ${deliveries.length === 1 ? 'message' : `${deliveries.length} messages`}`}
        >
          <Table
            label={`Deliveries to ${name}`}
            columns={[
              { head: 'Message' },
              { head: 'State' },
              { head: 'Attempts', align: 'right', minor: true },
              { head: `Made (${zone})` },
              { head: 'Reason', minor: true },
            ]}
            rows={deliveries.map((delivery) => ({
              key: delivery.id,
              cells: [
                <MessageName key="message" delivery={delivery} />,
                <DeliveryState key="state" delivery={delivery} />,
                delivery.attempts,
                formatInstant(delivery.createdMs, zone),
                <bdi key="error">{delivery.lastError === null ? '–' : errorWords(delivery.lastError)}</bdi>,
              ],
            }))}
          />
        </Foldable>
      )}
    </Section>
  )
}

function Foldable({
  isFolded,
  summary,
  children,
}: {
  isFolded: boolean
  summary: string
  children: ReactNode
}) {
  if (!isFolded) return children
  return (
    <details>
      <summary>{summary}</summary>
      {children}
    </details>
  )
}

/** Whether messages arrive there. */
export function isTroubled({ enabled, health }: ChannelItem): boolean {
  return enabled && health.failuresInRow > 0
}

function HealthStatus({ channel }: { channel: ChannelItem }) {
  if (!channel.enabled) return <Status name="off" />
  if (isTroubled(channel)) return <Status name="error" word="Not arriving" />
  if (channel.health.lastError !== null) return <Status name="possible" word="Test failed" />
  return channel.health.lastSuccessMs === null ? (
    <Status name="unknown" word="Never used" />
  ) : (
    <Status name="ok" word="Arriving" />
  )
}

function healthWords({ health, waiting, nextTryMs }: ChannelItem, nowMs: number): string {
  const { failuresInRow, lastSuccessMs, lastFailureMs, lastError } = health
  const last =
    lastSuccessMs === null ? 'Nothing has arrived yet' : `The last arrived ${formatAgo(lastSuccessMs, nowMs)}`
  const tested =
    lastError === null || lastFailureMs === null
      ? ''
      : `; the last test, ${formatAgo(lastFailureMs, nowMs)}, did not arrive (${errorWords(lastError)})`
  const failed =
    failuresInRow === 0
      ? tested
      : `; ${failuresInRow} ${failuresInRow === 1 ? 'attempt' : 'attempts'} in a row failed (${errorWords(lastError)})`
  const waits =
    waiting === 0 ? '' : `; ${waiting} ${waiting === 1 ? 'waits' : 'wait'}${nextTry(nextTryMs, nowMs)}`
  return `${last}${failed}${waits}.`
}

function nextTry(nextTryMs: number | null, nowMs: number): string {
  if (nextTryMs === null) return ''
  const seconds = Math.ceil((nextTryMs - nowMs) / 1_000)
  if (seconds <= 0) return ', tried now'
  return seconds < 120 ? `, tried in ${seconds} s` : `, tried in ${Math.ceil(seconds / 60)} min`
}

function MessageName({ delivery }: { delivery: DeliveryItem }) {
  const word = MESSAGES[delivery.type]
  if (delivery.selfAlertId) return `${word}: Plumbline itself`
  if (delivery.alertId === null || delivery.title === null) return word
  return (
    <>
      {word}:{' '}
      <Link href={alertPath(delivery.alertId)} prefetch={false}>
        <bdi>{delivery.title}</bdi>
      </Link>
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
