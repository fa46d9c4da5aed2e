import { describe, expect, it } from 'vitest'
import { openTestStores, type TestStores } from '@/db/sqlite/testing'
import type { Context } from '@/lib/access/context'
import type { PredictionRecord } from '@/lib/domain/record'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '@/lib/domain/time'
import { createMonitors } from '@/lib/monitor/create-monitors'
import { columnProfile, normals, storedProfile } from '@/lib/monitor/testing'
import { replayEvaluation } from '@/lib/queries/replay-evaluation'
import { summarise } from '@/lib/services/summaries/summarise'
import { append, drain, NOW_MS, workerContext } from '@/lib/services/summaries/summary-testing'
import { evaluateDue } from '@/lib/services/verdicts/evaluate-due'

const income = columnProfile('Income', normals(5_000, 50, 10, 1))
const region = columnProfile(
  'Region',
  Array.from({ length: 5_000 }, (_, i) => (i % 3 === 0 ? 'north' : 'south')),
)
const prediction = columnProfile(
  'prediction',
  Array.from({ length: 5_000 }, (_, i) => (i % 2 === 0 ? 'yes' : 'no')),
  { family: 'output', role: 'prediction' },
)
const profile = storedProfile([income, region, prediction]).profile

/** Registers version v1 of model m with the profile and its monitors. */
async function activated(ctx: Context): Promise<number> {
  const { version } = await ctx.metadata.registerVersion('m', 'v1', ctx.nowMs)
  const stored = await ctx.metadata.addProfile(version.id, profile, ctx.nowMs)
  await ctx.metadata.activateProfile(stored.id, createMonitors(version, stored), ctx.nowMs)
  return version.id
}

/** Records of the hour that starts `hoursAgo` full hours before NOW_MS. */
function hourOf(
  hoursAgo: number,
  change: { n?: number; mean?: number; seed?: number; latency?: number } = {},
): PredictionRecord[] {
  const { n = 2_000, mean = 50, seed = hoursAgo, latency = 20 } = change
  const startMs = NOW_MS - hoursAgo * HOUR_MS
  return normals(n, mean, 10, 1_000 + seed).map((value, i) => ({
    id: `${seed}-${startMs}-${i}`,
    at: startMs + Math.floor((i * HOUR_MS) / n),
    f: { Income: value, Region: i % 3 === 0 ? 'north' : 'south' },
    p: i % 2 === 0 ? 'yes' : 'no',
    l: latency + (i % 10),
  }))
}

interface Sent {
  readonly records: readonly PredictionRecord[]
  readonly receivedMs?: number
  readonly backfill?: boolean
}

async function run(stores: TestStores, ctx: Context, batches: readonly Sent[]): Promise<number> {
  for (const batch of batches) await append(stores, batch)
  await drain(() => summarise(ctx))
  return evaluateDue(ctx, 1_000)
}

/** Later than every due time of what was appended. */
const settled = (ctx: Context, laterMs = 5_000): Context => ({ ...ctx, nowMs: ctx.nowMs + laterMs })

async function verdicts(ctx: Context, versionId: number, metric: string, column?: string): Promise<string[]> {
  const rows = await ctx.metadata.listEvaluations({
    versionIds: [versionId],
    metric,
    ...(column ? { column: { family: 'input', name: column } } : {}),
    range: { startMs: 0, endMs: NOW_MS + 400 * DAY_MS },
    limit: 1_000,
    withDetail: true,
  })
  return rows.map((row) => row.verdict)
}

