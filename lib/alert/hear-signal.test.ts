import { describe, expect, it } from 'vitest'
import { hearSignal, hearWhileFiring } from '@/lib/alert/hear-signal'
import { AlertWorld, hour, judged, monitor } from '@/lib/alert/testing'
import type { MonitorState } from '@/lib/domain/alert'
import { DRIFT_POLICY } from '@/lib/domain/monitor'

const firing = (...sizes: (number | undefined)[]): MonitorState => ({
  monitorId: 1,
  state: 'firing',
  recent: [1, 1],
  calm: 0,
  onsetMs: 0,
  lastWindowStartMs: 1,
  lastVerdict: 'drift',
  memory: sizes.map((size, at) => ({
    startMs: at,
    breached: true,
    calm: false,
    ...(size === undefined ? {} : { size }),
  })),
})

describe('a window with too little data, to a firing monitor', () => {
  const rows: [string, number | undefined, MonitorState, string][] = [
    ['is calm when the trouble would have been seen', 0.15, firing(0.38, 0.4), 'calm'],
    ['is measured by the smallest breach', 0.15, firing(0.38, 0.16), 'unknown'],
    ['asks for 80 % of the breach, as ever', 0.33, firing(0.4), 'unknown'],
    ['says nothing where the effect has no upper end', undefined, firing(0.4), 'unknown'],
    ['says nothing where no breach of known size is remembered', 0.01, firing(undefined), 'unknown'],
    ['says nothing where no breach is remembered at all', 0.01, firing(), 'unknown'],
  ]
  it.each(rows)('%s', (_, effectUpper, state, expected) => {
    const detail = effectUpper === undefined ? {} : { effectUpper }
    expect(hearSignal('unknown', detail, state, DRIFT_POLICY)).toBe(expected)
  })

  it('changes nothing that any other verdict says', () => {
    expect(hearSignal('breach', { effectUpper: 0 }, firing(0.4), DRIFT_POLICY)).toBe('breach')
    expect(hearSignal('no_data', { effectUpper: 0 }, firing(0.4), DRIFT_POLICY)).toBe('no_data')
  })
})

const age = monitor(1, { column: { family: 'input', name: 'age' } })

describe('a limit set by hand while the alert fires', () => {
  const low = { effect: 0.18, effectUpper: 0.27 }
  it.each([
    ['ends it where even the far end of the interval is well within', 0.6, 'resolved'],
    ['ends nothing where the far end is not', 0.3, 'firing'],
  ])('%s', (_, fixedLimit, state) => {
    const world = new AlertWorld([age])
    const breach = { details: { 1: low }, values: { 1: 0.18 } }
    for (const n of [0, 1]) world.judge(n, { 1: 'drift' }, breach)
    world.monitors = [{ ...age, fixedLimit }]
    for (const n of [2, 3]) world.judge(n, { 1: 'not_enough_data' }, breach)
    expect(world.alert('input_drift').state).toBe(state)
  })

  it('is read the other way round where falling is bad', () => {
    const clicks = monitor(1, { metric: 'click_share', column: null, cause: 'output_drift', fixedLimit: 0.2 })
    const said = (value: number) =>
      hearWhileFiring(
        'quiet',
        clicks,
        judged(clicks, 'not_enough_data', hour(2), { value, detail: { effect: 0.1, effectUpper: 0.14 } }),
        firing(0.1),
      )
    expect([said(0.3), said(0.28)]).toEqual(['calm', 'quiet'])
  })
})

describe('an alert of a version with little traffic', () => {
  it('ends when two small windows would have shown the trouble, never by silence', () => {
    const world = new AlertWorld([age])
    const breach = { details: { 1: { effect: 0.4, effectUpper: 0.5 } } }
    world.judge(0, { 1: 'drift' }, breach)
    world.judge(1, { 1: 'drift' }, breach)
    world.judge(2, { 1: 'no_data' })
    world.judge(3, { 1: 'not_enough_data' }, { details: { 1: { effect: 0.2, effectUpper: 0.45 } } })
    expect(world.alert('input_drift').state).toBe('firing')
    const small = { details: { 1: { effect: 0.09, effectUpper: 0.2 } } }
    world.judge(4, { 1: 'not_enough_data' }, small)
    expect(world.alert('input_drift').state).toBe('recovering')
    world.judge(5, { 1: 'not_enough_data' }, small)
    expect(world.alert('input_drift')).toMatchObject({ state: 'resolved', resolution: 'recovered' })
    expect(world.events.at(-1)?.note).toBe(
      'Calm for 2 windows: too few records to see a small change, enough to see this one.',
    )
  })

  it('is not opened by such windows, and keeps the words of its newest breach when old ones are judged again', () => {
    const world = new AlertWorld([age])
    world.judge(0, { 1: 'not_enough_data' }, { details: { 1: { effect: 0.3, effectUpper: 0.5 } } })
    expect(world.alerts).toEqual([])
    for (const n of [1, 2, 3, 4]) world.judge(n, { 1: 'drift' }, { values: { 1: n / 10 + 0.2 } })
    expect(world.alert('input_drift').title).toContain('KS 0.6 ')
    world.judge(1, { 1: 'severe' }, { values: { 1: 0.9 }, nowMs: hour(90).startMs })
    expect(world.alert('input_drift')).toMatchObject({ severity: 'warning' })
    expect(world.alert('input_drift').title).toContain('KS 0.6 ')
    expect(world.kinds('input_drift')).not.toContain('upgraded')
  })
})

describe('what a fault explained', () => {
  const missing = monitor(2, { metric: 'missing_share', column: age.column, cause: 'data_quality' })

  it('calms down after it in silence, and speaks only when it breaches without it', () => {
    for (const again of [false, true]) {
      const world = new AlertWorld([age, missing])
      const values = { 1: 0.4, 2: 0.45 }
      for (const n of [0, 1]) world.judge(n, { 1: 'drift', 2: 'drift' }, { values })
      expect(world.alert('input_drift').inhibitedBy).toBe(world.alert('data_quality').id)
      for (const n of [2, 3]) world.judge(n, { 1: 'possible', 2: 'ok' })
      expect(world.alert('data_quality').state).toBe('resolved')
      expect(world.alert('input_drift').inhibitedBy).not.toBeNull()
      world.judge(4, { 1: again ? 'drift' : 'ok', 2: 'ok' })
      expect(world.told.includes('input_drift uninhibited')).toBe(again)
    }
  })
})
