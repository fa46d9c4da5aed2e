import { describe, expect, it } from 'vitest'
import { SAMPLE_SERIES } from '@/db/contracts/series-store'
import { openTestStores } from '@/db/sqlite/testing'
import type { Context } from '@/lib/access/context'
import type { Profile } from '@/lib/domain/profile'
import type { PredictionRecord } from '@/lib/domain/record'
import { alignDown, type BucketLevel, DAY_MS, HOUR_MS } from '@/lib/domain/time'
import { rebuildSummaries } from '@/lib/services/summaries/rebuild-summaries'
import { summarise } from '@/lib/services/summaries/summarise'
import {
  activate,
  append,
  drain,
  dyingSeries,
  NOW_MS,
  testProfile,
  workerContext,
} from '@/lib/services/summaries/summary-testing'
import { encodeSummary } from '@/lib/summary/codec'
import { RowSampler } from '@/lib/summary/sample-rows'

const ROWS = 40
/** Any sample will do: only that there is one matters here. */
const profile: Profile = {
  ...testProfile(),
  sample: { rows: 0, columns: ['input:x', 'input:c'], encoded: '', instants: null },
}

const records = Array.from(
  { length: 600 },
  (_, i): PredictionRecord => ({
    id: `id-${i}`,
    at: NOW_MS - (i % 5) * HOUR_MS + i,
    f: { x: i / 7, c: i % 3 === 0 ? 'a' : 'b' },
    p: 1,
  }),
)

async function stored(ctx: Context, versionId: number, profileId: number, level: BucketLevel) {
  const range = { startMs: 0, endMs: Number.MAX_SAFE_INTEGER }
  const rows = await ctx.series.read({ versionId, profileId, level, range, columnIds: [SAMPLE_SERIES] })
  return rows.map(({ startMs, bytes }) => [startMs, new Uint8Array(bytes)])
}

/** What a bucket must hold, drawn from all of its records at once. */
function drawn(sizeMs: number) {
  const starts = new Set(records.map(({ at }) => alignDown(at, sizeMs)))
  return [...starts]
    .sort((a, b) => a - b)
    .map((start) => {
      const sampler = new RowSampler(profile, ROWS)
      sampler.begin(start, start)
      for (const record of records) if (alignDown(record.at, sizeMs) === start) sampler.add(record)
      const rows = sampler.finishHour()
      return [start, rows && encodeSummary(rows)]
    })
}

describe('the sample of records', () => {
  it('is that of all records of an hour and of a day, however they came and whatever died', async () => {
    await using stores = await openTestStores({ nowMs: NOW_MS })
    const ctx = workerContext(stores, { sampleRows: ROWS })
    const { versionId, profileId } = await activate(ctx, profile)
    for (let from = 0; from < records.length; from += 90) {
      await append(stores, { records: records.slice(from, from + 90).reverse() })
      const dying = { ...ctx, series: dyingSeries(stores.series, (from / 90) % 2) }
      await summarise(dying).catch(() => undefined)
    }
    await drain(() => summarise(ctx))
    expect(await stored(ctx, versionId, profileId, 'hour')).toEqual(drawn(HOUR_MS))
    expect(await stored(ctx, versionId, profileId, 'day')).toEqual(drawn(DAY_MS))
    expect(await stored(ctx, versionId, profileId, 'minute')).toEqual([])
  })

  it('is drawn again from the log when a profile is activated later', async () => {
    await using stores = await openTestStores({ nowMs: NOW_MS })
    const ctx = workerContext(stores, { sampleRows: ROWS })
    await append(stores, { records: records.slice(0, 400) })
    await drain(() => summarise(ctx))
    const { versionId, profileId } = await activate(ctx, profile)
    await append(stores, { records: records.slice(400) })
    await drain(() => summarise(ctx))
    await drain(() => rebuildSummaries(ctx))
    expect(await stored(ctx, versionId, profileId, 'hour')).toEqual(drawn(HOUR_MS))
  })

  it('is left out when the setting is 0, and for profiles without rows of the reference', async () => {
    await using stores = await openTestStores({ nowMs: NOW_MS })
    const off = workerContext(stores, { sampleRows: 0 })
    const { versionId, profileId } = await activate(off, profile)
    await append(stores, { records })
    await drain(() => summarise(off))
    expect(await stored(off, versionId, profileId, 'hour')).toEqual([])
    await using others = await openTestStores({ nowMs: NOW_MS })
    const ctx = workerContext(others)
    const plain = await activate(ctx, testProfile())
    await append(others, { records })
    await drain(() => summarise(ctx))
    expect(await stored(ctx, plain.versionId, plain.profileId, 'hour')).toEqual([])
  })
})
