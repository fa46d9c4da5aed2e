import { describe, expect, it } from 'vitest'
import { openTestStores, type TestStores } from '@/db/sqlite/testing'
import type { Context } from '@/lib/access/context'
import type { PredictionRecord } from '@/lib/domain/record'
import { DAY_MS, HOUR_MS, MINUTE_MS, toRfc3339 } from '@/lib/domain/time'
import { createMonitors } from '@/lib/monitor/create-monitors'
import { columnProfile, normals, storedProfile } from '@/lib/monitor/testing'
import { type JudgeWish, judgeRange } from '@/lib/queries/judge-range'
import { rebuildCustoms } from '@/lib/services/custom/rebuild-customs'
import { type CustomWish, saveCustom } from '@/lib/services/custom/save-custom'
import { putSlice } from '@/lib/services/models/slices'
import { rebuildSlices } from '@/lib/services/summaries/rebuild-slices'
import { summarise } from '@/lib/services/summaries/summarise'
import { append, drain, NOW_MS, workerContext } from '@/lib/services/summaries/summary-testing'
import { evaluateDue } from '@/lib/services/verdicts/evaluate-due'

const ROWS = 2_000
const { profile } = storedProfile([
  columnProfile('Income', normals(ROWS, 50, 10, 1)),
  columnProfile(
    'Region',
    Array.from({ length: ROWS }, (_, i) => (i % 3 === 0 ? 'north' : 'south')),
  ),
])
const HOURS = 30

/** Incomes of the south are higher in the last five hours. */
function hourOf(hoursAgo: number): PredictionRecord[] {
  const n = 400
  return normals(n, 50, 10, 900 + hoursAgo).map((income, i) => {
    const Region = i % 3 === 0 ? 'north' : 'south'
    const Income = Region === 'south' && hoursAgo <= 5 ? income + 9 : income
    const at = NOW_MS - hoursAgo * HOUR_MS + Math.floor((i * HOUR_MS) / n)
    return { id: `${hoursAgo}-${i}`, at, f: { Income, Region }, l: 20 + (i % 17) }
  })
}

const wish = (name: string, expression: string, fixedLimit: number | null): CustomWish => ({
  name,
  expression,
  unit: null,
  bad: 'up',
  baseline: fixedLimit === null ? 'trailing' : 'none',
  fixedLimit,
  expected: 0,
  why: '',
})

async function judged(stores: TestStores): Promise<Context> {
  const base = workerContext(stores)
  const { version } = await base.metadata.registerVersion('m', 'v1', NOW_MS)
  const draft = await base.metadata.addProfile(version.id, profile, NOW_MS)
  await base.metadata.activateProfile(draft.id, createMonitors(version, draft), NOW_MS)
  for (let hoursAgo = HOURS; hoursAgo > 0; hoursAgo--)
    await append(stores, { records: hourOf(hoursAgo), backfill: true })
  await drain(() => summarise(base))
  for (const name of ['north', 'south']) {
    const conditions = [{ on: 'feature' as const, name: 'Region', op: 'in' as const, values: [name] }]
    await putSlice(base, { model: 'm', name, conditions })
  }
  await saveCustom(base, 'm', wish('rich', 'share(Income > 60)', null))
  await saveCustom(base, 'm', wish('total', 'sum(Income)', 21_000))
  await saveCustom(base, 'm', wish('mean', 'mean(Income)', 52))
  await drain(() => rebuildSlices(base))
  await drain(() => rebuildCustoms(base))
  const ctx = { ...base, nowMs: NOW_MS + 2 * DAY_MS + 5 * MINUTE_MS }
  for (let round = 0; round < 20 && (await evaluateDue(ctx, 1_000)) > 0; round++);
  return ctx
}

const ask = (change: Partial<JudgeWish> = {}): JudgeWish => ({
  model: 'm',
  version: null,
  range: { startMs: NOW_MS - HOURS * HOUR_MS, endMs: NOW_MS },
  step: '1h',
  slice: null,
  ...change,
})