describe('evaluateDue', () => {
  it('judges every window that is over, raises an alert for drift, and has nothing left to do', async () => {
    await using stores = await openTestStores()
    const ctx = workerContext(stores)
    const versionId = await activated(ctx)
    const judged = await run(stores, ctx, [
      { records: hourOf(5) },
      { records: hourOf(4) },
      { records: hourOf(3, { mean: 58 }) },
      { records: hourOf(2, { mean: 58 }) },
    ])
    expect(judged).toBe(4)
    expect(await verdicts(ctx, versionId, 'drift', 'Income')).toEqual(['ok', 'ok', 'severe', 'severe'])
    expect(await verdicts(ctx, versionId, 'drift', 'Region')).toEqual(['ok', 'ok', 'ok', 'ok'])
    expect(await verdicts(ctx, versionId, 'volume')).toEqual(['ok', 'ok', 'ok', 'ok'])
    const [alert] = await ctx.metadata.listAlerts({ limit: 10 })
    expect(alert).toMatchObject({ cause: 'input_drift', state: 'firing', historical: false })
    expect(alert?.onsetMs).toBe(NOW_MS - 3 * HOUR_MS)
    expect(alert?.summary).toContain('Income is 0.')
    expect(await evaluateDue(settled(ctx), 1_000)).toBe(0)
  })

  it('waits for the allowed lateness', async () => {
    await using stores = await openTestStores()
    const ctx = workerContext(stores)
    await activated(ctx)
    expect(await run(stores, ctx, [{ records: hourOf(1) }])).toBe(0)
    expect(await evaluateDue(settled(ctx, 10 * MINUTE_MS), 1_000)).toBe(1)
  })

  it('revises a window that late records changed', async () => {
    await using stores = await openTestStores()
    const ctx = workerContext(stores)
    const versionId = await activated(ctx)
    await run(stores, ctx, [{ records: hourOf(3) }])
    await run(stores, ctx, [{ records: hourOf(3, { mean: 90, seed: 77, n: 4_000 }) }])
    const rows = await ctx.metadata.listEvaluations({
      versionIds: [versionId],
      metric: 'drift',
      column: { family: 'input', name: 'Income' },
      range: { startMs: 0, endMs: NOW_MS },
      limit: 10,
      withDetail: false,
    })
    expect(rows.map(({ revision, verdict, n }) => [revision, verdict, n])).toEqual([[2, 'severe', 6_000]])
    // Judged again without a change, nothing is written.
    const startMs = NOW_MS - 3 * HOUR_MS
    await ctx.series.addDue([
      { versionId, startMs, endMs: startMs + HOUR_MS, dueMs: NOW_MS, backfill: false },
    ])
    expect(await evaluateDue(ctx, 10)).toBe(1)
    const again = await ctx.metadata.listEvaluations({
      versionIds: [versionId],
      range: { startMs: 0, endMs: NOW_MS },
      limit: 100,
      withDetail: false,
    })
    expect(new Set(again.map(({ revision }) => revision))).toEqual(new Set([2]))
    expect(
      (await ctx.metadata.listAlerts({ limit: 10 })).every(({ members }) =>
        members.every(({ evaluationId }) => evaluationId > 0),
      ),
    ).toBe(true)
  })

  it('judges history without telling anyone', async () => {
    await using stores = await openTestStores()
    const ctx = workerContext(stores)
    const versionId = await activated(ctx)
    const drifted = [60, 59].map((hours) => ({ records: hourOf(hours, { mean: 58 }), backfill: true }))
    await run(stores, ctx, drifted)
    expect(await evaluateDue(settled(ctx), 1_000)).toBe(2)
    expect(await verdicts(ctx, versionId, 'drift', 'Income')).toEqual(['severe', 'severe'])
    const [alert] = await ctx.metadata.listAlerts({ limit: 10 })
    expect(alert).toMatchObject({ historical: true, state: 'firing' })
  })

  it('compares latency with earlier windows, of the version before it if need be', async () => {
    await using stores = await openTestStores()
    const ctx = workerContext(stores)
    await activated(ctx)
    const before = Array.from({ length: 8 }, (_, i) => ({
      version: 'v0',
      records: hourOf(12 - i, { n: 200 }),
    }))
    const versionId = (await ctx.metadata.registerVersion('m', 'v1', ctx.nowMs)).version.id
    await run(stores, ctx, [...before, { records: hourOf(3, { latency: 90 }) }])
    expect(await verdicts(ctx, versionId, 'latency_p95')).toEqual(['severe'])
    expect(await verdicts(ctx, versionId, 'throughput')).toEqual(['not_enough_data'])
  })

  it('settles windows of versions without a profile or of another cadence', async () => {
    await using stores = await openTestStores()
    const ctx = workerContext(stores)
    const { version } = await ctx.metadata.registerVersion('m', 'v9', ctx.nowMs)
    const startMs = NOW_MS - 5 * HOUR_MS
    await ctx.series.addDue([
      { versionId: version.id, startMs, endMs: startMs + HOUR_MS, dueMs: startMs + HOUR_MS, backfill: false },
    ])
    expect(await evaluateDue(ctx, 10)).toBe(1)
    expect(await ctx.series.listDue(ctx.nowMs, 10)).toEqual([])
    const versionId = await activated(ctx)
    await ctx.series.addDue([
      { versionId, startMs, endMs: startMs + MINUTE_MS, dueMs: startMs + HOUR_MS, backfill: false },
    ])
    expect(await evaluateDue(ctx, 10)).toBe(1)
    expect(await verdicts(ctx, versionId, 'volume')).toEqual([])
  })

  it('goes on with other versions when one cannot be judged, and tries again later', async () => {
    await using stores = await openTestStores()
    const errors: string[] = []
    const ctx = workerContext(stores, {
      logger: { info: () => undefined, warn: () => undefined, error: (_, message) => errors.push(message) },
    })
    const versionId = await activated(ctx)
    for (const batch of [{ records: hourOf(4) }, { records: hourOf(3) }]) await append(stores, batch)
    await drain(() => summarise(ctx))
    const broken: Context = {
      ...ctx,
      metadata: { ...ctx.metadata, listMonitorStates: () => Promise.reject(new Error('disk I/O error')) },
    }
    expect(await evaluateDue(broken, 10)).toBe(0)
    expect(errors).toEqual(['a window could not be judged'])
    expect(await evaluateDue(ctx, 10)).toBe(2)
    expect(await verdicts(ctx, versionId, 'volume')).toEqual(['ok', 'ok'])
  })
})

