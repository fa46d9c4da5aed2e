import { expect, it } from 'vitest'
import { openTestStores } from '@/db/sqlite/testing'
import type { Context } from '@/lib/access/context'
import type { PredictionRecord } from '@/lib/domain/record'
import { HOUR_MS, MINUTE_MS, toRfc3339 } from '@/lib/domain/time'
import { createMonitors } from '@/lib/monitor/create-monitors'
import { columnProfile, storedProfile } from '@/lib/monitor/testing'
import { getAlertPage } from '@/lib/queries/alert-page'
import { backTestMonitor } from '@/lib/queries/back-test'
import { judgeRange } from '@/lib/queries/judge-range'
import { readCustomTraces } from '@/lib/queries/list-customs'
import { replayEvaluation } from '@/lib/queries/replay-evaluation'
import { getSlicesPage } from '@/lib/queries/slices-page'
import { listVersionMetrics } from '@/lib/queries/version-metrics'
import { rebuildCustoms } from '@/lib/services/custom/rebuild-customs'
import { type CustomWish, removeCustom, saveCustom } from '@/lib/services/custom/save-custom'
import { endSlice, putSlice } from '@/lib/services/models/slices'
import { activateProfile } from '@/lib/services/profiles/activate-profile'
import { rebuildSlices } from '@/lib/services/summaries/rebuild-slices'
import { summarise } from '@/lib/services/summaries/summarise'
import { append, drain, NOW_MS, workerContext } from '@/lib/services/summaries/summary-testing'
import { evaluateDue } from '@/lib/services/verdicts/evaluate-due'

const PER_HOUR = 1_200
const SLICE = 'EU <b>'
const amounts = columnProfile(
  'amount',
  Array.from({ length: 2_000 }, (_, i) => (i * 37) % 100),
)

/** One record in twelve is of the slice; of those three in four are large when it is odd, else one in four as everywhere. */
function hourOf(n: number, isOdd: boolean): PredictionRecord[] {
  return Array.from({ length: PER_HOUR }, (_, i) => {
    const isEu = i % 12 === 0
    const small = ((i * 37 + n * 11) % 75) + (Math.floor(i / 12) % 4 === 0 ? 100 : 0)
    return {
      id: `${n}-${i}`,
      at: NOW_MS + n * HOUR_MS + Math.floor((i * HOUR_MS) / PER_HOUR),
      f: { amount: isEu && isOdd ? ((i * 37) % 75) + (Math.floor(i / 12) % 4 > 0 ? 100 : 0) : small },
      t: { region: isEu ? 'EU' : 'US' },
    }
  })
}

async function work(ctx: Context): Promise<void> {
  await drain(() => summarise(ctx))
  await drain(() => rebuildSlices(ctx))
  await drain(() => rebuildCustoms(ctx))
  await drain(() => rebuildCustoms(ctx))
  await evaluateDue(ctx, 1_000)
  await evaluateDue({ ...ctx, nowMs: ctx.nowMs + 5_000 }, 1_000)
}

