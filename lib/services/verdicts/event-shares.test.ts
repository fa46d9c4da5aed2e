import { expect, it } from 'vitest'
import { openTestStores } from '@/db/sqlite/testing'
import { eventId } from '@/lib/domain/model-event'
import type { PredictionRecord } from '@/lib/domain/record'
import { EVENTS_VERSION, sideName } from '@/lib/domain/side-log'
import { HOUR_MS, MINUTE_MS } from '@/lib/domain/time'
import { createMonitors } from '@/lib/monitor/create-monitors'
import { columnProfile, storedProfile } from '@/lib/monitor/testing'
import { getOutputs } from '@/lib/queries/outputs'
import { replayEvaluation } from '@/lib/queries/replay-evaluation'
import { summarise } from '@/lib/services/summaries/summarise'
import { append, drain, NOW_MS, workerContext } from '@/lib/services/summaries/summary-testing'
import { evaluateDue } from '@/lib/services/verdicts/evaluate-due'

const PER_HOUR = 200
const prediction = columnProfile(
  'prediction',
  Array.from({ length: 5_000 }, (_, i) => (i % 2 === 0 ? 'yes' : 'no')),
  { family: 'output', role: 'prediction' },
)

/** Records of the hour that begins n hours after the start. */
function hourOf(n: number): PredictionRecord[] {
  return Array.from({ length: PER_HOUR }, (_, i) => ({
    id: `${n}-${i}`,
    at: NOW_MS + n * HOUR_MS + Math.floor((i * HOUR_MS) / PER_HOUR),
    f: {},
    p: i % 2 === 0 ? 'yes' : 'no',
  }))
}

it('finds that clicks stopped once they are later than they ever were, comes out of the log again, and draws them', async () => {
  await using stores = await openTestStores()
  const base = workerContext(stores)
  const { model, version } = await base.metadata.registerVersion('m', 'v1', NOW_MS)
  const stored = await base.metadata.addProfile(version.id, storedProfile([prediction]).profile, NOW_MS)
  await base.metadata.activateProfile(stored.id, createMonitors(version, stored), NOW_MS)
  const alerts = async () =>
    (await base.metadata.listAlerts({ limit: 10 })).filter(({ title }) => title.includes('click'))

  // The hour is closed ten minutes after its end. Two records in five are clicked, an hour later; none from the tenth on.
  const firedAt: number[] = []
  for (let hour = 0; hour < 18; hour++) {
    const nowMs = NOW_MS + (hour + 1) * HOUR_MS + 11 * MINUTE_MS
    const ctx = { ...base, nowMs }
    await append(stores, { records: hourOf(hour), receivedMs: nowMs - 12 * MINUTE_MS })
    const clicked = hour - 1
    if (clicked >= 0 && clicked < 10) {
      const records = hourOf(clicked)
        .filter((_, i) => i % 5 < 2)
        .map(({ id }) => ({ id: eventId(id, 'click'), at: nowMs, f: {} }))
      await stores.logWriter.append({
        receivedMs: nowMs - MINUTE_MS,
        backfill: false,
        records: [
          {
            model: sideName('events', 'm'),
            version: EVENTS_VERSION,
            records,
            indexes: records.map((_, i) => i),
          },
        ],
        labels: [],
        refusals: [],
        idempotency: null,
      })
    }
    await drain(() => summarise(ctx))
    await evaluateDue(ctx, 1_000)
    await evaluateDue({ ...ctx, nowMs: nowMs + 5_000 }, 1_000)
    if ((await alerts()).length > 0) firedAt.push(hour)
  }
  const [alert, ...others] = await alerts()
  expect(others).toEqual([])
  expect(alert).toMatchObject({ cause: 'output_drift', severity: 'warning', onsetMs: NOW_MS + 10 * HOUR_MS })
  // Complete after 2 × 71 min and an hour: 3 h 22 min. The second window without clicks ends after 12 hours.
  expect(firedAt[0]).toBe(15)

  const ctx = { ...base, nowMs: NOW_MS + 19 * HOUR_MS }
  const member = alert?.members[0]
  const replay = await replayEvaluation(ctx, member?.evaluationId ?? 0)
  expect(replay.stored).toMatchObject({ metric: 'click_share', verdict: 'drift', value: 0 })
  expect(replay.differences).toEqual([])

  const range = { startMs: NOW_MS, endMs: NOW_MS + 18 * HOUR_MS }
  const { events } = await getOutputs(ctx, model, version, range)
  expect(events.map(({ event }) => event)).toEqual(['click'])
  const points = events[0]?.points ?? []
  expect(points[0]).toMatchObject({ value: 0.4 })
  expect(points.at(-1)).toMatchObject({ value: 0 })
  expect(points.reduce((sum, { value, n }) => sum + (value ?? 0) * n, 0)).toBeCloseTo(10 * PER_HOUR * 0.4)
  expect(points[0]?.limit).toBeCloseTo(0.28)
}, 300_000)
