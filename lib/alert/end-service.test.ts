import { describe, expect, it } from 'vitest'
import { endService, serviceEnd } from '@/lib/alert/end-service'
import { AlertWorld, hour, monitor, START_MS, V7 } from '@/lib/alert/testing'
import type { Version } from '@/lib/domain/model'
import { type Cadence, DAY_MS, HOUR_MS } from '@/lib/domain/time'

const v7 = (change: Partial<Version> = {}): Version => ({ ...V7, lastRecordMs: START_MS, ...change })
const v8 = (afterMs: number, change: Partial<Version> = {}): Version => ({
  ...V7,
  id: 12,
  name: 'v8',
  lastRecordMs: START_MS + afterMs,
  ...change,
})

describe('a version', () => {
  it.each<[string, Version, Version[], Cadence, boolean]>([
    ['ends when another has served for a day since', v7(), [v8(DAY_MS)], '1h', true],
    ['serves on until then', v7(), [v8(DAY_MS - 1)], '1h', false],
    ['ends after three windows that are longer than a day', v7(), [v8(21 * DAY_MS)], '1w', true],
    ['serves on before three such windows', v7(), [v8(20 * DAY_MS)], '1w', false],
    ['does not end by silence alone', v7(), [], '1h', false],
    ['is not replaced by a shadow', v7(), [v8(9 * DAY_MS, { mode: 'shadow' })], '1h', false],
    ['is not replaced by a canary', v7(), [v8(9 * DAY_MS, { mode: 'canary' })], '1h', false],
    ['is not replaced by itself', v7(), [v7({ lastRecordMs: START_MS + 9 * DAY_MS })], '1h', false],
    ['ends when it is retired', v7({ mode: 'retired' }), [], '1h', true],
    ['that never served has nothing to end', v7({ lastRecordMs: null }), [v8(9 * DAY_MS)], '1h', false],
  ])('%s', (_name, version, siblings, cadence, ends) => {
    expect(serviceEnd(version, siblings, cadence) !== null).toBe(ends)
  })
})

describe('the end of service', () => {
  const age = monitor(1)
  const end = { atMs: START_MS + DAY_MS, note: 'v7 no longer serves.' }
  const finish = (world: AlertWorld) => {
    const result = endService({ nowMs: START_MS + 9 * DAY_MS, end, open: world.alerts, states: world.states })
    world.states = result.states
    world.alerts = result.alerts
    return result
  }

  it('resolves a live alert now, with the reason, and tells those who were told', () => {
    const world = new AlertWorld([age])
    world.run(1, ['drift', 'drift'])
    const { alerts, events, notify, states } = finish(world)
    expect(alerts).toMatchObject([
      { state: 'resolved', resolution: 'superseded', resolvedMs: START_MS + 9 * DAY_MS },
    ])
    expect(events).toMatchObject([{ alertId: 1, kind: 'resolved', note: 'v7 no longer serves.' }])
    expect(notify).toMatchObject([{ type: 'alert.resolved', because: 'resolved' }])
    expect(states).toMatchObject([{ monitorId: 1, state: 'inactive', onsetMs: null }])
  })

  it('resolves history by its own time and tells nobody', () => {
    const world = new AlertWorld([age])
    world.run(1, ['drift', 'drift'], { historical: true })
    const { alerts, notify } = finish(world)
    expect(alerts).toMatchObject([{ state: 'resolved', resolvedMs: START_MS + DAY_MS }])
    expect(notify).toEqual([])
  })

  it('stays the end when late labels reach old windows, and is no end for a version that serves again', () => {
    const world = new AlertWorld([age])
    world.run(1, ['drift', 'drift', 'drift'])
    finish(world)
    for (const n of [0, 1]) world.judge(n, { 1: 'drift' }, { nowMs: START_MS + 9 * DAY_MS })
    expect(world.alerts.map(({ state }) => state)).toEqual(['resolved'])
    const again = Math.round((9 * DAY_MS) / HOUR_MS) + 1
    for (const n of [again, again + 1]) world.judge(n, { 1: 'drift' }, { nowMs: hour(n).endMs })
    expect(world.alerts.map(({ state }) => state)).toEqual(['firing'])
  })
})
