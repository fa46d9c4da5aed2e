import { describe, expect, it } from 'vitest'
import type { SeriesStore } from '@/db/contracts/series-store'
import { openTestStores, type TestStores } from '@/db/sqlite/testing'
import type { Context } from '@/lib/access/context'
import type { PredictionRecord } from '@/lib/domain/record'
import { HOUR_MS, MINUTE_MS } from '@/lib/domain/time'
import { createMonitors } from '@/lib/monitor/create-monitors'
import { columnProfile, normals, storedProfile } from '@/lib/monitor/testing'
import { backTestMonitor } from '@/lib/queries/back-test'
import { getMonitorPage } from '@/lib/queries/monitor-page'
import { sayBackTest } from '@/lib/queries/say-back-test'
import { endSlice, putSlice } from '@/lib/services/models/slices'
import { rebuildSlices } from '@/lib/services/summaries/rebuild-slices'
import { summarise } from '@/lib/services/summaries/summarise'
import { append, drain, NOW_MS, workerContext } from '@/lib/services/summaries/summary-testing'
import { evaluateDue } from '@/lib/services/verdicts/evaluate-due'

const ROWS = 3_000
const profile = storedProfile([
  columnProfile('Income', normals(ROWS, 50, 10, 1)),
  columnProfile('Age', normals(ROWS, 40, 12, 2)),
  columnProfile(
    'Region',
    Array.from({ length: ROWS }, (_, i) => (i % 3 === 0 ? 'north' : 'south')),
  ),
]).profile

type SeriesQuery = Parameters<SeriesStore['read']>[0]

const HOURS = 30
/** Hours ago in which incomes are higher. */
const RAISED = [20, 19, 18, 17]

function hourOf(hoursAgo: number, isRaised = RAISED.includes(hoursAgo)): PredictionRecord[] {
  const n = 700
  const startMs = NOW_MS - hoursAgo * HOUR_MS
  const ages = normals(n, 40, 12, 70 + hoursAgo)
  return normals(n, isRaised ? 55 : 50, 10, 900 + hoursAgo).map((Income, i) => ({
    id: `${hoursAgo}-${i}`,
    at: startMs + Math.floor((i * HOUR_MS) / n),
    f: { Income, Age: ages[i] ?? 0, Region: i % 3 === 0 ? 'north' : 'south' },
    l: 20 + (i % 17),
  }))
}

/** History of more than a day, judged. */
async function judged(stores: TestStores, ctx: Context) {
  const { version } = await ctx.metadata.registerVersion('m', 'v1', ctx.nowMs)
  const draft = await ctx.metadata.addProfile(version.id, profile, ctx.nowMs)
  await ctx.metadata.activateProfile(draft.id, createMonitors(version, draft), ctx.nowMs)
  for (let hoursAgo = HOURS; hoursAgo > 0; hoursAgo--)
    await append(stores, { records: hourOf(hoursAgo), backfill: true })
  await drain(() => summarise(ctx))
  for (
    let round = 0;
    round < 20 && (await evaluateDue({ ...ctx, nowMs: NOW_MS + HOUR_MS }, 1_000)) > 0;
    round++
  );
  const monitors = await ctx.metadata.listMonitors(version.id)
  const find = (metric: string, column: string | null) => {
    const found = monitors.find((one) => one.metric === metric && (one.column?.name ?? null) === column)
    if (!found) throw new Error(`no monitor of ${metric}`)
    return found
  }
  return { monitors, find }
}