describe('a monitor that compares with earlier windows', () => {
  it('reads them from the store, and is judged the same again', async () => {
    await using stores = await openTestStores()
    const ctx = workerContext(stores)
    const versionId = await activated(ctx)
    const monitors = await ctx.metadata.listMonitors(versionId)
    const income = monitors.find(({ metric, column }) => metric === 'drift' && column?.name === 'Income')
    await ctx.metadata.updateMonitor(income?.id ?? 0, { baseline: 'trailing' })
    // A level that the profile does not know, held for two days; then the hour before now falls back to the profile's.
    const days = [50, 49, 48, 47, 30, 29, 28].map((hoursAgo) => ({
      records: hourOf(hoursAgo, { mean: 57 }),
      backfill: true,
    }))
    await run(stores, ctx, [
      ...days,
      { records: hourOf(3, { mean: 57 }) },
      { records: hourOf(2, { mean: 50 }) },
    ])
    await evaluateDue(settled(ctx), 100)
    const found = await verdicts(ctx, versionId, 'drift', 'Income')
    expect(found.slice(-2)).toEqual(['ok', 'severe'])
    expect(found[0]).toBe('not_enough_data')
    const rows = await ctx.metadata.listEvaluations({
      versionIds: [versionId],
      metric: 'drift',
      range: { startMs: NOW_MS - 4 * HOUR_MS, endMs: NOW_MS },
      limit: 10,
      withDetail: true,
    })
    for (const row of rows) expect((await replayEvaluation(ctx, row.id)).differences).toEqual([])
  })
})

/** Judges what is due every ten minutes until 11 minutes past so many hours after NOW_MS; windows settled. */
function createWatch(ctx: Context): (hours: number) => Promise<number> {
  let { nowMs } = ctx
  return async (hours) => {
    const endMs = NOW_MS + hours * HOUR_MS + 11 * MINUTE_MS
    let settled = 0
    while (nowMs < endMs) {
      nowMs = Math.min(endMs, nowMs + 10 * MINUTE_MS)
      settled += await evaluateDue({ ...ctx, nowMs }, 10)
    }
    return settled
  }
}

