import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { NO_PROFILE, SAMPLE_SERIES, sliceSeries } from '@/db/contracts/series-store'
import { openTestStores } from '@/db/sqlite/testing'
import type { Context } from '@/lib/access/context'
import { columnKey } from '@/lib/domain/column'
import type { Label, PredictionRecord } from '@/lib/domain/record'
import type { Slice, SliceCondition } from '@/lib/domain/slice'
import { BUCKET_LEVELS, HOUR_MS, MINUTE_MS } from '@/lib/domain/time'
import { joinLabels } from '@/lib/services/labels/join-labels'
import { rebuildSlices } from '@/lib/services/summaries/rebuild-slices'
import { LOG_ORIGIN } from '@/lib/services/summaries/rebuild-state'
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

type Stores = Awaited<ReturnType<typeof openTestStores>>

const EU: SliceCondition[] = [{ on: 'tag', name: 'region', op: 'in', values: ['EU'] }]
const LARGE_B: SliceCondition[] = [
  { on: 'feature', name: 'x', op: 'range', atLeast: 20, below: null },
  { on: 'feature', name: 'c', op: 'in', values: ['b', '__proto__'] },
]
const HOSTILE: SliceCondition[] = [{ on: 'feature', name: '__proto__', op: 'missing' }]

/** Told apart from the code under test: what each slice means, written by hand. */
const MEANS: readonly (readonly [SliceCondition[], (record: PredictionRecord) => boolean])[] = [
  [EU, ({ t }) => t?.region === 'EU'],
  [LARGE_B, ({ f }) => typeof f.x === 'number' && f.x >= 20 && f.c === 'b'],
  [HOSTILE, ({ f }) => !Object.keys(f).includes('__proto__')],
]

/** Records of three hours; every third has tags, so that some blocks are tables and some are not. */
function records(from: number, to: number, withTags: boolean): PredictionRecord[] {
  return Array.from({ length: to - from }, (_, k) => {
    const i = from + k
    const f: PredictionRecord['f'] = { x: (i * 37) % 120, c: i % 3 === 0 ? 'a' : 'b' }
    const record: PredictionRecord = {
      id: `r${i}`,
      at: NOW_MS - (i % 180) * MINUTE_MS,
      f,
      p: String(i % 2),
      s: (i % 7) / 7,
      l: 5 + (i % 11),
    }
    if (withTags && i % 3 === 0) record.t = { region: i % 2 === 0 ? 'EU' : 'US' }
    if (withTags && i % 10 === 0) Object.defineProperty(f, '__proto__', { value: 1, enumerable: true })
    return record
  })
}

async function save(ctx: Context, name: string, conditions: SliceCondition[]): Promise<Slice> {
  const { model } = await ctx.metadata.registerVersion('m', 'v1', ctx.nowMs)
  const wish = { modelId: model.id, name, conditions, createdMs: NOW_MS, createdBy: 'ada' }
  return ctx.metadata.putSlice(wish, 10)
}

/** Every stored summary of a series by level, start and column, to the byte. */
async function bytesOf(ctx: Context, versionId: number, series: number): Promise<Record<string, string>> {
  const version = await ctx.metadata.findVersionById(versionId)
  const names = new Map(
    (await ctx.metadata.listColumns(versionId)).map((column) => [column.columnId, columnKey(column)]),
  )
  const bytes: Record<string, string> = {}
  for (const profileId of [NO_PROFILE, version?.profileId ?? -9]) {
    for (const level of BUCKET_LEVELS) {
      const range = { startMs: 0, endMs: Number.MAX_SAFE_INTEGER }
      for (const stored of await ctx.series.read({ versionId: series, profileId, level, range })) {
        if (stored.columnId === SAMPLE_SERIES) continue
        const name = names.get(stored.columnId) ?? stored.columnId
        bytes[`${level} ${stored.startMs} ${name}`] = Buffer.from(stored.bytes).toString('hex')
      }
    }
  }
  return bytes
}

/** What a version would hold that was sent only these records, batch by batch. */
async function expected(
  batches: readonly (readonly PredictionRecord[])[],
  labels: readonly Label[] = [],
): Promise<Record<string, string>> {
  await using stores = await openTestStores({ nowMs: NOW_MS })
  const ctx = workerContext(stores)
  const { versionId } = await activate(ctx, testProfile())
  for (const batch of batches) {
    await append(stores, { records: batch })
    await summarise(ctx)
  }
  await append(stores, { labels })
  await drain(() => joinLabels(ctx))
  const bytes = await bytesOf(ctx, versionId, versionId)
  // Columns that only records have are not kept by slices.
  return Object.fromEntries(Object.entries(bytes).filter(([key]) => !key.endsWith('input:__proto__')))
}

/** The records of the log, as they stand in it. */
async function logged(stores: Stores): Promise<PredictionRecord[]> {
  const head = await stores.log.head()
  if (head === null) return []
  const blocks = await stores.log.readRecordsOf('m', 'v1', LOG_ORIGIN, head, 1_000_000)
  return blocks.flatMap((block) => [...block.records])
}

const labelsOf = (list: readonly PredictionRecord[], y: string): Label[] =>
  list.filter((_, i) => i % 4 === 0).map(({ id }, i) => ({ id, y, at: NOW_MS + i }))

