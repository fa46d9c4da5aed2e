/** Owns raising alerts that are told together, and reading the links that act out of what a receiver was sent. */
import { expect } from '@playwright/test'
import type { Receiver } from '../../lib/channels/testing'
import type { TestServer } from '../../lib/runtime/testing'
import { send } from './send'

const HOUR_MS = 3_600_000
const HOURS = 3
const RECORDS_AN_HOUR = 400

/** Where people are told to reach the instance; tests go to the path. */
export const PUBLIC_URL = 'http://plumbline.example'

/** Long enough for all that one request breaks to be judged, so that it is told in one message. */
const GROUP_WAIT_MS = 5_000

/** What was told: the title and the links, by what they do. */
export interface Told {
  readonly title: string
  /** Of a message about one alert. */
  readonly alertId: number
  readonly dedupKey: string
  readonly links: Readonly<Record<string, string>>
}

/**
 * Two webhooks that hear of everything soon. The second is gone for good, which is found out with its first message:
 * then Plumbline says so of itself.
 */
export async function listen(server: TestServer, receiver: Receiver, gone: Receiver): Promise<void> {
  gone.behave({ kind: 'status', status: 410 })
  const channels: number[] = []
  for (const [name, { url }] of [
    ['on-call room', receiver],
    ['old pager', gone],
  ] as const) {
    const wish = { name, kind: 'webhook', url }
    const { channel } = await send<{ channel: { id: number } }>(server, 'POST', '/api/v1/channels', wish)
    channels.push(channel.id)
  }
  const route = { name: 'soon', channels, groupWaitMs: GROUP_WAIT_MS }
  await send(server, 'PUT', '/api/v1/alert-routes', { revision: 0, routes: [route] })
}

/** Versions of a model in all of which a column has moved, by records that come in one request. */
export async function breach(server: TestServer, model: string, versions: readonly string[]): Promise<void> {
  const reference = Array.from({ length: 1_000 }, (_, index) => `${amountOf(index)},${index % 7}`)
  for (const version of versions) {
    const path = `/api/v1/models/${model}/versions/${version}/profile?activate=1&name=training.csv`
    await send(server, 'PUT', path, ['amount,steady', ...reference].join('\n'))
  }
  const startMs = Math.floor(Date.now() / HOUR_MS) * HOUR_MS - (HOURS + 1) * HOUR_MS
  const records = versions.flatMap((version) =>
    Array.from({ length: HOURS * RECORDS_AN_HOUR }, (_, index) => ({
      version,
      prediction_id: `${version}-${index}`,
      timestamp: new Date(startMs + Math.floor((index / RECORDS_AN_HOUR) * HOUR_MS)).toISOString(),
      features: { amount: amountOf(index) + 40, steady: index % 7 },
    })),
  )
  await send(server, 'POST', `/api/v1/ingest/${model}`, { records })
}

/** Spread evenly: the same on every run. */
const amountOf = (index: number) => Number((100 * ((index * 0.618_034) % 1)).toFixed(2))

/** The message whose title holds these words, once it has arrived. */
export async function untilTold(receiver: Receiver, words: string): Promise<Told> {
  const find = () =>
    receiver.received
      .map(({ body }): Data => JSON.parse(body).data)
      .find(({ title }) => title.includes(words))
  const titles = () => receiver.received.map(({ body }): string => JSON.parse(body).data.title).join('\n')
  await expect.poll(titles, { timeout: 120_000 }).toContain(words)
  const { title = '', acts = {}, alert_id: alertId = 0, dedup_key: dedupKey = '' } = find() ?? {}
  const { expires_at: _, ...links } = acts
  const paths = Object.entries(links).map(([act, url]) => [act, url.replace(PUBLIC_URL, '')])
  return { title, alertId, dedupKey, links: Object.fromEntries(paths) }
}

interface Data {
  readonly title: string
  readonly acts?: Readonly<Record<string, string>>
  readonly alert_id?: number
  readonly dedup_key?: string
}
