import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openTestStores } from '@/db/sqlite/testing'
import type { PredictionRecord } from '@/lib/domain/record'
import { HOUR_MS, MINUTE_MS } from '@/lib/domain/time'
import { joinLabels } from '@/lib/services/labels/join-labels'
import { readRebuild } from '@/lib/services/summaries/rebuild-state'
import { rebuildSummaries } from '@/lib/services/summaries/rebuild-summaries'
import { summarise } from '@/lib/services/summaries/summarise'
import {
  activate,
  append,
  drain,
  dyingSeries,
  NOW_MS,
  testProfile,
  totalsOf,
  workerContext,
} from '@/lib/services/summaries/summary-testing'

const record = (id: string, at: number, change: Partial<PredictionRecord> = {}): PredictionRecord => ({
  id,
  at,
  f: { x: 1, c: 'a' },
  p: 1,
  s: 0.9,
  ...change,
})

describe('summarise', () => {
  it('counts every record once at all three levels and stands at the end of the log', async () => {
    await using stores = await openTestStores({ nowMs: NOW_MS })
    const ctx = workerContext(stores)
    const at = NOW_MS - HOUR_MS
    await append(stores, {
      records: [
        record('1', at, { l: 12, e: 'boom', m: 5e6, cpu: 0.5 }),
        record('2', at + 61 * MINUTE_MS, { p: null, c: 503 }),
        record('3', at, { f: JSON.parse('{"x": 2, "c": "", "__proto__": 7, "toString": "t"}'), ta: 1 }),
      ],
    })
    expect(await summarise(ctx)).toEqual({ records: 3, isMore: false })
    expect(await summarise(ctx)).toEqual({ records: 0, isMore: false })
    expect(await stores.series.position('records')).toEqual(await stores.log.head())
    const version = await stores.metadata.findVersion(1, 'v1')
    expect(version).toMatchObject({ firstRecordMs: at, lastRecordMs: at + 61 * MINUTE_MS })
    for (const level of ['minute', 'hour', 'day'] as const) {
      const totals = await totalsOf(ctx, version?.id ?? 0, 0, level)
      expect(totals.traffic, level).toMatchObject({
        records: 3,
        errors: 2,
        nullPredictions: 1,
        timeAssumed: 1,
        latency: { n: 1 },
        memory: { mean: 5e6 },
        load: { mean: 0.5 },
      })
      expect(totals['input:x']).toMatchObject({ kind: 'sketch', moments: { n: 3, max: 2 } })
      expect(totals['input:c']).toMatchObject({ kind: 'categories', missing: 1, counts: { n: 2 } })
      expect(totals['input:__proto__']).toMatchObject({ moments: { n: 1, mean: 7 } })
      expect(totals['input:toString']).toMatchObject({ counts: { n: 1 }, missing: 0 })
      expect(totals['output:score']).toMatchObject({ moments: { n: 3 } })
    }
    const starts = (level: 'minute' | 'hour') =>
      stores.series.listStarts({ versionId: 1, level, range: { startMs: 0, endMs: 9e15 }, limit: 10 })
    expect(await starts('hour')).toHaveLength(2)
    expect(await starts('minute')).toHaveLength(2)
  })

  it('gives the same counts and sums to the bit for any order, any split into requests and any number of deaths', async () => {
    const rows = fc.array(
      fc.record({
        x: fc.constantFrom(-7, 0.5, 3, 42.25, 99, 250, null, 'text', Number.MAX_VALUE),
        c: fc.constantFrom('a', 'b', 'new', null, 3),
        minute: fc.nat({ max: 180 }),
      }),
      { minLength: 1, maxLength: 25 },
    )
    const run = async (records: PredictionRecord[], sizes: number[], deaths: number[]) => {
      await using stores = await openTestStores({ nowMs: NOW_MS })
      const alive = workerContext(stores)
      const { versionId, profileId } = await activate(alive, testProfile())
      let rest = records
      for (let i = 0; rest.length > 0; i++) {
        const size = sizes[i % sizes.length] ?? 1
        await append(stores, { records: rest.slice(0, size) })
        rest = rest.slice(size)
        if (i % 2 === 0) {
          const dying = workerContext(stores, {
            series: dyingSeries(stores.series, deaths[i % deaths.length] ?? 0),
          })
          await summarise(dying).catch(() => undefined)
        }
      }
      await drain(() => summarise(alive))
      return totalsOf(alive, versionId, profileId)
    }
    await fc.assert(
      fc.asyncProperty(
        rows,
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 3 }),
        fc.array(fc.nat({ max: 2 }), { minLength: 1, maxLength: 3 }),
        async (drawn, sizes, deaths) => {
          const records = drawn.map(({ x, c, minute }, i) =>
            record(String(i), NOW_MS - minute * MINUTE_MS, { f: { x, c } as PredictionRecord['f'] }),
          )
          const whole = await run(records, [1_000], [5])
          const split = await run([...records].reverse(), sizes, deaths)
          for (const [name, summary] of Object.entries(whole)) {
            const other = split[name]
            if (summary.kind === 'grid' && other?.kind === 'grid') {
              expect(other.values.counts).toEqual(summary.values.counts)
              expect(other.exact).toEqual(summary.exact)
              expect(other).toMatchObject({ missing: summary.missing, typeChanged: summary.typeChanged })
            } else if (summary.kind === 'categories' && other?.kind === 'categories') {
              // Moments, of values and of lengths, are doubles: they agree within rounding only.
              expect({ ...other, lengths: null }).toEqual({ ...summary, lengths: null })
              expect(other.lengths.mean).toBeCloseTo(summary.lengths.mean, 12)
            } else expect(other).toMatchObject({ records: records.length })
          }
        },
      ),
      { numRuns: 12 },
    )
  }, 60_000)

  it('refuses to commit what another process summarised meanwhile, and changes nothing', async () => {
    await using stores = await openTestStores({ nowMs: NOW_MS })
    const ctx = workerContext(stores)
    await append(stores, { records: [record('1', NOW_MS)] })
    const slow = workerContext(stores, {
      series: {
        ...stores.series,
        async commit(change) {
          await summarise(ctx)
          await stores.series.commit(change)
        },
      },
    })
    await expect(summarise(slow)).rejects.toMatchObject({ code: 'conflict' })
    expect((await totalsOf(ctx, 1, 0)).traffic).toMatchObject({ records: 1 })
  })

  it('makes windows due after the allowed lateness, and counts records that come later as late', async () => {
    await using stores = await openTestStores({ nowMs: NOW_MS })
    const ctx = workerContext(stores)
    const { versionId } = await activate(ctx, testProfile())
    const onTime = NOW_MS - 30 * MINUTE_MS
    const late = NOW_MS - 3 * HOUR_MS
    await append(stores, { records: [record('1', onTime), record('2', late)] })
    await append(stores, { records: [record('3', late - 24 * HOUR_MS)], backfill: true })
    await summarise(ctx)
    const due = await stores.series.listDue(9e15, 10)
    const lateness = 10 * MINUTE_MS
    expect(due.map(({ startMs, dueMs, backfill }) => ({ startMs, dueMs, backfill }))).toEqual([
      { startMs: late, dueMs: late + HOUR_MS + lateness, backfill: false },
      { startMs: late - 24 * HOUR_MS, dueMs: NOW_MS + 2_000, backfill: true },
      { startMs: NOW_MS - HOUR_MS, dueMs: NOW_MS + lateness, backfill: false },
    ])
    expect((await totalsOf(ctx, versionId, 0)).traffic).toMatchObject({ records: 3, late: 1, backfilled: 1 })
  })
})

