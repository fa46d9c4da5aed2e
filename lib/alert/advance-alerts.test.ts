import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AlertWorld, hour, monitor } from '@/lib/alert/testing'
import type { Verdict } from '@/lib/domain/evaluation'

const age = monitor(1, { column: { family: 'input', name: 'age' } })
const income = monitor(2, { column: { family: 'input', name: 'income' } })
const score = monitor(3, {
  metric: 'output_drift',
  column: { family: 'output', name: 'score' },
  cause: 'output_drift',
})
const absence = monitor(4, {
  metric: 'volume',
  column: null,
  cause: 'no_data',
  method: null,
  severity: 'critical',
})
const ageMissing = monitor(5, {
  metric: 'missing_share',
  column: age.column,
  cause: 'data_quality',
  method: null,
})
const latency = monitor(6, { metric: 'latency_p95', column: null, cause: 'software', method: null })
const accuracy = monitor(7, {
  metric: 'accuracy',
  column: null,
  cause: 'quality',
  method: null,
  severity: 'critical',
})

describe('an alert over its life', () => {
  it('opens on the second of three breaches, with one first line that is enough', () => {
    const world = new AlertWorld([age, income])
    world.judge(0, { 1: 'drift', 2: 'ok' })
    expect(world.alerts).toEqual([])
    world.judge(1, { 1: 'drift', 2: 'ok' })
    const alert = world.alert('input_drift')
    expect(alert).toMatchObject({
      id: 1,
      state: 'firing',
      severity: 'warning',
      onsetMs: hour(0).startMs,
      historical: false,
    })
    expect(alert.title).toBe('fraud v7: KS 0.31 > 0.20 on age')
    expect(alert.summary).toBe(
      'Inputs have differed from the reference since Tuesday 2026-11-17 00:00 UTC. input:age is drift. Compared with 20,000 records of the reference; p < 0.0001 after correction for all columns.',
    )
    expect(alert.dedupKey).toBe('fraud/v7/input_drift/2026-11-17T00%3A00%3A00Z')
    expect(alert.members).toEqual([
      { monitorId: 1, state: 'firing', onsetMs: hour(0).startMs, evaluationId: 0 },
    ])
    expect(world.told).toEqual(['input_drift fired'])
  })

  it('keeps the words of the window that made it critical, while milder ones follow', () => {
    const world = new AlertWorld([age])
    world.judge(0, { 1: 'drift' })
    world.judge(1, { 1: 'severe' })
    world.judge(2, { 1: 'drift' }, { values: { 1: 0.2002 } })
    expect(world.alert('input_drift')).toMatchObject({ severity: 'critical' })
    expect(world.alert('input_drift').title).toBe('fraud v7: KS 0.62 > 0.20 on age')
    world.judge(3, { 1: 'severe' }, { values: { 1: 0.7 } })
    expect(world.alert('input_drift').title).toBe('fraud v7: KS 0.7 > 0.2 on age')
  })

  it('groups the columns of one cause and says who joined and left', () => {
    const world = new AlertWorld([age, income])
    world.judge(0, { 1: 'drift', 2: 'ok' })
    world.judge(1, { 1: 'drift', 2: 'drift' })
    world.judge(2, { 1: 'ok', 2: 'drift' })
    world.judge(3, { 1: 'ok', 2: 'drift' })
    expect(world.alerts).toHaveLength(1)
    expect(world.kinds('input_drift')).toEqual(['fired', 'member_joined', 'member_left'])
    expect(world.alert('input_drift').members.map((member) => member.monitorId)).toEqual([2])
    expect(world.told).toEqual(['input_drift fired', 'input_drift member_joined'])
  })

  it('recovers and resolves after two calm windows', () => {
    const world = new AlertWorld([age])
    world.run(1, ['drift', 'drift', 'ok', 'ok'])
    expect(world.alert('input_drift')).toMatchObject({
      state: 'resolved',
      resolution: 'recovered',
      resolvedMs: hour(3).endMs,
    })
    expect(world.kinds('input_drift')).toEqual(['fired', 'recovering', 'resolved'])
    expect(world.told).toEqual(['input_drift fired', 'input_drift resolved'])
  })

  it('fires again out of recovery without a second alert or message', () => {
    const world = new AlertWorld([age])
    world.run(1, ['drift', 'drift', 'ok', 'drift'])
    expect(world.kinds('input_drift')).toEqual(['fired', 'recovering', 'refired'])
    expect(world.told).toEqual(['input_drift fired'])
  })

  it('is told as a rise when a warning comes back critical within a day', () => {
    const world = new AlertWorld([age])
    world.run(1, ['drift', 'drift', 'ok', 'ok'])
    world.judge(4, { 1: 'severe' })
    world.judge(5, { 1: 'severe' })
    expect(world.alerts).toHaveLength(1)
    expect(world.alert('input_drift').severity).toBe('critical')
    expect(world.kinds('input_drift').slice(-2)).toEqual(['reopened', 'upgraded'])
    expect(world.told.at(-1)).toBe('input_drift upgraded')
  })

  it('is reopened as the same alert within a day, with a clean acknowledgement', () => {
    const world = new AlertWorld([age])
    world.run(1, ['drift', 'drift', 'ok', 'ok'])
    world.alerts = world.alerts.map((alert) => ({ ...alert, acknowledgedBy: 'ada', acknowledgedMs: 1 }))
    world.judge(20, { 1: 'drift' })
    world.judge(21, { 1: 'drift' })
    expect(world.alerts).toHaveLength(1)
    expect(world.alert('input_drift')).toMatchObject({
      id: 1,
      state: 'firing',
      resolvedMs: null,
      resolution: null,
      acknowledgedBy: null,
    })
    expect(world.alert('input_drift').onsetMs).toBe(hour(0).startMs)
    expect(world.told.at(-1)).toBe('input_drift reopened')
  })

  it('is followed by a new alert after more than a day', () => {
    const world = new AlertWorld([age])
    world.run(1, ['drift', 'drift', 'ok', 'ok'])
    world.judge(30, { 1: 'drift' })
    world.judge(31, { 1: 'drift' })
    expect(world.alerts.map(({ id, state }) => [id, state])).toEqual([
      [1, 'resolved'],
      [2, 'firing'],
    ])
    expect(world.alert('input_drift').dedupKey).not.toBe(world.alerts[0]?.dedupKey)
  })

  it('stays resolved by a person while the same breach goes on, and opens for a fresh one', () => {
    const world = new AlertWorld([age, income])
    world.judge(0, { 1: 'drift', 2: 'ok' })
    world.judge(1, { 1: 'drift', 2: 'ok' })
    world.alerts = world.alerts.map((alert) => ({
      ...alert,
      state: 'resolved',
      resolution: 'manual',
      resolvedMs: hour(1).endMs,
    }))
    world.judge(2, { 1: 'drift', 2: 'drift' })
    expect(world.alert('input_drift').state).toBe('resolved')
    world.judge(3, { 1: 'drift', 2: 'drift' })
    expect(world.alert('input_drift').state).toBe('firing')
  })

  it('is raised to critical by a severe verdict and never lowered while open', () => {
    const world = new AlertWorld([age])
    world.judge(0, { 1: 'drift' })
    world.judge(1, { 1: 'drift' })
    world.judge(2, { 1: 'severe' })
    world.judge(3, { 1: 'drift' })
    expect(world.alert('input_drift').severity).toBe('critical')
    expect(world.kinds('input_drift')).toEqual(['fired', 'upgraded'])
    expect(world.told).toEqual(['input_drift fired', 'input_drift upgraded'])
  })

  it('survives hours without data, with too little data and with errors', () => {
    const world = new AlertWorld([age])
    world.run(1, ['drift', 'drift', 'no_data', 'not_enough_data', 'error', 'constant'])
    expect(world.alert('input_drift').state).toBe('firing')
    expect(world.kinds('input_drift')).toEqual(['fired'])
  })

  it('ends as superseded when its monitors are switched off or replaced', () => {
    const world = new AlertWorld([age])
    world.judge(0, { 1: 'drift' })
    world.judge(1, { 1: 'drift' })
    world.monitors = [{ ...age, enabled: false }]
    world.judge(2, {})
    expect(world.alert('input_drift')).toMatchObject({ state: 'resolved', resolution: 'superseded' })
    expect(world.states[0]?.state).toBe('inactive')
  })
})