describe('records that stop', () => {
  it('are noticed at three times the usual gap, once a window, and never for history', async () => {
    await using stores = await openTestStores()
    const ctx = workerContext(stores)
    const versionId = await activated(ctx)
    await run(stores, ctx, [{ records: hourOf(3) }, { records: hourOf(2) }])
    const watch = createWatch(ctx)
    expect(await watch(1)).toBe(0)
    expect(await watch(2)).toBe(1)
    expect(await watch(2.02)).toBe(0)
    expect(await watch(3)).toBe(1)
    expect(await verdicts(ctx, versionId, 'volume')).toEqual(['ok', 'ok', 'no_data', 'no_data'])
    const [alert] = await ctx.metadata.listAlerts({ limit: 10 })
    expect(alert).toMatchObject({ cause: 'no_data', state: 'firing' })
    // A long silence floods nothing: the version is left alone after three days.
    expect(await watch(80)).toBe(68)
    expect(await watch(90)).toBe(0)
  })

  it('are not missed by who slept meanwhile, or whose clock was put forward, before they could have come', async () => {
    await using stores = await openTestStores()
    const ctx = workerContext(stores)
    await activated(ctx)
    await run(stores, ctx, [{ records: hourOf(3) }, { records: hourOf(2) }])
    const awake = { ...ctx, nowMs: NOW_MS + 48 * HOUR_MS }
    expect(await evaluateDue(awake, 10)).toBe(0)
    const watch = createWatch(awake)
    expect(await watch(48)).toBe(0)
    expect(await watch(49)).toBe(1)
    expect(await ctx.metadata.listAlerts({ limit: 10 })).toMatchObject([{ cause: 'no_data' }])
  })

  it('wake nobody where a successor took over, but do where two versions served side by side', async () => {
    await using stores = await openTestStores()
    const ctx = workerContext(stores)
    const versionId = await activated(ctx)
    await run(stores, ctx, [{ records: hourOf(3) }, { records: hourOf(2) }])
    const watch = createWatch(ctx)
    const serve = async (hours: number) => {
      await watch(hours - 0.1)
      const nowMs = NOW_MS + hours * HOUR_MS + 11 * MINUTE_MS
      const records = hourOf(1 - hours, { n: 100 })
      await append(stores, { version: 'v2', records, receivedMs: nowMs })
      await drain(() => summarise({ ...ctx, nowMs }))
      await evaluateDue({ ...ctx, nowMs }, 10)
    }
    for (const hours of [2, 3, 4]) await serve(hours)
    expect(await verdicts(ctx, versionId, 'volume')).toEqual(['ok', 'ok'])
    expect(await ctx.metadata.listAlerts({ limit: 10 })).toEqual([])
    // Records of v2 from two days before the stop: the two are meant to serve together.
    await append(stores, { version: 'v2', records: hourOf(50, { n: 100 }), backfill: true })
    await serve(5)
    expect(await verdicts(ctx, versionId, 'volume')).toEqual(['ok', 'ok', 'no_data'])
  })

  it('do not count as stopped where only history was imported', async () => {
    await using stores = await openTestStores()
    const ctx = workerContext(stores)
    await activated(ctx)
    await run(stores, ctx, [
      { records: hourOf(3), backfill: true },
      { records: hourOf(2), backfill: true },
    ])
    await evaluateDue(settled(ctx), 10)
    expect(await createWatch(settled(ctx))(12)).toBe(0)
  })
})

describe('trouble that began in history', () => {
  it('is met in the order of time, although live windows are due before history has settled', async () => {
    await using stores = await openTestStores()
    const ctx = workerContext(stores)
    await activated(ctx)
    const hours = [9, 8, 7, 6, 5, 4, 3, 2]
    const judged = await run(
      stores,
      ctx,
      hours.map((hour) => ({ records: hourOf(hour, { mean: hour > 7 ? 50 : 58 }), backfill: hour > 3 })),
    )
    expect(judged).toBe(hours.length)
    const [alert, ...others] = await ctx.metadata.listAlerts({ limit: 10 })
    expect(others).toEqual([])
    expect(alert).toMatchObject({ cause: 'input_drift', historical: false })
    expect(alert?.onsetMs).toBe(NOW_MS - 7 * HOUR_MS)
  })
})

describe('history that comes after live windows were judged', () => {
  it('moves the onset of the open alert back to where the trouble began, without a second alert or message', async () => {
    await using stores = await openTestStores()
    const ctx = workerContext(stores)
    await activated(ctx)
    await run(
      stores,
      ctx,
      [3, 2].map((hour) => ({ records: hourOf(hour, { mean: 58 }) })),
    )
    const [before] = await ctx.metadata.listAlerts({ limit: 10 })
    expect(before).toMatchObject({ state: 'firing', onsetMs: NOW_MS - 3 * HOUR_MS })
    await run(
      stores,
      ctx,
      [7, 6, 5, 4].map((hour) => ({ records: hourOf(hour, { mean: hour > 6 ? 50 : 58 }), backfill: true })),
    )
    await evaluateDue(settled(ctx), 100)
    const [alert, ...others] = await ctx.metadata.listAlerts({ limit: 10 })
    expect(others).toEqual([])
    expect(alert).toMatchObject({
      id: before?.id,
      state: 'firing',
      historical: false,
      onsetMs: NOW_MS - 6 * HOUR_MS,
      dedupKey: before?.dedupKey,
    })
    const events = await ctx.metadata.listAlertEvents(alert?.id ?? 0)
    expect(events.filter(({ kind }) => kind === 'corrected')).toHaveLength(1)
  })
})

