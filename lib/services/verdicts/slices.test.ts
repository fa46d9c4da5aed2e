import { expect, it } from 'vitest'
import { openTestStores } from '@/db/sqlite/testing'
import { AlertRouteSchema } from '@/lib/domain/alert-route'
import type { PredictionRecord } from '@/lib/domain/record'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '@/lib/domain/time'
import { createMonitors } from '@/lib/monitor/create-monitors'
import { columnProfile, normals, storedProfile } from '@/lib/monitor/testing'
import { getAlertPage } from '@/lib/queries/alert-page'
import { replayEvaluation } from '@/lib/queries/replay-evaluation'
import { getSlicesPage } from '@/lib/queries/slices-page'
import { endSlice, putSlice } from '@/lib/services/models/slices'
import { addChannel } from '@/lib/services/notifications/add-channel'
import { saveRoutes } from '@/lib/services/notifications/save-routes'
import { rebuildSlices } from '@/lib/services/summaries/rebuild-slices'
import { summarise } from '@/lib/services/summaries/summarise'
import { append, drain, NOW_MS, workerContext } from '@/lib/services/summaries/summary-testing'
import { endReplaced } from '@/lib/services/verdicts/end-replaced'
import { evaluateDue } from '@/lib/services/verdicts/evaluate-due'
import { createMulberry32 } from '@/lib/stats/mulberry32'

const START_MS = Math.floor(NOW_MS / DAY_MS) * DAY_MS
const NAME = 'EU <b>!channel'

/** One record in twelve is of the region; its `x` lies `shift` higher. */
function span(
  id: string,
  fromMs: number,
  lengthMs: number,
  n: number,
  shift: number,
  seed: number,
): PredictionRecord[] {
  const random = createMulberry32(seed)
  return Array.from({ length: n }, (_, i) => {
    const isEu = i % 12 === 0
    return {
      id: `${id}-${i}`,
      at: fromMs + Math.floor((i * lengthMs) / n),
      f: { x: random.normal() + (isEu ? shift : 0), y: random.normal() },
      t: { region: isEu ? 'EU' : 'US' },
    }
  })
}

