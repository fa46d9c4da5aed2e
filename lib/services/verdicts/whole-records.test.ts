import { describe, expect, it } from 'vitest'
import { openTestStores, type TestStores } from '@/db/sqlite/testing'
import type { Context } from '@/lib/access/context'
import type { PredictionRecord } from '@/lib/domain/record'
import { DAY_MS, HOUR_MS } from '@/lib/domain/time'
import { createMonitors } from '@/lib/monitor/create-monitors'
import { profileWithRows, type Table } from '@/lib/monitor/records/testing'
import { getWholeRecords } from '@/lib/queries/whole-records'
import { summarise } from '@/lib/services/summaries/summarise'
import { append, drain, NOW_MS, workerContext } from '@/lib/services/summaries/summary-testing'
import { evaluateDue } from '@/lib/services/verdicts/evaluate-due'
import { createMulberry32 } from '@/lib/stats/mulberry32'

/** Four standard normal columns; the first three go together, as far as `together` says. */
function draw(n: number, seed: number, together: number): Table {
  const random = createMulberry32(seed)
  const table: Record<string, number[]> = { Income: [], Age: [], Debt: [], Size: [] }
  for (let i = 0; i < n; i++) {
    const common = random.normal()
    for (const name of ['Income', 'Age', 'Debt']) {
      table[name]?.push(Math.sqrt(together) * common + Math.sqrt(1 - together) * random.normal())
    }
    table.Size?.push(random.normal())
  }
  return table
}

const TOGETHER = 0.8
const { profile } = profileWithRows(draw(5_000, 1, TOGETHER))

function hourOf(hoursAgo: number, together = TOGETHER, n = 1_500): PredictionRecord[] {
  const startMs = NOW_MS - hoursAgo * HOUR_MS
  const table = draw(n, 100 + hoursAgo, together)
  return Array.from({ length: n }, (_, i) => ({
    id: `${hoursAgo}-${i}`,
    at: startMs + Math.floor((i * HOUR_MS) / n),
    f: Object.fromEntries(Object.entries(table).map(([name, values]) => [name, values[i] ?? null])),
  }))
}

async function activated(ctx: Context) {
  const { model, version } = await ctx.metadata.registerVersion('m', 'v1', ctx.nowMs)
  const stored = await ctx.metadata.addProfile(version.id, profile, ctx.nowMs)
  await ctx.metadata.activateProfile(stored.id, createMonitors(version, stored), ctx.nowMs)
  return { model, version: { ...version, profileId: stored.id } }
}

function changed(
  records: readonly PredictionRecord[],
  name: string,
  change: (value: number, i: number) => number | null,
): PredictionRecord[] {
  return records.map((record, i) => ({
    ...record,
    f: { ...record.f, [name]: change(Number(record.f[name]), i) },
  }))
}

async function judgedAlerts(stores: TestStores, ctx: Context) {
  await drain(() => summarise(ctx))
  await drain(async () => ({ records: await evaluateDue({ ...ctx, nowMs: NOW_MS + HOUR_MS }, 100) }))
  return stores.metadata.listAlerts({ limit: 10 })
}

const RANGE = { startMs: NOW_MS - DAY_MS, endMs: NOW_MS }