describe('rebuilding under a new profile', () => {
  const records = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, i) =>
      record(String(from + i), NOW_MS - ((from + i) % 50) * MINUTE_MS, {
        f: { x: (from + i) % 120, c: 'b' },
      }),
    )

  it('counts every record once under it, with traffic before, between and after, and deaths at any commit', async () => {
    for (const commits of [0, 1, 2, 3]) {
      await using stores = await openTestStores({ nowMs: NOW_MS })
      const ctx = workerContext(stores)
      const dying = workerContext(stores, { series: dyingSeries(stores.series, commits) })
      await append(stores, { records: records(0, 40) })
      await summarise(ctx)
      await append(stores, { records: records(40, 60) })
      const { versionId, profileId } = await activate(ctx, testProfile())
      await rebuildSummaries(dying).catch(() => undefined)
      await summarise(dying).catch(() => undefined)
      await append(stores, { records: records(60, 90) })
      await drain(() => summarise(ctx))
      await drain(() => rebuildSummaries(ctx))
      expect(await readRebuild(ctx, versionId)).toMatchObject({ profileId, state: 'done' })
      await append(stores, { records: records(90, 100) })
      await drain(() => summarise(ctx))
      await drain(() => rebuildSummaries(ctx))
      const totals = await totalsOf(ctx, versionId, profileId)
      expect(totals.traffic, `after ${commits} commits`).toMatchObject({ records: 100 })
      expect(totals['input:x']).toMatchObject({ kind: 'grid', values: { n: 100, max: 99 } })
      expect(totals['input:c']).toMatchObject({ counts: { n: 100 }, unseen: 0 })
      const due = await stores.series.listDue(9e15, 10)
      expect(due.length).toBeGreaterThan(0)
    }
  })

  it('starts over with the next profile, and leaves the summaries under the one before as they are', async () => {
    await using stores = await openTestStores({ nowMs: NOW_MS })
    const ctx = workerContext(stores)
    const work = async () => {
      await drain(() => summarise(ctx))
      await drain(() => rebuildSummaries(ctx))
    }
    const first = await activate(ctx, testProfile())
    expect(await readRebuild(ctx, first.versionId)).toMatchObject({ state: 'done' })
    await append(stores, { records: records(0, 30) })
    await work()
    const { versionId, profileId } = await activate(ctx, testProfile())
    expect(await readRebuild(ctx, versionId)).toMatchObject({ profileId, state: 'requested' })
    await work()
    await append(stores, { records: records(30, 50) })
    await work()
    expect((await totalsOf(ctx, versionId, profileId))['input:x']).toMatchObject({ values: { n: 50 } })
    expect((await totalsOf(ctx, versionId, first.profileId))['input:x']).toMatchObject({ values: { n: 30 } })
    expect((await totalsOf(ctx, versionId, profileId)).traffic).toMatchObject({ records: 50 })
    const third = await activate(ctx, testProfile())
    await work()
    expect((await totalsOf(ctx, versionId, third.profileId))['input:c']).toMatchObject({ counts: { n: 50 } })
    expect((await totalsOf(ctx, versionId, third.profileId)).traffic).toMatchObject({ records: 50 })
  })
})

