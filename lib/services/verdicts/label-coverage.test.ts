import { expect, it } from 'vitest'
import { openTestStores } from '@/db/sqlite/testing'
import type { PredictionRecord } from '@/lib/domain/record'
import { HOUR_MS, MINUTE_MS } from '@/lib/domain/time'
import { createMonitors } from '@/lib/monitor/create-monitors'
import { columnProfile, storedProfile } from '@/lib/monitor/testing'
import { joinLabels } from '@/lib/services/labels/join-labels'
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
function hourOf(startMs: number, n: number): PredictionRecord[] {
  return Array.from({ length: PER_HOUR }, (_, i) => ({
    id: `${n}-${i}`,
    at: startMs + n * HOUR_MS + Math.floor((i * HOUR_MS) / PER_HOUR),
    f: {},
    p: i % 2 === 0 ? 'yes' : 'no',
  }))
}

it('finds that labels stopped, once they are later than they ever were, and cries wolf at no time before', async () => {
  await using stores = await openTestStores()
  const base = workerContext(stores)
  const { version } = await base.metadata.registerVersion('m', 'v1', NOW_MS)
  const stored = await base.metadata.addProfile(version.id, storedProfile([prediction]).profile, NOW_MS)
  await base.metadata.activateProfile(stored.id, createMonitors(version, stored), NOW_MS)
  const alerts = async () =>
    (await base.metadata.listAlerts({ limit: 10 })).filter(({ title }) => title.includes(' label '))

  // Every hour is closed ten minutes after its end; the labels of three records in four come two hours later, and none
  // for what was predicted from the fourteenth hour on.
  const firedAt: number[] = []
  for (let hour = 0; hour < 24; hour++) {
    const nowMs = NOW_MS + (hour + 1) * HOUR_MS + 11 * MINUTE_MS
    const ctx = { ...base, nowMs }
    await append(stores, { records: hourOf(NOW_MS, hour), receivedMs: nowMs - 12 * MINUTE_MS })
    const labelled = hour - 2
    if (labelled >= 0 && labelled < 14) {
      const labels = hourOf(NOW_MS, labelled)
        .filter((_, i) => i % 4 !== 0)
        .map(({ id }) => ({ id, at: nowMs, y: 'yes' }))
      await append(stores, { labels, receivedMs: nowMs - MINUTE_MS })
    }
    await drain(() => summarise(ctx))
    await drain(() => joinLabels(ctx))
    await evaluateDue(ctx, 1_000)
    await evaluateDue({ ...ctx, nowMs: nowMs + 5_000 }, 1_000)
    if ((await alerts()).length > 0) firedAt.push(hour)
  }
  const [alert, ...others] = await alerts()
  expect(others).toEqual([])
  expect(alert).toMatchObject({
    cause: 'data_quality',
    severity: 'warning',
    state: 'firing',
    onsetMs: NOW_MS + 14 * HOUR_MS,
  })
  // Complete after 2 × 2 h 11 min and an hour: 5 h 22 min. The second window without labels is the fifteenth; it ends
  // after 16 hours, and fires in the hour that is judged 5 h 22 min later.
  expect(firedAt[0]).toBe(21)
}, 300_000)
