import { describe, expect, it } from 'vitest'
import { openTestStores } from '@/db/sqlite/testing'
import { DRIFT_POLICY, FAULT_POLICY } from '@/lib/domain/monitor'
import { HOUR_MS } from '@/lib/domain/time'
import { listMonitorsByNoise } from '@/lib/queries/monitor-list'
import { getMonitorPage } from '@/lib/queries/monitor-page'
import { unused, usefulnessOf } from '@/lib/queries/monitor-use'
import { firingPeak, partPeaks } from '@/lib/queries/suggest-limit'
import {
  judge,
  NOW_MS,
  openAlert,
  readerContext,
  type SeededVersion,
  seedVersion,
} from '@/lib/queries/testing'

describe('what the alerts of a monitor say about it', () => {
  it.each([
    ['it never fired', {}, 'quiet'],
    ['people found something real', { fired: 3, real: 2, falseAlarms: 1 }, 'useful'],
    ['people found it false', { fired: 3, real: 1, falseAlarms: 2 }, 'noisy'],
    ['it fired often and nobody ever looked', { fired: 3, unseen: 3 }, 'unseen'],
    ['it fired twice and nobody looked, which may be chance', { fired: 2, unseen: 2 }, 'unjudged'],
    ['people looked and said nothing', { fired: 4, unseen: 1 }, 'unjudged'],
    ['people took it by links and never opened it', { fired: 4, unseen: 4, acknowledged: 1 }, 'unjudged'],
  ] as const)('%s', (_, use, expected) => {
    expect(usefulnessOf({ ...unused(1), ...use })).toBe(expected)
  })
})

describe('a suggested limit', () => {
  it.each([
    ['lies above every false alarm', { false: [0.2, 0.24], real: [0.4] }, 0.252],
    ['never costs a real alert', { false: [0.2, 0.41], real: [0.4] }, null],
    ['needs a false alarm', { false: [], real: [0.4] }, null],
    ['needs no real one', { false: [0.1], real: [] }, 0.105],
  ] as const)('%s', (_, peaks, limit) => {
    expect(partPeaks(peaks)).toBe(limit)
  })

  it.each([
    ['lies below every false alarm', { false: [0.9, 0.84], real: [0.7] }, 0.8],
    ['never costs a real alert', { false: [0.9, 0.7], real: [0.75] }, null],
  ] as const)('of a metric that is bad when it falls %s', (_, peaks, limit) => {
    expect(partPeaks(peaks, 'down', 1)).toBe(limit)
  })

  const windows = (...values: (number | null)[]) =>
    values.map((value) => ({ verdict: value === 0.05 ? ('ok' as const) : ('drift' as const), value }))
  it.each([
    ['the second worst of three, where 2 of 3 fire', windows(0.22, 0.4, 0.3, 0.25), DRIFT_POLICY, 'up', 0.3],
    ['not what lies further apart', windows(0.4, 0.05, 0.05, 0.3, 0.22), DRIFT_POLICY, 'up', 0.22],
    ['the worst, where one window fires', windows(0.22, 0.4), FAULT_POLICY, 'up', 0.4],
    ['nothing, where too few windows breached', windows(0.4, 0.05, 0.05), DRIFT_POLICY, 'up', null],
    [
      'every limit, where what breached has no value',
      windows(null),
      FAULT_POLICY,
      'up',
      Number.POSITIVE_INFINITY,
    ],
    ['the second lowest, where falling is bad', windows(0.9, 0.5, 0.7), DRIFT_POLICY, 'down', 0.7],
  ] as const)('keeps a real alert that reached %s', (_, values, policy, bad, peak) => {
    expect(firingPeak(values, policy, bad)).toBe(peak)
  })

  it('is none that the monitor could not have', () => {
    expect(partPeaks({ false: [0.97], real: [] }, 'up', 1)).toBeNull()
  })
})

describe('the list of monitors', () => {
  it('puts wasted calls first, then all calls, and leaves out what never fired', async () => {
    await using stores = await openTestStores()
    const ctx = readerContext(stores)
    const noisy = await seedVersion(stores, 'noisy', ['a', 'b', 'c'])
    const calm = await seedVersion(stores, 'calm', ['d'])
    const fire = async (seeded: SeededVersion, index: number, hoursAgo: number, value: number) => {
      const monitor = seeded.monitors[index]
      if (!monitor) throw new Error('no such monitor')
      const firedMs = NOW_MS - hoursAgo * HOUR_MS
      const members = [{ monitorId: monitor.id, state: 'firing' as const, onsetMs: firedMs, evaluationId: 0 }]
      const alert = openAlert(seeded, {
        members,
        firedMs,
        onsetMs: firedMs,
        resolvedMs: firedMs + HOUR_MS,
        state: 'resolved',
        dedupKey: `${monitor.id} ${hoursAgo}`,
      })
      await judge(stores, monitor, hoursAgo, { verdict: 'drift', value }, [alert])
      const [stored] = await stores.metadata.listAlerts({ limit: 1, before: { firedMs: firedMs + 1, id: 0 } })
      return { monitor, alert: stored }
    }
    const first = await fire(noisy, 0, 9, 0.2)
    await fire(noisy, 0, 30, 0.21)
    await fire(noisy, 1, 8, 0.3)
    await fire(calm, 0, 7, 0.4)
    if (!first.alert) throw new Error('no alert')
    const judged = { judgement: 'false_alarm', judgedBy: 'ada', judgedMs: NOW_MS } as const
    await stores.metadata.changeAlert({ ...first.alert, ...judged }, first.alert, [], [])

    const { rows, total } = await listMonitorsByNoise(ctx, { model: null })
    expect(total).toBe(4)
    expect(rows.map(({ monitor, usefulness, use }) => [monitor.column?.name, use.fired, usefulness])).toEqual(
      [
        ['a', 2, 'noisy'],
        ['d', 1, 'unjudged'],
        ['b', 1, 'unjudged'],
      ],
    )
    expect((await listMonitorsByNoise(ctx, { model: 'noisy' })).rows).toHaveLength(3)
    await expect(listMonitorsByNoise(ctx, { model: 'nobody' })).rejects.toMatchObject({ code: 'not_found' })

    const page = await getMonitorPage(ctx, first.monitor.id)
    expect(page).toMatchObject({
      usefulness: 'noisy',
      isActive: true,
      suggestion: { limit: 0.21, falseAlarms: 1, real: 0 },
      canHaveLimit: true,
    })
    expect(page.methods.map(({ id }) => id)).toContain('ks')
    await expect(getMonitorPage(ctx, 9_999)).rejects.toMatchObject({ code: 'not_found' })
  })
})