describe('a version that was replaced', () => {
  const trouble = (stores: TestStores, ctx: Context) =>
    run(
      stores,
      ctx,
      [40, 39].map((hour) => ({ records: hourOf(hour, { mean: 58 }), backfill: true })),
    )

  it('takes its open alerts with it a day later, whatever restarts in between', async () => {
    await using stores = await openTestStores()
    const ctx = workerContext(stores)
    await activated(ctx)
    await trouble(stores, ctx)
    await evaluateDue(settled(ctx), 100)
    await append(stores, { version: 'v2', records: hourOf(20, { n: 100 }) })
    await drain(() => summarise(ctx))
    await evaluateDue(settled(ctx, 20_000), 100)
    expect((await ctx.metadata.listAlerts({ limit: 10 })).map(({ state }) => state)).toEqual(['firing'])
    await append(stores, { version: 'v2', records: hourOf(14, { n: 100 }) })
    await drain(() => summarise(ctx))
    // Another context stands for another process: nothing but the stores is carried over.
    const later = settled(workerContext(stores), 40_000)
    await evaluateDue(later, 100)
    await evaluateDue(settled(later, 20_000), 100)
    const [alert] = await ctx.metadata.listAlerts({ limit: 10 })
    const lastMs = NOW_MS - 38 * HOUR_MS
    expect(alert).toMatchObject({ state: 'resolved', resolution: 'superseded', historical: true })
    expect(Math.abs((alert?.resolvedMs ?? 0) - lastMs - DAY_MS)).toBeLessThan(MINUTE_MS)
    const events = await ctx.metadata.listAlertEvents(alert?.id ?? 0)
    expect(events.map(({ kind }) => kind)).toEqual(['fired', 'resolved'])
    expect(events.at(-1)?.note).toMatch(/^v1 no longer serves: .* and v2 has served since\.$/)
  })

  it('takes them with it at once when it is retired', async () => {
    await using stores = await openTestStores()
    const ctx = workerContext(stores)
    const versionId = await activated(ctx)
    await trouble(stores, ctx)
    await evaluateDue(settled(ctx), 100)
    await ctx.metadata.updateVersionMode(versionId, 'retired')
    await evaluateDue(settled(ctx, 20_000), 100)
    const [alert] = await ctx.metadata.listAlerts({ limit: 10 })
    expect(alert).toMatchObject({ state: 'resolved', resolution: 'superseded' })
  })
})

describe('labels that keep touching old windows', () => {
  it('do not let a later window overtake them: the trouble in between is found', async () => {
    await using stores = await openTestStores()
    const ctx = workerContext(stores)
    const versionId = await activated(ctx)
    const startMs = NOW_MS - 60 * HOUR_MS
    for (const hour of [60, 59, 58, 57]) {
      await append(stores, { records: hourOf(hour, { mean: hour > 58 ? 58 : 50 }), backfill: true })
    }
    await drain(() => summarise(ctx))
    const later = settled(ctx)
    const touched = [0, 1].map((hour) => ({
      versionId,
      startMs: startMs + hour * HOUR_MS,
      endMs: startMs + (hour + 1) * HOUR_MS,
      dueMs: later.nowMs + 1_500,
      backfill: true,
    }))
    await ctx.series.addDue(touched)
    expect(await evaluateDue(later, 100)).toBe(4)
    const [alert] = await ctx.metadata.listAlerts({ limit: 10 })
    expect(alert).toMatchObject({ cause: 'input_drift', historical: true, onsetMs: startMs })
  })
})

describe('a person who acts while a window is judged', () => {
  it('is not overruled: the window is decided again on what the alert has become', async () => {
    await using stores = await openTestStores()
    const ctx = workerContext(stores)
    await activated(ctx)
    await run(stores, ctx, [{ records: hourOf(4, { mean: 58 }) }, { records: hourOf(3, { mean: 58 }) }])
    await append(stores, { records: hourOf(2, { mean: 62 }) })
    await drain(() => summarise(ctx))
    let acts = 0
    const interrupted: Context = {
      ...ctx,
      metadata: {
        ...ctx.metadata,
        async listReopenable(versionId, resolvedAfterMs) {
          const read = await ctx.metadata.listReopenable(versionId, resolvedAfterMs)
          const [alert] = read
          if (alert && acts++ === 0) {
            await ctx.metadata.changeAlert(
              { ...alert, acknowledgedBy: 'ada', acknowledgedMs: 1 },
              alert,
              [],
              [],
            )
          }
          return read
        },
      },
    }
    expect(await evaluateDue(interrupted, 10)).toBe(1)
    expect(acts).toBe(2)
    const [alert] = await ctx.metadata.listAlerts({ limit: 10 })
    expect(alert).toMatchObject({ acknowledgedBy: 'ada', state: 'firing' })
    expect(alert?.summary).toContain('1.')
  })
})