it('a custom metric of a slice is counted from the log, judged, told of, tried on the past, and ends with either', async () => {
  await using stores = await openTestStores()
  const base = workerContext(stores)
  const { model, version } = await base.metadata.registerVersion('m', 'v1', NOW_MS)
  const stored = await base.metadata.addProfile(version.id, storedProfile([amounts]).profile, NOW_MS)
  await base.metadata.activateProfile(stored.id, createMonitors(version, stored), NOW_MS)
  const step = async (hour: number, isOdd: boolean): Promise<Context> => {
    const ctx = { ...base, nowMs: NOW_MS + (hour + 1) * HOUR_MS + 11 * MINUTE_MS }
    await append(stores, { records: hourOf(hour, isOdd), receivedMs: ctx.nowMs - 12 * MINUTE_MS })
    await work(ctx)
    return ctx
  }
  let ctx = base
  for (let hour = 0; hour < 8; hour++) ctx = await step(hour, false)

  const conditions = [{ on: 'tag' as const, name: 'region', op: 'in' as const, values: ['EU'] }]
  const slice = await putSlice(ctx, { model: 'm', name: SLICE, conditions })
  const wish: CustomWish = {
    name: 'large',
    expression: 'share(amount >= 100)',
    unit: null,
    bad: 'up',
    baseline: 'trailing',
    fixedLimit: null,
    slices: [SLICE],
    expected: 0,
    why: '',
  }
  await expect(saveCustom(ctx, 'm', { ...wish, slices: ['nowhere'] })).rejects.toMatchObject({
    code: 'invalid',
    details: { field: 'slices' },
  })
  // Before the slice has monitors of its own: each gets there.
  const saved = await saveCustom(ctx, 'm', wish)
  await work(ctx)
  const monitors = await ctx.metadata.listSliceMonitors(version.id)
  expect(monitors.map(({ metric, column }) => `${metric} ${column?.name ?? '-'}`).sort()).toEqual([
    'custom_share_up large',
    'drift amount',
    'error_share -',
    'missing_share amount',
  ])
  const range = { startMs: NOW_MS, endMs: NOW_MS + 20 * HOUR_MS }
  const traces = await readCustomTraces(ctx, model, version, range, true)
  expect(traces.map(({ slice: of, progress, points }) => [of?.name, progress, points.length])).toEqual([
    [undefined, 'done', 8],
    [SLICE, 'done', 8],
  ])
  expect(traces[1]?.points.map(({ n, value }) => [n, value])).toEqual(Array(8).fill([100, 0.25]))

  for (let hour = 8; hour < 12; hour++) ctx = await step(hour, hour >= 10)
  const about = (await ctx.metadata.listAlerts({ limit: 20 })).filter(({ cause }) => cause === 'output_drift')
  expect(about).toMatchObject([{ state: 'firing', slice: { name: SLICE } }])
  const [alert] = about
  if (!alert) throw new RangeError('there is one')
  expect(alert.title).toContain(`m v1, slice ${SLICE}: `)
  const page = await getAlertPage(ctx, alert.id)
  expect(page.hit.map(({ slice: of, verdict }) => [of, verdict])).toEqual([
    [SLICE, 'severe'],
    [null, 'ok'],
  ])
  expect(page.samples.records.every(({ id }) => Number(id.split('-')[1]) % 12 === 0)).toBe(true)
  const lead = page.members[0]?.evaluation
  expect((await replayEvaluation(ctx, lead?.id ?? 0)).differences).toEqual([])

  const custom = monitors.find(({ metric }) => metric === 'custom_share_up')
  const tested = await backTestMonitor(ctx, custom?.id ?? 0, {})
  expect(tested.changed.windows).toHaveLength(12)
  expect(tested.changed.episodes).toMatchObject([{ onsetMs: NOW_MS + 10 * HOUR_MS }])
  expect((await backTestMonitor(ctx, custom?.id ?? 0, { fixedLimit: 0.9 })).changed.episodes).toEqual([])

  const asked = { startMs: NOW_MS + 9 * HOUR_MS, endMs: NOW_MS + 12 * HOUR_MS }
  const judged = await judgeRange(ctx, { model: 'm', version: null, range: asked, step: '1h', slice: SLICE })
  const large = judged.windows.map(({ start, verdicts }) => {
    const found = verdicts.find(({ metric }) => metric === 'custom_share_up')
    return [start, found?.value, found?.verdict]
  })
  expect(large).toEqual([
    [toRfc3339(NOW_MS + 9 * HOUR_MS), 0.25, 'not_enough_data'],
    [toRfc3339(NOW_MS + 10 * HOUR_MS), 0.75, 'severe'],
    [toRfc3339(NOW_MS + 11 * HOUR_MS), 0.75, 'severe'],
  ])
  const scraped = (await listVersionMetrics(ctx)).versions[0]?.slices[0]
  expect(scraped?.values).toContainEqual(
    expect.objectContaining({ metric: 'custom_share_up', column: 'large', value: 0.75 }),
  )
  const { customs } = await getSlicesPage(ctx, model, version, asked)
  expect(customs).toMatchObject([
    {
      metric: { name: 'large' },
      parts: [
        { slice: SLICE, n: 300 },
        { slice: null, n: 3_600 },
      ],
    },
  ])
  expect(customs[0]?.parts[0]?.value).toBeCloseTo((0.25 + 2 * 0.75) / 3, 12)

  // Named no longer, it is not judged there; named again, it is counted anew, for it was not counted meanwhile.
  const left = await saveCustom(ctx, 'm', { ...wish, slices: [], expected: saved.revision })
  expect(left.seriesId).toBe(saved.seriesId)
  const now = async () =>
    (await ctx.metadata.listSliceMonitors(version.id)).find(({ id }) => id === custom?.id)?.enabled
  expect(await now()).toBe(false)
  ctx = await step(12, false)
  const again = await saveCustom(ctx, 'm', { ...wish, expected: left.revision })
  expect(again.seriesId).not.toBe(saved.seriesId)
  expect(await now()).toBe(true)
  await work(ctx)
  const counted = await readCustomTraces(ctx, model, version, range, true)
  expect(counted.map(({ points }) => points.length)).toEqual([13, 13])

  // A new profile keeps what people set on the monitor of the slice, and gives it the others as before.
  const limit = { fixedLimit: 0.8, severity: 'critical' as const }
  await ctx.metadata.updateMonitor(custom?.id ?? 0, limit)
  const next = await ctx.metadata.addProfile(version.id, storedProfile([amounts]).profile, ctx.nowMs)
  await activateProfile(ctx, { profileId: next.id, confirmDifferences: true })
  await work(ctx)
  const renewed = await ctx.metadata.listSliceMonitors(version.id)
  expect(renewed).toHaveLength(4)
  expect(renewed.filter(({ metric }) => metric === 'custom_share_up')).toMatchObject([
    { profileId: next.id, slice: { id: slice.id }, ...limit },
  ])

  // A changed slice is another one; a removed metric leaves no monitor on.
  const other = await putSlice(ctx, {
    model: 'm',
    name: SLICE,
    conditions: [{ on: 'feature', name: 'amount', op: 'range', atLeast: 0, below: 50 }],
  })
  await work(ctx)
  const changed = (await ctx.metadata.listSliceMonitors(version.id)).filter(
    ({ metric }) => metric === 'custom_share_up',
  )
  expect(changed).toMatchObject([{ slice: { id: other.id }, enabled: true }])
  expect((await readCustomTraces(ctx, model, version, range, true))[1]?.points[0]?.value).toBe(0)
  await removeCustom(ctx, 'm', again.id)
  const after = await ctx.metadata.listSliceMonitors(version.id)
  expect(after.filter(({ metric, enabled }) => metric === 'custom_share_up' && enabled)).toEqual([])
  await endSlice(ctx, other.id)
  expect(slice.id).not.toBe(other.id)
}, 60_000)
