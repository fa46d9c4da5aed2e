import { expect, it } from 'vitest'
import { openTestStores } from '@/db/sqlite/testing'
import type { Context } from '@/lib/access/context'
import type { Alert } from '@/lib/domain/alert'
import { eventId } from '@/lib/domain/model-event'
import type { PredictionRecord } from '@/lib/domain/record'
import { EVENTS_VERSION, sideName } from '@/lib/domain/side-log'
import { HOUR_MS, MINUTE_MS } from '@/lib/domain/time'
import { createMonitors } from '@/lib/monitor/create-monitors'
import { columnProfile, storedProfile } from '@/lib/monitor/testing'
import { backTestMonitor } from '@/lib/queries/back-test'
import { eventNamesSetting } from '@/lib/queries/event-names'
import { readCustomTraces } from '@/lib/queries/list-customs'
import { previewCustom } from '@/lib/queries/preview-custom'
import { replayEvaluation } from '@/lib/queries/replay-evaluation'
import { rebuildCustoms } from '@/lib/services/custom/rebuild-customs'
import { type CustomWish, removeCustom, saveCustom } from '@/lib/services/custom/save-custom'
import { activateProfile } from '@/lib/services/profiles/activate-profile'
import { summarise } from '@/lib/services/summaries/summarise'
import {
  append,
  drain,
  NOW_MS,
  type TestStores,
  workerContext,
} from '@/lib/services/summaries/summary-testing'
import { evaluateDue } from '@/lib/services/verdicts/evaluate-due'

const PER_HOUR = 150
const HOSTILE = '<img src=x onerror=alert(1)> "amount"'
const amounts = columnProfile(
  HOSTILE,
  Array.from({ length: 2_000 }, (_, i) => 50 + ((i * 37) % 100)),
)
const prediction = columnProfile(
  'prediction',
  Array.from({ length: 2_000 }, (_, i) => (i % 2 === 0 ? 'yes' : 'no')),
  { family: 'output', role: 'prediction' },
)

const wish = (change: Partial<CustomWish> & Pick<CustomWish, 'name' | 'expression'>): CustomWish => ({
  unit: null,
  bad: 'both',
  baseline: 'trailing',
  fixedLimit: null,
  expected: 0,
  why: '',
  ...change,
})

/** Records of the hour that begins n hours after the start; two amounts in three are large when it is `odd`. */
function hourOf(n: number, odd: boolean): PredictionRecord[] {
  return Array.from({ length: PER_HOUR }, (_, i) => ({
    id: `${n}-${i}`,
    at: NOW_MS + n * HOUR_MS + Math.floor((i * HOUR_MS) / PER_HOUR),
    f: { [HOSTILE]: i === 0 ? null : 50 + ((i * 37 + n * 11) % 100) * (odd && i % 3 > 0 ? 8 : 1) },
    p: i % 2 === 0 ? 'yes' : 'no',
  }))
}

async function sendEvents(stores: TestStores, ids: readonly string[], atMs: number): Promise<void> {
  const records = ids.map((id) => ({ id: eventId(id, 'copy link'), at: atMs, f: {} }))
  const group = { model: sideName('events', 'm'), version: EVENTS_VERSION, records, indexes: [...ids.keys()] }
  await stores.logWriter.append({
    receivedMs: atMs,
    backfill: false,
    records: [group],
    labels: [],
    refusals: [],
    idempotency: null,
  })
}

async function work(ctx: Context): Promise<void> {
  await drain(() => summarise(ctx))
  await drain(() => rebuildCustoms(ctx))
  await drain(() => rebuildCustoms(ctx))
  await evaluateDue(ctx, 1_000)
  await evaluateDue({ ...ctx, nowMs: ctx.nowMs + 5_000 }, 1_000)
}

