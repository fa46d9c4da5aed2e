import { describe, expect, it } from 'vitest'
import { openTestStores } from '@/db/sqlite/testing'
import { MINUTE_MS } from '@/lib/domain/time'
import { NOW_MS, readerContext } from '@/lib/queries/testing'
import { findWorkerSilence } from '@/lib/queries/worker-silence'
import { WORKER_TICK_SETTING } from '@/lib/queries/worker-tick'

describe('a worker that is not heard of', () => {
  it.each([
    ['has never been there', null, null],
    ['wrote a minute ago', NOW_MS - MINUTE_MS, null],
    ['wrote before the clock was set back', NOW_MS + 60 * MINUTE_MS, null],
    ['wrote two minutes ago', NOW_MS - 2 * MINUTE_MS, NOW_MS - 2 * MINUTE_MS],
  ] as const)('%s', async (_, atMs, expected) => {
    await using stores = await openTestStores()
    if (atMs !== null)
      await stores.metadata.setSetting(WORKER_TICK_SETTING, JSON.stringify({ atMs, failing: {}, stages: {} }))
    expect(await findWorkerSilence(readerContext(stores))).toBe(expected)
  })
})
