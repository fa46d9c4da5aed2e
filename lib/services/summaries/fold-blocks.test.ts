import { describe, expect, it } from 'vitest'
import type { RecordBlock } from '@/db/contracts/log-store'
import { openTestStores } from '@/db/sqlite/testing'
import { HOUR_MS, MINUTE_MS } from '@/lib/domain/time'
import { takeForOneStep } from '@/lib/services/summaries/fold-blocks'
import { NOW_MS, workerContext } from '@/lib/services/summaries/summary-testing'

const FEATURES = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`f${i}`, i]))

/** Blocks of a hundred records each, one after another in time. */
function blocks(count: number, firstMs: number, everyMs: number): RecordBlock[] {
  return Array.from({ length: count }, (_, block) => {
    const records = Array.from({ length: 100 }, (_, i) => ({
      id: `${block}.${i}`,
      at: firstMs + (block * 100 + i) * everyMs,
      f: FEATURES,
    }))
    const [first, last] = [records[0], records.at(-1)]
    if (!first || !last) throw new Error('a block has records')
    return {
      position: { day: '2026-11-21', seq: block + 1 },
      model: 'wide',
      version: '1',
      receivedMs: NOW_MS,
      backfill: false,
      count: records.length,
      minMs: first.at,
      maxMs: last.at,
      records,
      table: null,
      first,
    }
  })
}

describe('takeForOneStep', () => {
  it.each([
    ['live traffic: however many blocks lie in a few minutes', 200, NOW_MS - HOUR_MS, 10, 200],
    ['a record a minute: each makes a bucket of every column', 20, NOW_MS - 40 * HOUR_MS, MINUTE_MS, 1],
    ['a record a second: sixty share the buckets of a minute', 200, NOW_MS - 10 * HOUR_MS, 1_000, 116],
    [
      'too old for buckets of a minute: sixty records share an hour',
      200,
      NOW_MS - 900 * HOUR_MS,
      MINUTE_MS,
      118,
    ],
    ['an hour a record', 20, NOW_MS - 3_000 * HOUR_MS, HOUR_MS, 1],
  ])('bounds the buckets that one step may write (%s)', async (_, count, firstMs, everyMs, taken) => {
    await using stores = await openTestStores({ nowMs: NOW_MS })
    expect(takeForOneStep(workerContext(stores), blocks(count, firstMs, everyMs))).toHaveLength(taken)
  })

  it('takes a block that alone is more than a step', async () => {
    await using stores = await openTestStores({ nowMs: NOW_MS })
    const [first, second] = blocks(2, NOW_MS - 2_000 * HOUR_MS, HOUR_MS)
    if (!first || !second) throw new Error('there are two blocks')
    const wide = {
      ...first,
      first: {
        ...first.first,
        f: { ...FEATURES, ...Object.fromEntries(Array.from({ length: 700 }, (_, i) => [`g${i}`, i])) },
      },
    }
    expect(takeForOneStep(workerContext(stores), [wide, second])).toEqual([wide])
  })
})