it('a custom metric is tried, saved, read back from the log, judged, alarmed by 2 of 3, recovers, and comes out again', async () => {
  await using stores = await openTestStores()
  const base = workerContext(stores)
  const { model, version } = await base.metadata.registerVersion('m', 'v1', NOW_MS)
  await base.metadata.setSetting(eventNamesSetting('m'), JSON.stringify(['copy link']))
  const { profile } = storedProfile([amounts, prediction])
  const stored = await base.metadata.addProfile(version.id, profile, NOW_MS)
  await base.metadata.activateProfile(stored.id, createMonitors(version, stored), NOW_MS)
  const alerts = async () =>
    (await base.metadata.listAlerts({ limit: 20 })).filter(({ cause }) => cause === 'output_drift')
  const step = async (hour: number, odd: boolean): Promise<Context> => {
    const nowMs = NOW_MS + (hour + 1) * HOUR_MS + 11 * MINUTE_MS
    const ctx = { ...base, nowMs }
    await append(stores, { records: hourOf(hour, odd), receivedMs: nowMs - 12 * MINUTE_MS })
    // One record in five of the hour before was copied, until the twelfth.
    if (hour > 0 && hour < 13)
      await sendEvents(
        stores,
        hourOf(hour - 1, false).flatMap(({ id }, i) => (i % 5 === 0 ? [id] : [])),
        nowMs - MINUTE_MS,
      )
    await work(ctx)
    return ctx
  }
  for (let hour = 0; hour < 8; hour++) await step(hour, false)

  const ctx = { ...base, nowMs: NOW_MS + 8 * HOUR_MS + 12 * MINUTE_MS }
  const quoted = `"${HOSTILE.replaceAll('"', '""')}"`
  const preview = await previewCustom(ctx, 'm', `mean(${quoted} where prediction = 'yes')`)
  expect(preview).toMatchObject({
    records: 1_000,
    n: 494,
    missing: { absent: 6, wrong_type: 0, no_result: 0 },
  })
  expect(preview.value).toBeGreaterThan(90)
  expect(preview.rows).toHaveLength(10)
  expect(preview.rows[0]?.inputs.map(({ name }) => name)).toEqual(['prediction', quoted].reverse())
  expect(preview.windows).toHaveLength(8)
  await expect(previewCustom(ctx, 'm', 'mean(amount)')).rejects.toMatchObject({
    code: 'invalid',
    details: { at: 5, end: 11, reason: 'bad_expression' },
  })

  const mean = wish({ name: `mean ${HOSTILE}`, expression: `mean(${quoted})`, unit: 'EUR', bad: 'up' })
  const saved = await saveCustom(ctx, 'm', mean)
  await saveCustom(ctx, 'm', wish({ name: 'copies', expression: 'share(event."copy link")', bad: 'down' }))
  await saveCustom(ctx, 'm', wish({ name: 'slow', expression: 'p95(latency)', bad: 'up' }))
  await expect(saveCustom(ctx, 'm', mean)).rejects.toMatchObject({ code: 'conflict' })
  await work(ctx)
  const range = { startMs: NOW_MS, endMs: NOW_MS + 40 * HOUR_MS }
  const [copies, means] = await readCustomTraces(ctx, model, version, range)
  expect([copies?.progress, means?.progress]).toEqual(['done', 'done'])
  expect(means?.points).toHaveLength(8)
  expect(means?.without).toBe('8 records have no value: a field is absent in 8')
  expect(copies?.points.slice(0, 7).map(({ value }) => value)).toEqual(Array(7).fill(0.2))

  const firedAt: number[] = []
  let about: Alert | undefined
  const ended: number[] = []
  for (let hour = 8; hour < 22; hour++) {
    await step(hour, hour === 9 || hour === 10)
    const open = (await alerts()).filter(({ state }) => state !== 'resolved')
    const meant = open.find(({ title }) => title.includes('mean'))
    about ??= meant
    if (meant) firedAt.push(hour)
    else if (firedAt.length > 0) ended.push(hour)
  }
  // The first odd hour is pending, the second fires; two calm ones end it.
  expect(firedAt[0]).toBe(10)
  expect(ended[0]).toBe(12)
  expect(about).toMatchObject({ cause: 'output_drift', severity: expect.any(String) })
  expect(about?.summary).toMatch(/^What custom metrics measure has been beyond its limit since /)
  expect(about?.summary).toMatch(
    /mean <img.*is [\d.]+ EUR; usual is [\d.]+ EUR \(limit [\d.]+ EUR from \d+ earlier windows/,
  )
  // The last copies are of hour 11; the windows after it are complete some hours later.
  const states = await base.metadata.listMonitorStates(version.id)
  const monitors = await base.metadata.listMonitors(version.id)
  const copied = monitors.find(({ column }) => column?.name === 'copies')
  expect(states.find(({ monitorId }) => monitorId === copied?.id)).toMatchObject({
    state: 'firing',
    onsetMs: NOW_MS + 12 * HOUR_MS,
  })

  const later = { ...base, nowMs: NOW_MS + 23 * HOUR_MS }
  const member = about?.members[0]
  const replay = await replayEvaluation(later, member?.evaluationId ?? 0)
  expect(replay.stored.metric).toBe('custom_up')
  expect(replay.differences).toEqual([])

  const monitor = (await base.metadata.listMonitors(version.id)).find(
    ({ column }) => column?.name === mean.name,
  )
  const tested = await backTestMonitor(later, monitor?.id ?? 0, { fixedLimit: 5_000 })
  expect(tested.past.episodes).toHaveLength(1)
  expect(tested.changed.episodes).toHaveLength(0)
  expect((await backTestMonitor(later, monitor?.id ?? 0, { fixedLimit: 150 })).changed.episodes).toHaveLength(
    1,
  )

  // A change of unit keeps the series; another expression begins a new one, and the old judgement stays replayable.
  const unit = await saveCustom(later, 'm', { ...mean, unit: 'USD', expected: 1 })
  expect(unit.seriesId).toBe(saved.seriesId)
  const other = await saveCustom(later, 'm', {
    ...mean,
    expression: `sum(${quoted})`,
    expected: 2,
    baseline: 'none',
  })
  expect(other.seriesId).not.toBe(saved.seriesId)
  expect((await replayEvaluation(later, member?.evaluationId ?? 0)).differences).toEqual([])
  await work(later)
  const of = (name: string) => async () =>
    (await base.metadata.listMonitors(version.id)).filter(({ column }) => column?.name === name)
  expect(await of(mean.name)()).toMatchObject([{ baseline: 'none', enabled: true }])

  // A new profile keeps what people set; removing switches off.
  await base.metadata.updateMonitor(monitor?.id ?? 0, { fixedLimit: 77, severity: 'critical' })
  const next = await base.metadata.addProfile(version.id, profile, later.nowMs)
  await activateProfile(later, { profileId: next.id, confirmDifferences: true })
  expect(await of(mean.name)()).toMatchObject([{ profileId: next.id, fixedLimit: 77, severity: 'critical' }])
  await removeCustom(later, 'm', other.id)
  expect(await of(mean.name)()).toMatchObject([{ enabled: false }])
  expect((await base.metadata.listCustomMetrics(model.id)).map(({ name }) => name)).toEqual([
    'copies',
    'slow',
  ])
  expect((await base.metadata.listAudit(20)).map(({ action }) => action)).toContain('custom_metric.remove')
}, 60_000)
