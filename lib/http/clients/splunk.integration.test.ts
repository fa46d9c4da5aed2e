import { writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'
import { SPLUNK_JAVASCRIPT } from '@/lib/domain/shippers/splunk-javascript'
import { pause, type RoughServer, startRoughServer } from '@/lib/http/clients/rough-server'
import { compareStored, EXACTLY_SENT, recordOf, SENT } from '@/lib/http/clients/sent-records'

/** Room for the requests that this client makes at once. */
const BUDGET_BYTES = 4_000_000

/** What is used of the library, which brings no types. */
interface Logger {
  readonly config: { batchInterval: number }
  readonly serializedContextQueue: readonly string[]
  error: (error: Error & { readonly code?: unknown }, batch: { readonly message: string }) => void
  send(event: { readonly message: unknown; readonly metadata: { readonly source: string } }): void
  flush(callback?: () => void): void
}

const require = createRequire(import.meta.url)
const { Logger: SplunkLogger } = require('splunk-logging') as {
  Logger: new (config: Readonly<Record<string, unknown>>) => Logger
}

/** The logger of the printed text, without the example that it ends with. */
async function startPrinted(server: RoughServer): Promise<Logger> {
  const printed = SPLUNK_JAVASCRIPT.config({ publicUrl: server.url, key: server.key, model: 'fraud' })
  const [setUp] = printed.split('\npredictions.send(')
  const file = path.join(server.dir, 'printed.mjs')
  const library = pathToFileURL(require.resolve('splunk-logging')).href
  writeFileSync(file, `${setUp?.replace("'splunk-logging'", `'${library}'`)}\nexport { predictions }\n`)
  const { predictions } = (await import(/* @vite-ignore */ pathToFileURL(file).href)) as {
    predictions: Logger
  }
  return predictions
}

/** Logs records a few at a time, as a program does. */
async function logAll(logger: Logger, from: number, to: number): Promise<void> {
  for (let i = from; i < to; i++) {
    logger.send({ message: recordOf(i), metadata: { source: 'fraud' } })
    if (i % 100 === 99) await pause(2)
  }
}

/** Ends the timer of the library, which would keep the process alive. */
function stop(logger: Logger): void {
  logger.config.batchInterval = 0
  logger.flush()
}

describe('splunk-logging with the code that is printed', () => {
  it('stores every record exactly once through a restart, a kill and a spell of refusals', async () => {
    await using server = await startRoughServer(BUDGET_BYTES)
    const logger = await startPrinted(server)
    const first = logAll(logger, 0, 4_000)
    await server.untilStored(1)
    await server.restart('SIGTERM')
    await first
    await server.untilStored(4_000)
    const second = logAll(logger, 4_000, 7_000)
    await server.untilStored(4_001)
    await server.restart('SIGKILL')
    await second
    await server.untilStored(7_000)
    const during = await server.refuse(async () => {
      await logAll(logger, 7_000, SENT)
      await pause(500)
      return server.stored()
    })
    expect(during.size).toBe(7_000)
    expect(compareStored(await server.untilStored(SENT))).toEqual(EXACTLY_SENT)
    expect(logger.serializedContextQueue).toEqual([])
    stop(logger)
  })
})

describe('splunk-logging as it comes, with retries', () => {
  it('sends again while nobody listens, and drops what is answered busy', async () => {
    await using server = await startRoughServer(BUDGET_BYTES)
    const logger = new SplunkLogger({
      url: `${server.url}/services/collector`,
      token: server.key,
      maxRetries: 10,
      maxBatchCount: 100,
    })
    const failures: unknown[] = []
    logger.error = ({ message, code }) => void failures.push([message, code])
    await logAll(logger, 0, 500)
    await server.untilStored(500)
    const killed = server.restart('SIGKILL')
    await logAll(logger, 500, 1_000)
    await killed
    // Its events lie one level deeper, beside a severity.
    expect(compareStored(await server.untilStored(1_000), 1_000)).toMatchObject({ count: 1_000, twice: [] })
    expect(failures).toEqual([])
    await server.refuse(async () => {
      await logAll(logger, 1_000, 1_500)
      await expect.poll(() => failures.length, { timeout: 20_000 }).toBe(5)
    })
    expect(failures).toEqual(Array.from({ length: 5 }, () => ['Server is busy', 9]))
    await logAll(logger, 1_500, 2_000)
    const kept = await server.untilStored(1_500)
    expect([...kept].filter(([, count]) => count !== 1)).toEqual([])
    const numbers = [...kept.keys()].map((id) => Number(id.slice(1)))
    expect(numbers.filter((i) => i < 1_000 || i >= 1_500)).toHaveLength(1_500)
    expect(numbers).toHaveLength(1_500)
  })
})