/** What the worker stored of the same windows, in the shape of the answer. */
async function stored(ctx: Context, slice: string | null) {
  const [version] = await ctx.metadata.listVersions((await ctx.metadata.findModel('m'))?.id ?? 0)
  const id = version?.id ?? 0
  const monitors =
    slice === null ? await ctx.metadata.listMonitors(id) : await ctx.metadata.listSliceMonitors(id)
  const windows = Array.from({ length: HOURS }, (_, i) => {
    const startMs = NOW_MS - (HOURS - i) * HOUR_MS
    return { start: toRfc3339(startMs), end: toRfc3339(startMs + HOUR_MS), verdicts: [] as object[] }
  })
  const byStart = new Map(windows.map((window) => [window.start, window]))
  const range = ask().range
  for (const monitor of monitors.filter((one) => (one.slice?.name ?? null) === slice)) {
    const query = { versionIds: [id], monitorId: monitor.id, range, limit: 100, withDetail: false }
    for (const row of await ctx.metadata.listEvaluations(query)) {
      const { metric, column, verdict, value, limit, n, pCorrected, reason, windowStartMs } = row
      byStart.get(toRfc3339(windowStartMs))?.verdicts.push({
        metric,
        column: column?.name ?? null,
        family: column?.family ?? null,
        verdict,
        value,
        limit,
        n,
        p_corrected: pCorrected,
        reason,
      })
    }
  }
  return windows
}

describe('a verdict on demand', { timeout: 120_000 }, () => {
  it('is what the worker said of the same windows, of the version, its custom metrics and its slices', async () => {
    await using stores = await openTestStores()
    const ctx = await judged(stores)

    const whole = await judgeRange(ctx, ask())
    expect(whole).toEqual({ version: 'v1', slice: null, windows: await stored(ctx, null) })
    const last = whole.windows.at(-1)?.verdicts ?? []
    expect(last.filter(({ metric }) => metric.startsWith('custom_'))).toMatchObject([
      { metric: 'custom_share_up', column: 'rich', family: 'output', verdict: 'drift', n: 400 },
      { metric: 'custom_up', column: 'total', verdict: 'drift', limit: 21_000 },
      { metric: 'custom_up', column: 'mean', verdict: 'drift', limit: 52 },
    ])

    for (const slice of ['north', 'south']) {
      const told = await judgeRange(ctx, ask({ slice }))
      expect(told).toEqual({ version: 'v1', slice, windows: await stored(ctx, slice) })
    }
    const south = await judgeRange(ctx, ask({ slice: 'south' }))
    expect(south.windows.at(-1)?.verdicts.find(({ column }) => column === 'Income')?.verdict).toBe('severe')
    await expect(judgeRange(ctx, ask({ slice: 'west' }))).rejects.toMatchObject({ code: 'not_found' })

    // A span of another length: shares and means are what they are, and no hour's limit is held against a day's sum.
    const day = { startMs: NOW_MS - 29 * HOUR_MS, endMs: NOW_MS - 5 * HOUR_MS }
    const [span] = (await judgeRange(ctx, ask({ range: day, step: null }))).windows
    const customs = span?.verdicts.filter(({ metric }) => metric.startsWith('custom_'))
    expect(customs).toMatchObject([
      { column: 'rich', verdict: 'not_enough_data', limit: null, n: 9_600 },
      { column: 'total', verdict: 'not_enough_data', limit: null },
      { column: 'mean', verdict: 'ok', limit: 52, n: 9_600 },
    ])
    expect(customs?.[1]?.reason).toMatch(
      /^total is 4\d\d,\d+\. Its limit is for windows of another length\.$/,
    )
    const [ofSlice] = (await judgeRange(ctx, ask({ range: day, step: null, slice: 'south' }))).windows
    expect(ofSlice?.verdicts.find(({ column }) => column === 'Income')).toMatchObject({ n: 24 * 266 })
  })
})