describe('whole records, from the log to the alert', () => {
  it('a broken relation between columns that each look the same opens one alert of the inputs', async () => {
    await using stores = await openTestStores({ nowMs: NOW_MS })
    const ctx = workerContext(stores)
    const { model, version } = await activated(ctx)
    for (let hoursAgo = 8; hoursAgo >= 1; hoursAgo--) {
      await append(stores, { records: hourOf(hoursAgo, hoursAgo > 3 ? TOGETHER : 0) })
    }
    await drain(() => summarise(ctx))
    await drain(async () => ({ records: await evaluateDue({ ...ctx, nowMs: NOW_MS + HOUR_MS }, 100) }))
    const rows = await ctx.metadata.listEvaluations({
      versionIds: [version.id],
      range: RANGE,
      limit: 1_000,
      withDetail: false,
    })
    const breached = rows.filter(({ verdict }) => verdict === 'drift' || verdict === 'severe')
    expect(new Set(breached.map(({ metric }) => metric))).toEqual(new Set(['reconstruction_error']))
    expect(breached.map(({ windowStartMs }) => (NOW_MS - windowStartMs) / HOUR_MS).sort()).toEqual([1, 2, 3])
    const alerts = await ctx.metadata.listAlerts({ limit: 10 })
    expect(alerts).toHaveLength(1)
    expect(alerts[0]).toMatchObject({ cause: 'input_drift', onsetMs: NOW_MS - 3 * HOUR_MS })
    expect(alerts[0]?.title).toMatch(
      /^m v1: the inputs no longer go together .* \(reconstruction error \d\.\d+ > \d\.\d+\)$/,
    )
    expect(alerts[0]?.summary).toContain('The inputs no longer go together as in the reference')
    const whole = await getWholeRecords(ctx, model, version, RANGE)
    expect(whole.absence).toBeNull()
    expect(
      whole.metrics.map(({ metric, latest, points }) => [metric, latest.verdict, points.length]),
    ).toEqual([
      ['domain_auc', 'ok', 8],
      ['reconstruction_error', 'severe', 8],
    ])
    const [classifier, error] = whole.metrics
    expect(classifier?.contributions).toEqual([])
    expect(['Income', 'Age', 'Debt']).toContain(error?.contributions[0]?.name)
    expect(error?.firing).toHaveLength(1)
  })

  it('join the alert of the columns that moved, and the column speaks', async () => {
    await using stores = await openTestStores({ nowMs: NOW_MS })
    const ctx = workerContext(stores)
    await activated(ctx)
    for (const hoursAgo of [4, 3, 2, 1]) {
      const shift = hoursAgo > 2 ? 0 : 1.5
      await append(stores, { records: changed(hourOf(hoursAgo), 'Size', (value) => value + shift) })
    }
    const alerts = await judgedAlerts(stores, ctx)
    expect(alerts).toHaveLength(1)
    expect(alerts[0]).toMatchObject({ cause: 'input_drift' })
    expect(alerts[0]?.title).toMatch(/^m v1: Size is 1\.5\d σ higher than in the reference \(KS .*\)$/)
    const monitors = await ctx.metadata.listMonitors(1)
    const members = alerts[0]?.members.map(
      ({ monitorId }) => monitors.find(({ id }) => id === monitorId)?.metric,
    )
    expect(members?.sort()).toEqual(['domain_auc', 'drift', 'reconstruction_error'])
  })

  it('leave a column with a fault that has a name to its own monitor', async () => {
    await using stores = await openTestStores({ nowMs: NOW_MS })
    const ctx = workerContext(stores)
    await activated(ctx)
    for (const hoursAgo of [3, 2, 1]) {
      await append(stores, {
        records: changed(hourOf(hoursAgo), 'Income', (value, i) => (i % 3 === 0 ? null : value)),
      })
    }
    expect((await judgedAlerts(stores, ctx)).map(({ cause }) => cause)).toEqual(['data_quality'])
  })

  it('says why there is nothing to show', async () => {
    await using stores = await openTestStores({ nowMs: NOW_MS })
    const ctx = workerContext(stores)
    const { model, version } = await activated(ctx)
    const absence = async (of: Context, change: Partial<typeof version> = {}) =>
      (await getWholeRecords(of, model, { ...version, ...change }, RANGE)).absence
    expect(await absence(ctx)).toContain('No window with a sample')
    const bare = { ...version, profileId: null }
    expect((await getWholeRecords(ctx, model, bare, RANGE)).absence).toContain('no reference yet')
    expect(await absence(ctx, { id: 99 })).toContain('keeps no rows')
    expect(await absence({ ...ctx, sampleRows: 0 })).toContain('PLUMBLINE_SAMPLE_ROWS')
  })
})