describe('late data', () => {
  it('corrects an alert without opening a new one', () => {
    const world = new AlertWorld([age])
    world.judge(0, { 1: 'drift' })
    world.judge(1, { 1: 'drift' })
    world.judge(1, { 1: 'ok' }, { nowMs: hour(2).endMs })
    expect(world.kinds('input_drift')).toEqual(['fired', 'corrected', 'recovering'])
    expect(world.told).toEqual(['input_drift fired', 'input_drift corrected'])
    world.judge(0, { 1: 'ok' }, { nowMs: hour(2).endMs })
    expect(world.alert('input_drift').state).toBe('resolved')
  })

  it('leaves a line on an alert that is already over', () => {
    const world = new AlertWorld([age])
    world.run(1, ['drift', 'drift', 'ok', 'ok'])
    world.judge(3, { 1: 'drift' }, { nowMs: hour(4).endMs })
    expect(world.kinds('input_drift').at(-1)).toBe('corrected')
    expect(world.alert('input_drift').state).toBe('resolved')
  })
})

describe('history', () => {
  it('opens and resolves alerts by the windows’ own time and tells nobody', () => {
    const world = new AlertWorld([age])
    world.run(1, ['drift', 'drift', 'ok', 'ok'], { historical: true, nowMs: hour(1_000).endMs })
    expect(world.alert('input_drift')).toMatchObject({
      historical: true,
      firedMs: hour(1).endMs,
      resolvedMs: hour(3).endMs,
    })
    expect(world.told).toEqual([])
  })

  it('speaks up once the breach is seen in live records', () => {
    const world = new AlertWorld([age])
    world.judge(0, { 1: 'drift' }, { historical: true })
    world.judge(1, { 1: 'drift' }, { historical: true })
    world.judge(2, { 1: 'drift' })
    expect(world.alerts).toHaveLength(1)
    expect(world.alert('input_drift').historical).toBe(false)
    expect(world.told).toEqual(['input_drift went_live'])
  })

  it('stays silent when live records are fine', () => {
    const world = new AlertWorld([age])
    world.judge(0, { 1: 'drift' }, { historical: true })
    world.judge(1, { 1: 'drift' }, { historical: true })
    world.judge(2, { 1: 'ok' })
    world.judge(3, { 1: 'ok' })
    expect(world.alert('input_drift')).toMatchObject({ historical: true, state: 'resolved' })
    expect(world.told).toEqual([])
  })
})