describe('joining labels', () => {
  const quality = async (ctx: Parameters<typeof totalsOf>[0]) => (await totalsOf(ctx, 1, 0)).quality

  it('joins labels that come after, before, and again, each record counting once', async () => {
    await using stores = await openTestStores({ nowMs: NOW_MS })
    const ctx = workerContext(stores)
    await activate(ctx, testProfile())
    await append(stores, {
      records: [record('a', NOW_MS, { p: 1, s: 0.8 }), record('b', NOW_MS, { p: 0, s: 0.1 })],
    })
    await drain(() => summarise(ctx))
    await append(stores, {
      labels: [
        { id: 'a', y: 1, at: 5 },
        { id: 'later', y: 0, at: 5 },
        { id: 'a', y: 0, at: 4 },
      ],
    })
    await drain(() => joinLabels(ctx))
    expect(await stores.series.countPending(1)).toBe(1)
    expect(await quality(ctx)).toMatchObject({ n: 1, confusion: new Map([['1', new Map([['1', 1]])]]) })

    await append(stores, { records: [record('later', NOW_MS, { p: 1, s: 0.6 })] })
    await drain(() => summarise(ctx))
    expect(await stores.series.countPending(1)).toBe(0)
    expect(await quality(ctx)).toMatchObject({ n: 2 })

    await append(stores, {
      labels: [
        { id: 'a', y: 0, at: 9 },
        { id: 'a', y: 1, at: 9 },
        { id: 'later', y: 1, at: 5 },
      ],
    })
    await drain(() => joinLabels(ctx))
    expect(await quality(ctx)).toMatchObject({
      n: 2,
      confusion: new Map([['0', new Map([['1', 2]])]]),
      scores: new Map([
        [0.6, { negative: 1, positive: 0 }],
        [0.8, { negative: 1, positive: 0 }],
      ]),
      absoluteError: 2,
    })
  })

  it('ends in the same quality whichever of records and labels is read first, and whatever dies', async () => {
    const schedule = fc.array(fc.constantFrom('records', 'labels', 'die'), { maxLength: 8 })
    const labels = fc.array(
      fc.record({ id: fc.nat({ max: 6 }), y: fc.nat({ max: 1 }), at: fc.nat({ max: 9 }) }),
      {
        minLength: 1,
        maxLength: 12,
      },
    )
    await fc.assert(
      fc.asyncProperty(labels, schedule, fc.nat({ max: 6 }), async (drawn, steps, known) => {
        await using stores = await openTestStores({ nowMs: NOW_MS })
        const ctx = workerContext(stores)
        const dying = workerContext(stores, { series: dyingSeries(stores.series, 0) })
        const all = Array.from({ length: 7 }, (_, i) =>
          record(String(i), NOW_MS - i * MINUTE_MS, { p: i % 2 }),
        )
        if (known > 0) await append(stores, { records: all.slice(0, known) })
        for (const [i, { id, y, at }] of drawn.entries()) {
          await append(stores, { labels: [{ id: String(id), y, at }] })
          const step = steps[i % (steps.length || 1)]
          if (step === 'records') await summarise(ctx)
          if (step === 'labels') await joinLabels(ctx)
          if (step === 'die') await joinLabels(dying).catch(() => undefined)
        }
        await append(stores, { records: all.slice(known) })
        await drain(() => summarise(ctx))
        await drain(() => joinLabels(ctx))
        await drain(() => summarise(ctx))
        const newest = new Map<number, { y: number; at: number }>()
        for (const { id, y, at } of drawn) {
          const before = newest.get(id)
          if (!before || at > before.at) newest.set(id, { y, at })
        }
        let right = 0
        for (const [id, { y }] of newest) if (y === id % 2) right++
        const found = await quality(ctx)
        if (found?.kind !== 'quality') throw new Error('no quality')
        const diagonal = [...found.confusion].reduce((sum, [actual, row]) => sum + (row.get(actual) ?? 0), 0)
        expect({ n: found.n, right: diagonal }).toEqual({ n: newest.size, right })
        expect(await stores.series.countPending(1)).toBe(0)
      }),
      { numRuns: 15 },
    )
  }, 60_000)

  it('makes the windows of joined records due again, and keeps labels of unknown models waiting', async () => {
    await using stores = await openTestStores({ nowMs: NOW_MS })
    const ctx = workerContext(stores)
    await append(stores, { labels: [{ id: 'a', y: 1, at: 5 }] })
    await drain(() => joinLabels(ctx))
    expect(await stores.series.countPending(1)).toBe(1)
    expect(await stores.metadata.listVersions(1)).toEqual([])
    await activate(ctx, testProfile())
    await append(stores, { records: [record('b', NOW_MS - HOUR_MS)] })
    await drain(() => summarise(ctx))
    const [window] = await stores.series.listDue(9e15, 10)
    await append(stores, { labels: [{ id: 'b', y: 1, at: 5 }] })
    await drain(() => joinLabels(ctx))
    const [again] = await stores.series.listDue(9e15, 10)
    expect(again?.startMs).toBe(window?.startMs)
    expect(again?.dueMs).toBeGreaterThan(window?.dueMs ?? 0)
  })
})