describe('summaries of slices', () => {
  it.each(MEANS)(
    'equal, to the byte, those of a version that was sent only these records: %j',
    async (conditions, isIn) => {
      await using stores = await openTestStores({ nowMs: NOW_MS })
      const ctx = workerContext(stores)
      const { versionId } = await activate(ctx, testProfile())
      const slice = await save(ctx, 'slice', conditions)
      const batches = [records(0, 400, true), records(400, 700, false), records(700, 900, true)]
      for (const batch of batches) {
        await append(stores, { records: batch })
        await summarise(ctx)
      }
      const labels = labelsOf(batches.flat(), '1')
      await append(stores, { labels })
      await drain(() => joinLabels(ctx))
      const own = batches.map((batch) => batch.filter(isIn))
      const ids = new Set(own.flat().map(({ id }) => id))
      expect(own.flat().length).toBeGreaterThan(50)
      expect(await bytesOf(ctx, versionId, sliceSeries(slice.id, versionId))).toEqual(
        await expected(
          own,
          labels.filter(({ id }) => ids.has(id)),
        ),
      )
    },
  )

  it('are made again from the kept log, labels included, and equal a recomputation from it to the byte', async () => {
    await using stores = await openTestStores({ nowMs: NOW_MS })
    const ctx = workerContext(stores)
    const { versionId } = await activate(ctx, testProfile())
    await append(stores, { records: records(0, 900, true) })
    await drain(() => summarise(ctx))
    const labels = labelsOf(records(0, 900, true), '0')
    await append(stores, { labels })
    await drain(() => joinLabels(ctx))
    for (const [conditions, isIn] of MEANS) {
      const slice = await save(ctx, JSON.stringify(conditions).slice(0, 60), conditions)
      await drain(() => rebuildSlices(ctx))
      const own = (await logged(stores)).filter(isIn)
      const ids = new Set(own.map(({ id }) => id))
      expect(await bytesOf(ctx, versionId, sliceSeries(slice.id, versionId))).toEqual(
        await expected(
          [own],
          labels.filter(({ id }) => ids.has(id)),
        ),
      )
    }
  })

  it('count every record and every label once, whenever the slice is saved, the profile is changed and the worker dies', async () => {
    const counts = async (bytes: Record<string, string>) => Object.keys(bytes).sort()
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: 3 }),
        fc.nat({ max: 3 }),
        fc.nat({ max: 4 }),
        async (saveAt, profileAt, deaths) => {
          await using stores = await openTestStores({ nowMs: NOW_MS })
          const alive = workerContext(stores)
          const dying = () => workerContext(stores, { series: dyingSeries(stores.series, deaths) })
          await activate(alive, testProfile())
          let slice: Slice | null = null
          for (let step = 0; step < 4; step++) {
            if (step === saveAt) slice = await save(alive, 'EU', EU)
            if (step === profileAt) await activate(alive, testProfile())
            const batch = records(step * 60, step * 60 + 60, true)
            await append(stores, { records: batch, labels: labelsOf(batch, '1') })
            await rebuildSlices(dying()).catch(() => undefined)
            await summarise(dying()).catch(() => undefined)
            await joinLabels(dying()).catch(() => undefined)
            if (step % 2 === 1) await drain(() => summarise(alive))
          }
          await drain(() => summarise(alive))
          await drain(() => joinLabels(alive))
          await drain(() => rebuildSummaries(alive))
          await drain(() => rebuildSlices(alive))
          const all = records(0, 240, true)
          // A correction must reach the slice as well.
          await append(stores, {
            labels: labelsOf(all, '0').map((label) => ({ ...label, at: NOW_MS + 9e6 })),
          })
          await drain(() => joinLabels(alive))
          const own = all.filter(({ t }) => t?.region === 'EU')
          const labelled = new Set(
            [0, 1, 2, 3]
              .flatMap((step) => labelsOf(records(step * 60, step * 60 + 60, true), '0'))
              .map(({ id }) => id),
          )
          const wanted = await expected(
            [own],
            [...labelled]
              .map((id) => ({ id, y: '0', at: NOW_MS }))
              .filter(({ id }) => own.some((record) => record.id === id)),
          )
          const found = await bytesOf(alive, 1, sliceSeries(slice?.id ?? 0, 1))
          expect(await counts(found)).toEqual(await counts(wanted))
          // Moments agree within rounding only where the steps were others; counts of labels are whole numbers.
          const quality = (bytes: Record<string, string>) =>
            Object.fromEntries(
              Object.entries(bytes).filter(([key]) => key.endsWith(' -1') || key.endsWith('c')),
            )
          expect(quality(found)).toEqual(quality(wanted))
        },
      ),
      { numRuns: 5 },
    )
  }, 60_000)

  it('start anew when the slice is changed, and leave what the one before gathered', async () => {
    await using stores = await openTestStores({ nowMs: NOW_MS })
    const ctx = workerContext(stores)
    const { versionId } = await activate(ctx, testProfile())
    await append(stores, { records: records(0, 200, true) })
    await drain(() => summarise(ctx))
    const first = await save(ctx, 'part', EU)
    await drain(() => rebuildSlices(ctx))
    const before = await bytesOf(ctx, versionId, sliceSeries(first.id, versionId))
    const second = await save(ctx, 'part', LARGE_B)
    await append(stores, { records: records(200, 300, true), receivedMs: NOW_MS + HOUR_MS })
    await drain(() => summarise(ctx))
    await drain(() => rebuildSlices(ctx))
    expect(await bytesOf(ctx, versionId, sliceSeries(first.id, versionId))).toEqual(before)
    const own = (await logged(stores)).filter(({ f }) => typeof f.x === 'number' && f.x >= 20 && f.c === 'b')
    const wanted = await expected([own])
    expect(Object.keys(await bytesOf(ctx, versionId, sliceSeries(second.id, versionId))).sort()).toEqual(
      Object.keys(wanted).sort(),
    )
  })
})