describe('history judged after live windows', () => {
  it('moves the onset of an open alert back, in all its words but its key, and tells nobody', () => {
    const world = new AlertWorld([age])
    world.judge(5, { 1: 'drift' })
    world.judge(6, { 1: 'drift' })
    const { dedupKey } = world.alert('input_drift')
    world.judge(4, { 1: 'drift' }, { historical: true, nowMs: hour(7).endMs, runs: { 1: 2 } })
    expect(world.alerts).toHaveLength(1)
    expect(world.alert('input_drift')).toMatchObject({
      onsetMs: hour(2).startMs,
      historical: false,
      state: 'firing',
      dedupKey,
    })
    expect(world.alert('input_drift').summary).toContain('since Tuesday 2026-11-17 02:00 UTC')
    expect(world.events.at(-1)).toMatchObject({
      kind: 'corrected',
      note: 'It began earlier than was known: windows judged since show it from 2026-11-17T02:00:00Z on.',
    })
    expect(world.told).toEqual(['input_drift fired'])
  })

  it('leaves the onset where the window before it was fine', () => {
    const world = new AlertWorld([age])
    world.judge(5, { 1: 'drift' })
    world.judge(6, { 1: 'drift' })
    world.judge(4, { 1: 'ok' }, { historical: true, nowMs: hour(7).endMs })
    world.judge(3, { 1: 'drift' }, { historical: true, nowMs: hour(7).endMs })
    expect(world.alert('input_drift').onsetMs).toBe(hour(5).startMs)
    expect(world.kinds('input_drift')).toEqual(['fired'])
  })
})

