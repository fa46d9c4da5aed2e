import { expect, it } from 'vitest'
import { quantile } from '@/bench/support/figures'
import { overload } from '@/bench/support/overload'
import { childrenOf } from '@/bench/support/processes'
import { countStored } from '@/bench/support/stored-ids'
import { startServer } from '@/lib/runtime/testing'

it('three times of what it can take is refused early and politely, and nothing acknowledged is lost', async () => {
  await using server = await startServer()
  const { storm, ...result } = await overload({
    url: server.url,
    key: server.adminKey,
    pids: () => [server.pid, ...childrenOf(server.pid)],
    recordsPerRequest: 1_000,
    capacitySeconds: 3,
    stormSeconds: 8,
    connections: 512,
  })
  expect([...storm.strange]).toEqual([])
  expect(storm.acknowledged.length).toBeGreaterThan(0)
  expect(storm.refused.length).toBeGreaterThan(0)
  expect(quantile(storm.acknowledgedMs, 0.99)).toBeLessThan(2_000)
  expect(result.serverMib).toBeLessThan(512)
  expect(result.recoveredMs).toBeLessThan(5_000)

  const acknowledged = new Set(storm.acknowledged)
  const refused = new Set(storm.refused)
  const wrongly: string[] = []
  const { stored, different } = await countStored(server.dataDir, 'overload', (id) => {
    const request = Math.floor(Number(id) / 1_000)
    if (refused.has(request)) wrongly.push(id)
    acknowledged.delete(request)
  })
  expect({ lost: [...acknowledged], wrongly }).toEqual({ lost: [], wrongly: [] })
  expect(different).toBe(stored)
  expect(stored).toBe(result.acknowledgedRecords)
})
