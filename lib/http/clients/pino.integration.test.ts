import { once } from 'node:events'
import { pino } from 'pino'
import pinoElasticsearch from 'pino-elasticsearch'
import { pinoLoki } from 'pino-loki'
import { describe, expect, it } from 'vitest'
import { pause, type RoughServer, startRoughServer } from '@/lib/http/clients/rough-server'
import { compareStored, EXACTLY_SENT, recordOf, SENT } from '@/lib/http/clients/sent-records'

/** Room for the requests that these clients make at once. */
const BUDGET_BYTES = 4_000_000

/** Logs records a few at a time, as a program does, so that transports can keep up. */
async function logAll(logger: pino.Logger, from: number, to: number): Promise<void> {
  for (let i = from; i < to; i++) {
    logger.info(recordOf(i))
    if (i % 100 === 99) await pause(2)
  }
}

/** Everything that was sent is stored once, save for what the client itself lost. */
function expectStored(stored: ReadonlyMap<string, number>): { lost: number } {
  const { twice, strange } = compareStored(stored)
  expect([twice, strange]).toEqual([[], []])
  return { lost: SENT - stored.size }
}

describe('pino with pino-loki', () => {
  it('stores every record exactly once, save for the batches that it does not send again', async () => {
    await using server = await startRoughServer(BUDGET_BYTES)
    const failures: unknown[] = []
    const write = console.error
    console.error = (...said: unknown[]) => void failures.push(said)
    try {
      const transport = pinoLoki({
        host: server.url,
        basicAuth: { username: 'any', password: server.key },
        labels: { model: 'fraud' },
        batching: { interval: 0.2, maxBufferSize: SENT },
      })
      const logger = pino({ base: null }, transport)
      await logAll(logger, 0, 4_000)
      await server.untilStored(4_000)
      await server.restart('SIGTERM')
      await logAll(logger, 4_000, 7_000)
      await server.untilStored(7_000)
      expect(failures).toEqual([])
      // It has no retry: what it sends during a kill or a refusal is told on stderr, and gone.
      await server.refuse(async () => {
        await logAll(logger, 7_000, 8_000)
        await pause(500)
      })
      const killed = server.restart('SIGKILL')
      await logAll(logger, 8_000, 9_000)
      await killed
      await pause(300)
      await logAll(logger, 9_000, SENT)
      transport.end()
      await once(transport, 'close')
      const stored = await server.untilStored(8_000)
      const { lost } = expectStored(stored)
      expect(failures.length).toBeGreaterThan(0)
      expect(lost).toBeGreaterThanOrEqual(1_000)
      const kept = (from: number, to: number) =>
        Array.from({ length: to - from }, (_, i) => stored.has(`p${from + i}`)).every(Boolean)
      expect([kept(0, 7_000), kept(9_000, SENT)]).toEqual([true, true])
    } finally {
      console.error = write
    }
  })
})

describe('pino with pino-elasticsearch', () => {
  it('stores every record exactly once, save for what it is given once its client gave up', async () => {
    await using server = await startRoughServer(BUDGET_BYTES)
    const first = startTransport(server)
    await logAll(first.logger, 0, 4_000)
    await server.untilStored(4_000)
    await server.restart('SIGTERM')
    await logAll(first.logger, 4_000, 7_000)
    await server.untilStored(7_000)
    expect(first.failures).toEqual([])
    // Its client tries three times, at once. What was under way then is lost, and so is all that it is given after that.
    await server.refuse(async () => {
      await logAll(first.logger, 7_000, 8_000)
      await pause(500)
    })
    await logAll(first.logger, 8_000, 9_000)
    await pause(500)
    expect(expectStored(await server.stored())).toEqual({ lost: 3_000 })
    expect(first.failures).toMatchObject([{ name: 'ResponseError', statusCode: 503 }])

    // Another one, given all of it again and killed under its hands, and one more: nothing is stored twice.
    const second = startTransport(server)
    const killed = server.untilStored(7_001).then(() => server.restart('SIGKILL'))
    await logAll(second.logger, 6_000, SENT)
    await killed
    const third = startTransport(server)
    await logAll(third.logger, 6_000, SENT)
    expect(compareStored(await server.untilStored(SENT))).toEqual(EXACTLY_SENT)
    // Records that were there before are told as dropped: 409, as Elasticsearch would.
    expect(third.dropped.length).toBeGreaterThan(0)
    expect(third.failures).toEqual([])
  })
})

function startTransport(server: RoughServer) {
  const transport = pinoElasticsearch({
    node: server.url,
    auth: { apiKey: server.key },
    index: 'fraud-%{DATE}',
    esVersion: 8,
    opType: 'create',
    flushBytes: 50_000,
    flushInterval: 200,
  })
  const failures: Error[] = []
  const dropped: Error[] = []
  transport.on('error', (error: Error) => failures.push(error))
  transport.on('insertError', (error: Error) => dropped.push(error))
  return { logger: pino({ base: null }, transport), failures, dropped }
}
