import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, it } from 'vitest'
import { EVENTS_SERIES, NO_PROFILE, NO_RECORDS, TRAFFIC_SERIES } from '@/db/contracts/series-store'
import { openReaderStores } from '@/db/sqlite/open'
import { startServer, type TestServer } from '@/lib/runtime/testing'
import { decodeMerged } from '@/lib/summary/codec'
import type { Summary } from '@/lib/summary/types'

const N = 300
const bodies = (startMs: number) => ({
  '/api/v1/events/shop': Array.from({ length: N }, (_, i) => ({
    prediction_id: `p${i}`,
    event: i % 3 === 0 ? 'redo' : 'click',
    timestamp: startMs + i,
  })),
  '/api/v1/resources/shop': Array.from({ length: N }, (_, i) => ({
    version: '1',
    timestamp: startMs + i,
    memory_bytes: 1_000 + i,
    load: 1,
  })),
  '/api/v1/ingest/shop': Array.from({ length: N }, (_, i) => ({
    prediction_id: `p${i}`,
    version: '1',
    timestamp: startMs + i,
    prediction: i,
  })),
})

async function totals(dataDir: string): Promise<Record<string, Summary | null>> {
  const stores = await openReaderStores({ dataDir })
  try {
    const model = await stores.metadata.findModel('shop')
    const version = await stores.metadata.findVersion(model?.id ?? 0, '1')
    const read = async (profileId: number, columnId: number) => {
      const range = { startMs: 0, endMs: 9e15 }
      const query = { versionId: version?.id ?? 0, profileId, level: 'day' as const, range }
      return decodeMerged(
        (await stores.series.read({ ...query, columnIds: [columnId] })).map(({ bytes }) => bytes),
      )
    }
    return {
      traffic: await read(NO_PROFILE, TRAFFIC_SERIES),
      events: await read(NO_PROFILE, EVENTS_SERIES),
      samples: await read(NO_RECORDS, TRAFFIC_SERIES),
    }
  } finally {
    await stores.close()
  }
}

it('counts events and samples once through kills of the server and all of it sent again', async () => {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'plumbline-events-'))
  const sent = Object.entries(bodies(Date.now() - 60_000))
  try {
    for (let round = 0; round <= sent.length; round++) {
      await using server: TestServer = await startServer({ dataDir })
      // One address more in each round: the events come before their records, and everything comes again.
      for (const [index, [address, body]] of sent.slice(0, round + 1).entries()) {
        const response = await server.fetch(address, { method: 'POST', body: JSON.stringify(body) })
        const answer = await response.json()
        const isNew = index === round
        expect(answer).toMatchObject({ accepted: isNew ? N : 0, duplicates: isNew ? 0 : N, rejected: 0 })
      }
      if (round < sent.length) {
        server.kill('SIGKILL')
        await server.exited
        continue
      }
      await expect
        .poll(async () => (await totals(dataDir)).events, { timeout: 15_000 })
        .toEqual({
          kind: 'events',
          counts: new Map([
            ['click', 200],
            ['redo', 100],
          ]),
        })
      const { traffic, samples } = await totals(dataDir)
      expect(traffic).toMatchObject({ records: N, memory: { n: 0 } })
      expect(samples).toMatchObject({ records: 0, memory: { n: N, mean: 1_149.5 }, load: { n: N, mean: 1 } })
    }
  } finally {
    rmSync(dataDir, { recursive: true, force: true })
  }
}, 60_000)