describe('a back-test', { timeout: 120_000 }, () => {
  it('judges stored history again, as it was and with a change, and writes nothing', async () => {
    await using stores = await openTestStores()
    const ctx = workerContext(stores)
    const { monitors, find } = await judged(stores, ctx)

    // Without a change every window comes out as it was judged, alone or among its siblings.
    let windows = 0
    for (const monitor of monitors.filter(({ metric }) => !/label|reconstruction|domain/.test(metric))) {
      const { past, changed } = await backTestMonitor(ctx, monitor.id, {})
      expect(changed).toEqual(past)
      windows += past.windows.length
    }
    expect(windows).toBeGreaterThan(150)

    const income = find('drift', 'Income')
    const asItIs = await backTestMonitor(ctx, income.id, {})
    expect(asItIs.past.episodes).toMatchObject([
      { onsetMs: NOW_MS - 20 * HOUR_MS, firedMs: NOW_MS - 18 * HOUR_MS, endMs: NOW_MS - 14 * HOUR_MS },
    ])
    expect(sayBackTest(asItIs)).toBe(
      'It fired once in the 30 hours looked at. With these settings it would have fired once as well.',
    )

    const deaf = await backTestMonitor(ctx, income.id, { effectFloor: 0.9 })
    expect(deaf.changed.windows.map(({ value }) => value)).toEqual(
      deaf.past.windows.map(({ value }) => value),
    )
    expect(deaf.changed.episodes).toEqual([])
    expect(sayBackTest(deaf)).toBe(
      'It fired once in the 30 hours looked at. With these settings it would not have fired.',
    )

    const byHand = await backTestMonitor(ctx, income.id, { fixedLimit: 0.6 })
    expect(new Set(byHand.changed.windows.map(({ limit }) => limit))).toEqual(new Set([0.6]))
    expect(byHand.changed.episodes).toEqual([])

    const patient = await backTestMonitor(ctx, income.id, { policy: { fireCount: 5, fireOf: 6 } })
    expect(patient.changed.episodes).toEqual([])
    const hasty = await backTestMonitor(ctx, income.id, { policy: { fireCount: 1 } })
    expect(hasty.changed.episodes).toMatchObject([{ firedMs: NOW_MS - 19 * HOUR_MS }])

    const other = await backTestMonitor(ctx, income.id, { method: 'psi' })
    expect(other.changed.windows.map(({ value }) => value)).not.toEqual(
      other.past.windows.map(({ value }) => value),
    )
    const trailing = await backTestMonitor(ctx, income.id, { baseline: 'trailing' })
    expect(trailing.changed.windows).toHaveLength(trailing.past.windows.length)
    expect((await backTestMonitor(ctx, income.id, { enabled: false })).changed.windows).toEqual([])

    expect(await ctx.metadata.findMonitor(income.id)).toEqual(income)
  })

  it('judges what is stored of a slice from before it was saved, and what was judged comes out as it did', async () => {
    await using stores = await openTestStores()
    const base = workerContext(stores)
    const { version } = await base.metadata.registerVersion('m', 'v1', NOW_MS)
    const draft = await base.metadata.addProfile(version.id, profile, NOW_MS)
    await base.metadata.activateProfile(draft.id, createMonitors(version, draft), NOW_MS)
    // Incomes of the south alone are higher in four hours of today, before anybody looks at the south.
    const south = (hoursAgo: number) =>
      hourOf(hoursAgo, false).map(({ f, ...record }) => {
        const isRaised = f.Region === 'south' && hoursAgo >= 6 && hoursAgo <= 9
        return { ...record, f: { ...f, Income: Number(f.Income) + (isRaised ? 12 : 0) } }
      })
    for (let hoursAgo = 48; hoursAgo > 0; hoursAgo--)
      await append(stores, { records: south(hoursAgo), backfill: true })
    await drain(() => summarise(base))
    await evaluateDue({ ...base, nowMs: NOW_MS + HOUR_MS }, 1_000)
    const conditions = [{ on: 'feature' as const, name: 'Region', op: 'in' as const, values: ['south'] }]
    const slice = await putSlice(base, { model: 'm', name: 'South', conditions })
    await drain(() => rebuildSlices(base))
    let ctx = base
    for (let hour = 0; hour < 2; hour++) {
      ctx = { ...base, nowMs: NOW_MS + (hour + 1) * HOUR_MS + 11 * MINUTE_MS }
      await append(stores, { records: south(-hour), receivedMs: ctx.nowMs - 11 * MINUTE_MS })
      await drain(() => summarise(ctx))
      await evaluateDue(ctx, 1_000)
    }

    const monitors = await ctx.metadata.listSliceMonitors(version.id)
    const income = monitors.find(({ metric, column }) => metric === 'drift' && column?.name === 'Income')
    if (!income) throw new Error('no monitor')
    expect(income.baseline).toBe('trailing')
    for (const monitor of monitors) {
      const { past, changed } = await backTestMonitor(ctx, monitor.id, {})
      const from = changed.windows.findIndex(({ startMs }) => startMs === past.windows[0]?.startMs)
      expect(past.windows.length).toBeGreaterThan(3)
      expect(changed.windows.slice(from)).toEqual(past.windows)
      expect(changed.windows).toHaveLength(50)
    }
    const asItIs = await backTestMonitor(ctx, income.id, {})
    expect(asItIs.past.episodes).toEqual([])
    expect(asItIs.changed.episodes).toMatchObject([
      { onsetMs: NOW_MS - 9 * HOUR_MS, firedMs: NOW_MS - 7 * HOUR_MS, endMs: NOW_MS - 3 * HOUR_MS },
    ])
    expect(sayBackTest(asItIs)).toMatch(
      /^It did not fire in the \d+ hours that it has been judged for\. .* would have fired once in the 2 days of data/,
    )
    expect((await backTestMonitor(ctx, income.id, { fixedLimit: 0.6 })).changed.episodes).toEqual([])

    // The week before is read once a day, and nothing of the whole version.
    const asked: SeriesQuery[] = []
    const wait = new AbortController()
    const series: Context['series'] = {
      ...ctx.series,
      read: async (query) => {
        asked.push(query)
        if (asked.length === 4) wait.abort()
        return ctx.series.read(query)
      },
    }
    await backTestMonitor({ ...ctx, series }, income.id, {})
    const days = asked.filter(({ level }) => level === 'day').map(({ range }) => range.endMs)
    expect(days.length).toBeLessThan(5)
    expect(new Set(days).size).toBe(days.length)
    expect(asked.filter(({ versionId }) => versionId === version.id)).toEqual([])
    expect(asked.length).toBeGreaterThan(10)

    // It stops when nobody waits for it.
    asked.length = 0
    const left = backTestMonitor({ ...ctx, series }, income.id, {}, wait.signal)
    await expect(left).rejects.toMatchObject({ code: 'unavailable' })
    expect(asked.length).toBeLessThan(8)

    // The profile of this test keeps no rows, so there is no slice of the reference.
    await expect(backTestMonitor(ctx, income.id, { baseline: 'training' })).rejects.toMatchObject({
      code: 'invalid',
      details: { field: 'baseline' },
    })
    expect((await getMonitorPage(ctx, income.id)).canHaveReference).toBe(false)
    await endSlice(ctx, slice.id)
    await expect(backTestMonitor(ctx, income.id, {})).rejects.toMatchObject({ code: 'conflict' })
  })

  it('refuses what cannot be tried, and says why', async () => {
    await using stores = await openTestStores()
    const ctx = workerContext(stores)
    const { find } = await judged(stores, ctx)
    const income = find('drift', 'Income')
    const throughput = find('throughput', null)
    for (const [id, change, field] of [
      [income.id, { method: 'nothing' }, 'method'],
      [income.id, { effectFloor: 2 }, 'effectFloor'],
      [income.id, { fixedLimit: 0 }, 'fixedLimit'],
      [throughput.id, { fixedLimit: 5 }, 'fixedLimit'],
      [throughput.id, { baseline: 'training' }, 'baseline'],
      [income.id, { policy: { fireCount: 4 } }, 'fireCount'],
      [income.id, { policy: { fireOf: 0 } }, 'fireOf'],
      [income.id, { policy: { recoverCount: 1.5 } }, 'recoverCount'],
      [income.id, { policy: { recoverShare: 0 } }, 'recoverShare'],
    ] as const) {
      const tried = backTestMonitor(ctx, id, change)
      await expect(tried).rejects.toMatchObject({ code: 'invalid', details: { field } })
    }
    await expect(backTestMonitor(ctx, 9_999, {})).rejects.toMatchObject({ code: 'not_found' })
  })
})