describe('one cause, one alert', () => {
  it.each<[string, (world: AlertWorld) => void]>([
    [
      'seen in history and then live',
      (world) => {
        for (const n of [0, 1]) world.judge(n, { 1: 'drift', 5: 'drift' }, { historical: true })
        for (const n of [2, 3]) world.judge(n, { 1: 'drift', 5: 'drift' })
      },
    ],
    [
      'over in history, back in live windows within a day',
      (world) => {
        for (const n of [0, 1]) world.judge(n, { 1: 'drift', 5: 'drift' }, { historical: true })
        for (const n of [2, 3]) world.judge(n, { 1: 'ok', 5: 'ok' }, { historical: true })
        for (const n of [20, 21]) world.judge(n, { 1: 'drift', 5: 'drift' })
      },
    ],
    [
      'the column does not arrive for two windows',
      (world) => {
        for (const n of [0, 1]) world.judge(n, { 1: 'drift', 5: 'drift' })
        for (const n of [2, 3]) world.judge(n, { 1: 'no_data', 5: 'no_data' })
        for (const n of [4, 5]) world.judge(n, { 1: 'drift', 5: 'drift' })
      },
    ],
    [
      'another column of the same cause takes over',
      (world) => {
        for (const n of [0, 1]) world.judge(n, { 1: 'drift', 2: 'ok', 5: 'drift' })
        for (const n of [2, 3, 4]) world.judge(n, { 1: 'ok', 2: 'drift', 5: 'drift' })
      },
    ],
  ])('holds when it is %s', (_name, happen) => {
    const world = new AlertWorld([age, income, ageMissing])
    happen(world)
    expect(world.alerts.map(({ cause }) => cause).sort()).toEqual(['data_quality', 'input_drift'])
  })

  const unit = {
    kind: 'unit_change' as const,
    column: { family: 'input' as const, name: 'age' },
    share: 1,
    sentence: '',
  }

  it('says the change of unit once: what follows from it is told by its own measure and stays under its cause', () => {
    const world = new AlertWorld([age, ageMissing])
    const both = { findings: { 1: [unit], 5: [unit] }, historical: true }
    for (const n of [0, 1, 2]) world.judge(n, { 1: 'severe', 5: 'drift' }, both)
    const [fault, drift] = [world.alert('data_quality'), world.alert('input_drift')]
    expect(fault.title).toBe('fraud v7: the unit of age seems to have changed')
    expect(drift.title).toBe('fraud v7: KS 0.62 > 0.20 on age')
    expect(world.events.find(({ alertId }) => alertId === drift.id)?.note).toBe(drift.title)
    for (const n of [3, 4]) world.judge(n, { 1: 'ok', 5: 'ok' }, { historical: true })
    expect(world.alert('input_drift')).toMatchObject({ state: 'resolved', inhibitedBy: fault.id })
  })

  it('names the change of unit on the drift itself where nothing else does', () => {
    const world = new AlertWorld([age])
    for (const n of [0, 1]) world.judge(n, { 1: 'severe' }, { findings: { 1: [unit] } })
    expect(world.alert('input_drift').title).toBe('fraud v7: the unit of age seems to have changed')
  })
})

describe('causes that explain one another', () => {
  it('lets missing values explain the drift of the same column, from the same window on', () => {
    const world = new AlertWorld([age, ageMissing])
    world.judge(0, { 1: 'drift', 5: 'drift' })
    world.judge(1, { 1: 'drift', 5: 'drift' })
    const quality = world.alert('data_quality')
    expect(world.alert('input_drift').inhibitedBy).toBe(quality.id)
    expect(world.kinds('input_drift')).toEqual(['fired', 'inhibited'])
  })

  it('does not let a few faulty rows explain a large drift of the same column', () => {
    const world = new AlertWorld([age, ageMissing])
    for (const n of [0, 1]) world.judge(n, { 1: 'severe', 5: 'drift' }, { values: { 5: 0.04 } })
    expect(world.alert('data_quality').state).toBe('firing')
    expect(world.alert('input_drift').inhibitedBy).toBeNull()
  })

  it('lets a changed unit explain the drift, however few values are out of range', () => {
    const world = new AlertWorld([age, ageMissing])
    const finding = {
      kind: 'unit_change' as const,
      column: { family: 'input' as const, name: 'age' },
      share: 1,
      sentence: '',
    }
    for (const n of [0, 1]) {
      world.judge(n, { 1: 'severe', 5: 'drift' }, { values: { 5: 0.04 }, findings: { 5: [finding] } })
    }
    expect(world.alert('input_drift').inhibitedBy).toBe(world.alert('data_quality').id)
    expect(world.alert('data_quality').title).toBe('fraud v7: the unit of age seems to have changed')
  })

  it('keeps an explanation through windows that say nothing', () => {
    const world = new AlertWorld([age, ageMissing])
    for (const n of [0, 1]) world.judge(n, { 1: 'drift', 5: 'drift' })
    world.judge(2, {})
    expect(world.alert('input_drift').inhibitedBy).toBe(world.alert('data_quality').id)
  })

  it('does not let one column explain another', () => {
    const world = new AlertWorld([income, ageMissing])
    world.judge(0, { 2: 'drift', 5: 'drift' })
    world.judge(1, { 2: 'drift', 5: 'drift' })
    expect(world.alert('input_drift').inhibitedBy).toBeNull()
  })

  it('frees an alert when a column joins that is not explained', () => {
    const world = new AlertWorld([age, income, ageMissing])
    world.judge(0, { 1: 'drift', 2: 'ok', 5: 'drift' })
    world.judge(1, { 1: 'drift', 2: 'drift', 5: 'drift' })
    expect(world.alert('input_drift').inhibitedBy).not.toBeNull()
    world.judge(2, { 1: 'drift', 2: 'drift', 5: 'drift' })
    expect(world.alert('input_drift').inhibitedBy).toBeNull()
    expect(world.told.at(-1)).toBe('input_drift member_joined')
  })

  it('tells of what is left once the explanation is over', () => {
    const world = new AlertWorld([age, ageMissing])
    world.judge(0, { 1: 'drift', 5: 'drift' })
    world.judge(1, { 1: 'drift', 5: 'drift' })
    world.judge(2, { 1: 'drift', 5: 'ok' })
    world.judge(3, { 1: 'drift', 5: 'ok' })
    expect(world.alert('input_drift')).toMatchObject({ state: 'firing', inhibitedBy: null })
    expect(world.told.slice(-2).sort()).toEqual(['data_quality resolved', 'input_drift uninhibited'])
  })

  it('lets missing data explain everything but the serving itself', () => {
    const world = new AlertWorld([age, score, latency, absence])
    const all = { 1: 'drift', 3: 'drift', 6: 'drift' } as const
    world.judge(0, all)
    world.judge(1, { ...all, 4: 'no_data' })
    const missing = world.alert('no_data')
    expect(world.alert('input_drift').inhibitedBy).toBe(missing.id)
    expect(world.alert('output_drift').inhibitedBy).toBe(missing.id)
    expect(world.alert('software').inhibitedBy).toBeNull()
    expect(missing.title).toBe('fraud v7: no records arrive')
    for (const n of [2, 3]) world.judge(n, { ...all, 4: 'ok' })
    const ends = world.events.filter(({ alertId, kind }) => alertId === missing.id && kind === 'resolved')
    expect(ends.map(({ note }) => note)).toEqual(['Records came in 2 windows again.'])
  })

  it('never hides a critical alert behind a warning on another column', () => {
    const world = new AlertWorld([accuracy, score, ageMissing])
    for (const n of [0, 1]) world.judge(n, { 7: 'drift', 3: 'drift', 5: 'drift' })
    expect(world.alert('quality').inhibitedBy).toBeNull()
    expect(world.alert('output_drift').inhibitedBy).toBe(world.alert('data_quality').id)
  })

  it('does not explain by what began long after', () => {
    const world = new AlertWorld([age, ageMissing])
    for (const n of [0, 1, 2, 3]) world.judge(n, { 1: 'drift', 5: 'ok' })
    world.judge(4, { 1: 'drift', 5: 'drift' })
    expect(world.alert('input_drift').inhibitedBy).toBeNull()
  })
})