it('finds what moves in one slice alone, tells whom it concerns, explains itself, and ends with the slice', async () => {
  await using stores = await openTestStores()
  const base = workerContext(stores)
  const { model, version } = await base.metadata.registerVersion('m', 'v1', NOW_MS)
  const columns = [columnProfile('x', normals(4_000, 0, 1, 1)), columnProfile('y', normals(4_000, 0, 1, 2))]
  const stored = await base.metadata.addProfile(version.id, storedProfile(columns).profile, NOW_MS)
  await base.metadata.activateProfile(stored.id, createMonitors(version, stored), NOW_MS)
  for (const name of ['region', 'everybody'])
    await addChannel(base, { name, url: `https://${name}.example/hook` })
  const route = (name: string, slices: string[], channels: number[]) =>
    AlertRouteSchema.parse({ name, slices, channels })
  await saveRoutes(base, { revision: 0, routes: [route('region', ['EU*'], [1]), route('rest', [], [2])] })

  await append(stores, {
    records: span('before', START_MS - DAY_MS, DAY_MS, 21_600, 0, 3),
    backfill: true,
  })
  await drain(() => summarise(base))
  const conditions = [{ on: 'tag' as const, name: 'region', op: 'in' as const, values: ['EU'] }]
  const slice = await putSlice(base, { model: 'm', name: NAME, conditions })
  await drain(() => rebuildSlices(base))
  const monitors = await base.metadata.listSliceMonitors(version.id)
  expect(
    monitors.map(({ metric, column, baseline }) => `${metric} ${column?.name ?? '-'} ${baseline}`),
  ).toEqual([
    'error_share - trailing',
    'drift x trailing',
    'missing_share x trailing',
    'drift y trailing',
    'missing_share y trailing',
  ])
  let ctx = base
  for (let hour = 0; hour < 3; hour++) {
    ctx = { ...base, nowMs: START_MS + (hour + 1) * HOUR_MS + 11 * MINUTE_MS }
    const records = span(`live${hour}`, START_MS + hour * HOUR_MS, HOUR_MS, 900, 1.2, 10 + hour)
    await append(stores, { records, receivedMs: ctx.nowMs - 11 * MINUTE_MS })
    await drain(() => summarise(ctx))
    await evaluateDue(ctx, 1_000)
  }

  const live = await ctx.metadata.listAlerts({ historical: false, limit: 10 })
  expect(live).toMatchObject([{ cause: 'input_drift', state: 'firing', slice: { id: slice.id, name: NAME } }])
  const [alert] = live
  if (!alert) throw new RangeError('there is one')
  expect(alert.title).toMatch(/^m v1, slice EU <b>!channel: x is .* σ higher than in the week before/)
  const queued = await ctx.metadata.listNotifications({ limit: 10 })
  expect([...new Set(queued.map(({ channelId }) => channelId))]).toEqual([1])

  const page = await getAlertPage(ctx, alert.id)
  expect(page.hit.map(({ slice, verdict }) => [slice, verdict])).toEqual([
    [NAME, 'severe'],
    [null, 'ok'],
  ])
  expect(page.points.length).toBeGreaterThan(2)
  expect(page.samples.records.length).toBeGreaterThan(0)
  for (const { id } of page.samples.records) expect(Number(id.split('-')[1]) % 12).toBe(0)

  const range = { startMs: START_MS, endMs: START_MS + 3 * HOUR_MS }
  const { rows, whole } = await getSlicesPage(ctx, model, version, range)
  expect(whole.records).toBe(2_700)
  expect(rows).toMatchObject([
    {
      records: 225,
      isComplete: true,
      worst: { verdict: 'severe' },
      drift: { column: 'x', baseline: 'trailing', n: 225 },
    },
  ])
  expect(rows[0]?.share).toBeCloseTo(1 / 12, 10)

  // Over a range before which nothing is stored, drift is that of the last day that has something to show.
  const DAYS = [
    [2 * DAY_MS, 3 * HOUR_MS, 225],
    [2 * DAY_MS, 30 * MINUTE_MS, 75],
    // Half an hour of a day without records: two of the three hours lie within 24 hours.
    [2 * DAY_MS, DAY_MS + 30 * MINUTE_MS, 150],
  ] as const
  for (const [back, on, n] of DAYS) {
    const long = await getSlicesPage(ctx, model, version, { startMs: START_MS - back, endMs: START_MS + on })
    expect(long.rows).toMatchObject([{ drift: { column: 'x', isLastDay: true, n } }])
  }

  // No distance of Kolmogorov and Smirnov is larger than 1, whatever chance adds.
  const endMs = START_MS + 3 * HOUR_MS
  const overMinutes = async (minutes: number) => {
    const some = await getSlicesPage(ctx, model, version, { startMs: endMs - minutes * MINUTE_MS, endMs })
    return some.rows[0]?.drift
  }
  expect(await overMinutes(1)).toMatchObject({ n: 1, upper: null, limit: null })
  expect(await overMinutes(5)).toMatchObject({ n: 6, upper: null })
  const hour = await overMinutes(60)
  expect(hour?.upper).toBeLessThan(1)
  expect(hour?.limit).toBeLessThan(1)

  // Judged again from what is stored, it comes out the same.
  const lead = page.members[0]?.evaluation
  const replay = await replayEvaluation(ctx, lead?.id ?? 0)
  expect(replay.differences).toEqual([])

  await endSlice(ctx, slice.id)
  ctx = { ...base, nowMs: START_MS + 4 * HOUR_MS + 11 * MINUTE_MS }
  expect(await endReplaced(ctx, () => false)).toBe(1)
  await append(stores, {
    records: span('after', START_MS + 3 * HOUR_MS, HOUR_MS, 900, 1.2, 20),
    receivedMs: ctx.nowMs - 11 * MINUTE_MS,
  })
  await drain(() => summarise(ctx))
  await evaluateDue(ctx, 1_000)
  expect(await ctx.metadata.findAlert(alert.id)).toMatchObject({
    state: 'resolved',
    resolution: 'superseded',
  })
}, 300_000)
