import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { EVENTS_SERIES, NO_PROFILE, NO_RECORDS, TRAFFIC_SERIES } from '@/db/contracts/series-store'
import { openTestStores } from '@/db/sqlite/testing'
import { eventId } from '@/lib/domain/model-event'
import type { PredictionRecord } from '@/lib/domain/record'
import { EVENTS_VERSION, sideName } from '@/lib/domain/side-log'
import { HOUR_MS, MINUTE_MS } from '@/lib/domain/time'
import { summarise } from '@/lib/services/summaries/summarise'
import {
  append,
  drain,
  dyingSeries,
  NOW_MS,
  type TestStores,
  workerContext,
} from '@/lib/services/summaries/summary-testing'
import { decodeMerged } from '@/lib/summary/codec'

const record = (id: string, at: number): PredictionRecord => ({ id, at, f: { x: 1 }, p: 1 })
const event = (predictionId: string, name: string): PredictionRecord => ({
  id: eventId(predictionId, name),
  at: NOW_MS,
  f: {},
})

async function appendSide(
  stores: TestStores,
  kind: 'events' | 'resources',
  records: readonly PredictionRecord[],
  version = EVENTS_VERSION,
): Promise<void> {
  await stores.logWriter.append({
    receivedMs: NOW_MS,
    backfill: false,
    records: [{ model: sideName(kind, 'm'), version, records, indexes: records.map((_, i) => i) }],
    labels: [],
    refusals: [],
    idempotency: null,
  })
}

async function countsOf(stores: TestStores, versionId: number): Promise<Record<string, number>> {
  const range = { startMs: 0, endMs: Number.MAX_SAFE_INTEGER }
  const stored = await stores.series.read({
    versionId,
    profileId: NO_PROFILE,
    level: 'hour',
    range,
    columnIds: [EVENTS_SERIES],
  })
  const merged = decodeMerged(stored.map(({ bytes }) => bytes))
  return merged?.kind === 'events' ? Object.fromEntries(merged.counts) : {}
}

describe('events', () => {
  it('count in the hour and the version of their prediction, whenever they come', async () => {
    await using stores = await openTestStores({ nowMs: NOW_MS })
    const ctx = workerContext(stores)
    const at = NOW_MS - 3 * HOUR_MS
    await append(stores, { records: [record('a', at)] })
    await append(stores, { version: 'v2', records: [record('b', at)] })
    await appendSide(stores, 'events', [event('a', 'click'), event('b', 'click'), event('c', 'redo')])
    await drain(() => summarise(ctx))
    const v1 = (await stores.metadata.findVersion(1, 'v1'))?.id ?? 0
    const v2 = (await stores.metadata.findVersion(1, 'v2'))?.id ?? 0
    expect(await countsOf(stores, v1)).toEqual({ click: 1 })
    expect(await countsOf(stores, v2)).toEqual({ click: 1 })
    expect(await stores.series.countPendingEvents(1)).toBe(1)
    await append(stores, { records: [record('c', at)] })
    await drain(() => summarise(ctx))
    expect(await countsOf(stores, v1)).toEqual({ click: 1, redo: 1 })
    expect(await stores.series.countPendingEvents(1)).toBe(0)
    // The log's own name for them is no model.
    expect((await stores.metadata.listModels()).map(({ name }) => name)).toEqual(['m'])
  })

  it('come out the same for any order, any split, retries and deaths', async () => {
    const names = ['click', 'redo', 'own thing']
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            id: fc.nat({ max: 6 }),
            kind: fc.constantFrom('record', ...names),
            dies: fc.boolean(),
          }),
          { minLength: 1, maxLength: 24 },
        ),
        async (sends) => {
          await using stores = await openTestStores({ nowMs: NOW_MS })
          const ctx = workerContext(stores)
          const seen = new Set<string>()
          for (const { id, kind, dies } of sends) {
            seen.add(`${id} ${kind}`)
            if (kind === 'record')
              await append(stores, { records: [record(String(id), NOW_MS - id * MINUTE_MS)] })
            else await appendSide(stores, 'events', [event(String(id), kind)])
            if (dies)
              await summarise(workerContext(stores, { series: dyingSeries(stores.series, 0) })).catch(() => 0)
            else if (id % 2 === 0) await summarise(ctx)
          }
          await drain(() => summarise(ctx))
          const expected: Record<string, number> = {}
          for (const name of names)
            for (let id = 0; id <= 6; id++)
              if (seen.has(`${id} record`) && seen.has(`${id} ${name}`))
                expected[name] = (expected[name] ?? 0) + 1
          const version = await stores.metadata.findVersion(1, 'v1')
          expect(await countsOf(stores, version?.id ?? 0)).toEqual(expected)
        },
      ),
      { numRuns: 12 },
    )
  })
})

describe('samples of resources', () => {
  it('are traffic of no records, and no sign that there was data', async () => {
    await using stores = await openTestStores({ nowMs: NOW_MS })
    const ctx = workerContext(stores)
    const sample = (id: string, m: number, cpu: number): PredictionRecord => ({
      id,
      at: NOW_MS,
      f: {},
      m,
      cpu,
    })
    await appendSide(stores, 'resources', [sample('1', 100, 1), sample('2', 300, 2)], 'v1')
    await drain(() => summarise(ctx))
    const version = await stores.metadata.findVersion(1, 'v1')
    expect(version).toMatchObject({ firstRecordMs: null, lastRecordMs: null })
    const key = { versionId: version?.id ?? 0, level: 'hour' as const, range: { startMs: 0, endMs: 9e15 } }
    const [stored] = await stores.series.read({ ...key, profileId: NO_RECORDS, columnIds: [TRAFFIC_SERIES] })
    expect(stored && decodeMerged([stored.bytes])).toMatchObject({
      records: 0,
      memory: { n: 2, mean: 200 },
      load: { n: 2, mean: 1.5 },
    })
    expect(await stores.series.listStarts({ ...key, limit: 10 })).toEqual([])
    expect(await stores.metadata.listColumns(version?.id ?? 0)).toEqual([])
  })
})