describe('a monitor that is no longer judged', () => {
  it('is stale after three windows without a result, and its alert stays', () => {
    const world = new AlertWorld([age, income])
    world.judge(0, { 1: 'drift', 2: 'ok' })
    world.judge(1, { 1: 'drift', 2: 'ok' })
    for (const n of [2, 3, 4]) world.judge(n, {})
    expect(world.states.find(({ monitorId }) => monitorId === 2)?.state).toBe('inactive')
    world.judge(5, {})
    expect(world.states.find(({ monitorId }) => monitorId === 2)?.state).toBe('stale')
    expect(world.alert('input_drift').state).toBe('firing')
  })
})

describe('laws of alerts', () => {
  const verdict = fc.constantFrom<Verdict>(
    'ok',
    'possible',
    'drift',
    'severe',
    'no_data',
    'not_enough_data',
    'error',
  )
  const episode = fc.array(fc.record({ 1: verdict, 2: verdict, 5: verdict }), { maxLength: 30 })

  it('fires before it resolves, has one open alert a cause, and repeats itself exactly', () => {
    fc.assert(
      fc.property(episode, (windows) => {
        const world = new AlertWorld([age, income, ageMissing])
        const again = new AlertWorld([age, income, ageMissing])
        windows.forEach((verdicts, n) => {
          world.judge(n, verdicts)
          again.states = JSON.parse(JSON.stringify(again.states))
          again.alerts = JSON.parse(JSON.stringify(again.alerts))
          again.judge(n, verdicts)
          for (const cause of ['input_drift', 'data_quality']) {
            expect(
              world.alerts.filter((alert) => alert.cause === cause && alert.state !== 'resolved').length,
            ).toBeLessThan(2)
          }
        })
        expect(again.alerts).toEqual(world.alerts)
        expect(again.told).toEqual(world.told)
        for (const cause of ['input_drift', 'data_quality']) {
          let open = false
          for (const kind of world.kinds(cause)) {
            if (kind === 'fired' || kind === 'reopened') {
              expect(open).toBe(false)
              open = true
            }
            if (kind === 'resolved') {
              expect(open).toBe(true)
              open = false
            }
          }
        }
      }),
    )
  })
})
