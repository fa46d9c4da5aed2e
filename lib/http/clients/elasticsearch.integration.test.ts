import { Client, errors } from '@elastic/elasticsearch'
import { describe, expect, it } from 'vitest'
import { pause, type RoughServer, startRoughServer } from '@/lib/http/clients/rough-server'
import { compareStored, EXACTLY_SENT, recordOf, SENT } from '@/lib/http/clients/sent-records'

const BATCH = 250

interface Sender {
  send(from: number, to: number): Promise<void>
  /** What the client threw, once for each batch that it gave up on. */
  readonly givenUp: unknown[]
}

/** A producer that sends a batch again when the client gives up on it, as its documentation asks for. */
function startSender(server: RoughServer): Sender {
  const client = new Client({ node: server.url, auth: { apiKey: server.key } })
  const givenUp: unknown[] = []
  async function sendBatch(from: number, to: number): Promise<void> {
    const operations = Array.from({ length: to - from }, (_, i) => recordOf(from + i)).flatMap((record) => [
      { create: { _index: 'fraud-2026.11.21', _id: record.prediction_id } },
      record,
    ])
    const { items } = await client.bulk({ operations })
    // 409: stored by an attempt whose answer was lost.
    for (const { create } of items) expect([201, 409]).toContain(create?.status)
  }
  return {
    givenUp,
    async send(from, to) {
      for (let at = from; at < to; ) {
        try {
          await sendBatch(at, Math.min(at + BATCH, to))
          at += BATCH
        } catch (error) {
          if (!(error instanceof errors.ElasticsearchClientError)) throw error
          givenUp.push(error)
          await pause(50)
        }
      }
    },
  }
}

describe('the client @elastic/elasticsearch', () => {
  it('stores every record exactly once through a restart, a kill and a spell of refusals', async () => {
    await using server = await startRoughServer()
    const sender = startSender(server)
    const first = sender.send(0, 4_000)
    await server.untilStored(1)
    await server.restart('SIGTERM')
    await first
    const second = sender.send(4_000, 7_000)
    await server.untilStored(4_001)
    await server.restart('SIGKILL')
    await second
    expect((await server.stored()).size).toBe(7_000)
    sender.givenUp.length = 0
    const third = await server.refuse(async () => {
      const sending = sender.send(7_000, SENT)
      await pause(500)
      expect((await server.stored()).size).toBe(7_000)
      return { sending }
    })
    await third.sending
    expect(compareStored(await server.stored())).toEqual(EXACTLY_SENT)
    // It tries three times more by itself, at once, and then says what it was told.
    expect(sender.givenUp.length).toBeGreaterThan(0)
    for (const error of sender.givenUp) {
      expect(error).toBeInstanceOf(errors.ResponseError)
      if (error instanceof errors.ResponseError)
        expect([error.statusCode, error.meta.meta.attempts]).toEqual([503, 3])
    }
  })

  it('is content with what it asks for around a bulk request', async () => {
    await using server = await startRoughServer()
    const client = new Client({
      node: `${server.url}/es`,
      auth: { apiKey: { id: 'any', api_key: server.key } },
    })
    expect(await client.ping()).toBe(true)
    expect((await client.info()).version.number).toMatch(/^8\./)
    expect((await client.cluster.health()).status).toBe('green')
    const told = await client.helpers.bulk({
      datasource: Array.from({ length: 500 }, (_, i) => recordOf(i)),
      onDocument: ({ prediction_id }) => ({ index: { _index: 'fraud', _id: prediction_id } }),
      flushBytes: 20_000,
      // The server of this test turns away requests that come at once.
      concurrency: 1,
      refreshOnCompletion: 'fraud',
    })
    expect(told).toMatchObject({ total: 500, successful: 500, failed: 0 })
    const dropped: number[] = []
    await client.helpers.bulk({
      datasource: [{ prediction: 7 }, {}],
      onDocument: () => ({ create: { _index: 'fraud', _id: 'p1' } }),
      onDrop: ({ status }) => dropped.push(status),
    })
    expect(dropped).toEqual([409, 400])
    expect((await server.stored()).size).toBe(500)
  })
})
