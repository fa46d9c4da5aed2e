import { describe, expect, it } from 'vitest'
import { openTestStores } from '@/db/sqlite/testing'
import type { Alert } from '@/lib/domain/alert'
import { HOUR_MS } from '@/lib/domain/time'
import { findSimilarAlerts } from '@/lib/queries/similar-alerts'
import {
  judge,
  NOW_MS,
  openAlert,
  readerContext,
  type SeededVersion,
  seedVersion,
} from '@/lib/queries/testing'
import { whatToDo } from '@/lib/queries/what-to-do'

const CAUSES = [
  'no_data',
  'schema',
  'data_quality',
  'input_drift',
  'output_drift',
  'quality',
  'software',
] as const

describe('alerts like this one', () => {
  it('are those before it with the same measures, and those open now on the same columns', async () => {
    await using stores = await openTestStores()
    const ctx = readerContext(stores)
    const fraud = await seedVersion(stores, 'fraud', ['amount', 'country', 'age'])
    const churn = await seedVersion(stores, 'churn', ['amount', 'tenure'])
    let last = 0
    const fire = async (
      seeded: SeededVersion,
      places: number[],
      hoursAgo: number,
      change: Partial<Alert> = {},
    ) => {
      const firedMs = NOW_MS - hoursAgo * HOUR_MS
      const monitors = places.flatMap((place) => seeded.monitors[place] ?? [])
      const [first] = monitors
      if (!first) throw new Error('no monitor')
      const members = monitors.map(({ id }) => ({
        monitorId: id,
        state: 'firing' as const,
        onsetMs: firedMs,
        evaluationId: 0,
      }))
      const alert = openAlert(seeded, {
        members,
        firedMs,
        onsetMs: firedMs,
        dedupKey: `${++last}`,
        ...change,
      })
      await judge(stores, first, hoursAgo, { verdict: 'drift', value: 0.3 }, [alert])
      const found = (await stores.metadata.listAlerts({ limit: 100 })).find(
        ({ dedupKey }) => dedupKey === `${last}`,
      )
      if (!found) throw new Error('the alert is there')
      return found
    }
    const over = { state: 'resolved', resolvedMs: NOW_MS - HOUR_MS } as const
    const twice = await fire(fraud, [0, 1], 90, over)
    const once = await fire(fraud, [1], 80, over)
    await fire(fraud, [2], 70, over)
    await fire(fraud, [0, 1], 60, { ...over, cause: 'data_quality' })
    const elsewhere = await fire(churn, [0], 12)
    await fire(churn, [1], 11)
    const beside = await fire(fraud, [2], 9, { cause: 'quality' })
    const backfilled = await fire(churn, [0], 8, { historical: true })
    const gone = { ...over, historical: true, resolvedMs: NOW_MS - 6 * HOUR_MS } as const
    await fire(churn, [0], 10, gone)
    const now = await fire(fraud, [0, 1], 5)
    const event = { atMs: NOW_MS, actor: 'user:ada', note: 'A campaign.', kind: 'commented' } as const
    await stores.metadata.addAlertEvents([{ ...event, alertId: twice.id }])
    await stores.metadata.addAlertEvents([
      { ...event, alertId: once.id, actor: 'plumbline', note: 'Recovered.' },
    ])

    const spanOf = ({ onsetMs, resolvedMs }: Alert) => ({ startMs: onsetMs, endMs: resolvedMs ?? NOW_MS })
    const { past, related } = await findSimilarAlerts(ctx, now, spanOf(now))
    expect(past.map(({ item, shared, note }) => [item.id, shared, note])).toEqual([
      [twice.id, 2, 'A campaign.'],
      [once.id, 1, ''],
    ])
    expect(related.map(({ item, columns }) => [item.id, columns])).toEqual([
      [elsewhere.id, ['amount']],
      [beside.id, []],
      [backfilled.id, ['amount']],
    ])
    expect(related.map(({ movedFirst }) => movedFirst)).toEqual([['amount'], [], ['amount']])

    // Of what is over: what was wrong then, not what is wrong now.
    const over24 = { ...over, resolvedMs: NOW_MS - 85 * HOUR_MS } as const
    const early = await fire(fraud, [0, 1], 100, over24)
    const then = await findSimilarAlerts(ctx, early, spanOf(early))
    expect(then.related.map(({ item }) => item.id)).toEqual([twice.id])
    expect(then.past).toEqual([])
  })

  it('that are open beside it are not shown as what was before', async () => {
    await using stores = await openTestStores()
    const seeded = await seedVersion(stores, 'fraud', ['amount'])
    const [monitor] = seeded.monitors
    const firedMs = NOW_MS - 9 * HOUR_MS
    await judge(stores, monitor, 9, { verdict: 'drift', value: 0.3 }, [
      openAlert(seeded, { firedMs, onsetMs: firedMs, dedupKey: 'older' }),
    ])
    await judge(stores, monitor, 3, { verdict: 'drift', value: 0.3 }, [openAlert(seeded)])
    const alert = (await stores.metadata.listAlerts({ limit: 10 })).find(
      ({ dedupKey }) => dedupKey !== 'older',
    )
    if (!alert) throw new Error('the alert is there')
    const span = { startMs: alert.onsetMs, endMs: NOW_MS }
    const { past, related } = await findSimilarAlerts(readerContext(stores), alert, span)
    expect([past.length, related.length]).toEqual([0, 1])
  })
})

describe('what to do', () => {
  it.each(CAUSES)('is said for %s', (cause) => {
    const advice = whatToDo(cause, [])
    expect(advice.length).toBeGreaterThan(1)
    expect(new Set(advice).size).toBe(advice.length)
  })

  it('begins with what the checks suspect', () => {
    const check = { question: 'Did a unit change (×10, ×100, ×1000)?', sentence: '', answer: 'yes' } as const
    expect(whatToDo('input_drift', [check])[0]).toMatch(/^A unit change comes first/)
    expect(whatToDo('input_drift', [{ ...check, answer: 'no' }])[0]).not.toMatch(/unit/)
  })
})
