import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { advanceMonitor, initialState, isOnFire } from '@/lib/alert/advance-monitor'
import { SIGNALS, type Signal } from '@/lib/alert/read-verdict'
import type { MonitorState, MonitorStateName } from '@/lib/domain/alert'
import type { Verdict } from '@/lib/domain/evaluation'
import { DRIFT_POLICY, FAULT_POLICY, type FiringPolicy } from '@/lib/domain/monitor'
import { HOUR_MS } from '@/lib/domain/time'

const VERDICT: Record<Signal, Verdict | null> = {
  breach: 'drift',
  between: 'possible',
  calm: 'ok',
  quiet: 'not_enough_data',
  unknown: 'not_enough_data',
  no_data: 'no_data',
  error: 'error',
  stale: null,
  ended: null,
}

function feed(state: MonitorState, signal: Signal, hour: number, policy: FiringPolicy = DRIFT_POLICY) {
  const windowStartMs = signal === 'stale' || signal === 'ended' ? null : hour * HOUR_MS
  return advanceMonitor(state, { signal, verdict: VERDICT[signal], windowStartMs }, policy)
}

function stateAfter(signals: readonly Signal[], policy: FiringPolicy = DRIFT_POLICY): MonitorState {
  return signals.reduce((state, signal, hour) => feed(state, signal, hour, policy).state, initialState(1))
}

function withoutMemory(state: MonitorState): MonitorState {
  return { ...state, memory: undefined }
}

/** How each state is reached, and what every signal makes of it under 2 of 3, recover 2. */
const TABLE: Record<string, { via: Signal[]; from: MonitorStateName; to: Record<Signal, MonitorStateName> }> =
  {
    'nothing seen yet': {
      via: [],
      from: 'inactive',
      to: {
        breach: 'pending',
        between: 'inactive',
        calm: 'inactive',
        quiet: 'inactive',
        unknown: 'inactive',
        no_data: 'no_data',
        error: 'error',
        stale: 'stale',
        ended: 'inactive',
      },
    },
    'one breach pending': {
      via: ['breach'],
      from: 'pending',
      to: {
        breach: 'firing',
        between: 'pending',
        calm: 'pending',
        quiet: 'pending',
        unknown: 'pending',
        no_data: 'no_data',
        error: 'error',
        stale: 'stale',
        ended: 'inactive',
      },
    },
    'one breach about to be forgotten': {
      via: ['breach', 'calm', 'calm'],
      from: 'pending',
      to: {
        breach: 'pending',
        between: 'inactive',
        calm: 'inactive',
        quiet: 'inactive',
        unknown: 'pending',
        no_data: 'no_data',
        error: 'error',
        stale: 'stale',
        ended: 'inactive',
      },
    },
    'a firing monitor': {
      via: ['breach', 'breach'],
      from: 'firing',
      to: {
        breach: 'firing',
        between: 'firing',
        calm: 'recovering',
        quiet: 'firing',
        unknown: 'firing',
        no_data: 'firing',
        error: 'firing',
        stale: 'firing',
        ended: 'inactive',
      },
    },
    'a recovering monitor': {
      via: ['breach', 'breach', 'calm'],
      from: 'recovering',
      to: {
        breach: 'firing',
        between: 'firing',
        calm: 'inactive',
        quiet: 'recovering',
        unknown: 'recovering',
        no_data: 'recovering',
        error: 'recovering',
        stale: 'recovering',
        ended: 'inactive',
      },
    },
    'no data, one breach remembered': {
      via: ['breach', 'no_data'],
      from: 'no_data',
      to: {
        breach: 'firing',
        between: 'pending',
        calm: 'pending',
        quiet: 'pending',
        unknown: 'pending',
        no_data: 'no_data',
        error: 'error',
        stale: 'stale',
        ended: 'inactive',
      },
    },
    'a stale monitor': {
      via: ['calm', 'stale'],
      from: 'stale',
      to: {
        breach: 'pending',
        between: 'inactive',
        calm: 'inactive',
        quiet: 'inactive',
        unknown: 'inactive',
        no_data: 'no_data',
        error: 'error',
        stale: 'stale',
        ended: 'inactive',
      },
    },
    'a monitor in error': {
      via: ['error'],
      from: 'error',
      to: {
        breach: 'pending',
        between: 'inactive',
        calm: 'inactive',
        quiet: 'inactive',
        unknown: 'inactive',
        no_data: 'no_data',
        error: 'error',
        stale: 'stale',
        ended: 'inactive',
      },
    },
  }

describe('one monitor, every state with every signal', () => {
  for (const [name, { via, from, to }] of Object.entries(TABLE)) {
    for (const signal of SIGNALS) {
      it(`${name} (${from}) + ${signal} → ${to[signal]}`, () => {
        const before = stateAfter(via)
        expect(before.state).toBe(from)
        expect(feed(before, signal, via.length).state.state).toBe(to[signal])
      })
    }
  }
})

describe('one monitor over several windows', () => {
  it.each<[string, Signal[], MonitorStateName]>([
    ['fires on breaches that are not neighbours', ['breach', 'calm', 'breach'], 'firing'],
    ['does not fire on breaches three windows apart', ['breach', 'calm', 'calm', 'breach'], 'pending'],
    [
      'counts breaches across windows with too little data',
      ['breach', 'unknown', 'unknown', 'unknown', 'breach'],
      'firing',
    ],
    [
      'does not gather breaches over quiet windows with too little data',
      ['breach', 'quiet', 'quiet', 'breach', 'quiet', 'quiet', 'breach'],
      'pending',
    ],
    ['keeps firing through quiet windows', ['breach', 'breach', 'quiet', 'quiet', 'quiet'], 'firing'],
    ['counts breaches across a gap', ['breach', 'no_data', 'no_data', 'breach'], 'firing'],
    ['counts calm windows across a gap', ['breach', 'breach', 'calm', 'no_data', 'calm'], 'inactive'],
    [
      'starts the calm count again after a value near the limit',
      ['breach', 'breach', 'calm', 'between', 'calm'],
      'recovering',
    ],
    [
      'never recovers while values stay near the limit',
      ['breach', 'breach', 'between', 'between', 'between'],
      'firing',
    ],
    [
      'never recovers by absence',
      ['breach', 'breach', 'no_data', 'no_data', 'error', 'unknown', 'stale'],
      'firing',
    ],
    ['rests once its version no longer serves', ['breach', 'breach', 'ended'], 'inactive'],
    ['is judged afresh when its version serves again', ['breach', 'breach', 'ended', 'breach'], 'pending'],
    [
      'fires again when its version serves again and breaches twice',
      ['breach', 'breach', 'ended', 'breach', 'breach'],
      'firing',
    ],
    ['needs two breaches again after a recovery', ['breach', 'breach', 'calm', 'calm', 'breach'], 'pending'],
  ])('%s', (_name, signals, expected) => {
    expect(stateAfter(signals).state).toBe(expected)
  })

  it('fires at once where one window is enough', () => {
    expect(stateAfter(['breach'], FAULT_POLICY).state).toBe('firing')
    expect(stateAfter(['breach', 'calm', 'calm'], FAULT_POLICY).state).toBe('inactive')
  })

  it('keeps the onset at the first breaching window of the episode', () => {
    expect(stateAfter(['calm', 'breach', 'calm', 'breach', 'breach', 'breach']).onsetMs).toBe(HOUR_MS)
    expect(stateAfter(['breach', 'breach', 'calm', 'calm']).onsetMs).toBeNull()
  })
})

describe('a window judged again', () => {
  it('takes a pending breach back', () => {
    const { state, corrected } = feed(feed(stateAfter(['breach']), 'calm', 1).state, 'calm', 0)
    expect(state.state).toBe('inactive')
    expect(corrected).toBe(true)
  })

  it('fires when late records turn an earlier window into a breach', () => {
    const { state, corrected } = feed(stateAfter(['calm', 'breach']), 'breach', 0)
    expect(state.state).toBe('firing')
    expect(state.onsetMs).toBe(0)
    expect(corrected).toBe(true)
  })

  it('moves a firing monitor only along the usual way', () => {
    const once = feed(stateAfter(['breach', 'breach']), 'calm', 1)
    expect(once.state.state).toBe('recovering')
    expect(once.corrected).toBe(true)
    expect(feed(once.state, 'calm', 0).state.state).toBe('inactive')
  })

  it('is no correction when it says the same again', () => {
    expect(feed(stateAfter(['breach', 'breach']), 'breach', 1).corrected).toBe(false)
  })

  it('fills a gap where there was too little data before', () => {
    expect(feed(stateAfter(['breach', 'unknown', 'calm']), 'breach', 1).state.state).toBe('firing')
  })

  it('changes nothing when it is older than all that is remembered', () => {
    const before = stateAfter(['calm', 'calm', 'calm', 'calm'])
    expect(feed(before, 'breach', 0).state).toEqual(before)
  })

  it('changes nothing once its version no longer serves: labels still reach its windows', () => {
    const rested = stateAfter(['breach', 'breach', 'breach', 'ended'])
    const again = [0, 1].reduce((state, hour) => feed(state, 'breach', hour).state, rested)
    expect(again).toEqual(rested)
  })

  it('does not turn an old gap into the present state', () => {
    expect(feed(stateAfter(['calm', 'calm']), 'no_data', 0).state.state).toBe('inactive')
  })
})

describe('history judged after live windows', () => {
  const firing = [5, 6].reduce((state, hour) => feed(state, 'breach', hour).state, initialState(1))
  const judge = (hour: number, signal: Signal, runStartMs?: number, before = firing) =>
    advanceMonitor(
      before,
      {
        signal,
        verdict: VERDICT[signal],
        windowStartMs: hour * HOUR_MS,
        windowEndMs: (hour + 1) * HOUR_MS,
        ...(runStartMs === undefined ? {} : { runStartMs }),
      },
      DRIFT_POLICY,
    ).state

  it.each<[string, number, Signal, number | undefined, number]>([
    ['moves the onset back to the window before it', 4, 'breach', undefined, 4],
    ['moves it back to the beginning of the run', 4, 'breach', 2 * HOUR_MS, 2],
    ['leaves it where that window was calm', 4, 'calm', undefined, 5],
    ['leaves it where that window cannot tell', 4, 'unknown', undefined, 5],
    ['leaves it for a breach that lies apart', 3, 'breach', undefined, 5],
  ])('%s', (_name, hour, signal, runStartMs, onset) => {
    const state = judge(hour, signal, runStartMs)
    expect(state.onsetMs).toBe(onset * HOUR_MS)
    expect(state.state).toBe('firing')
    expect(state.memory).toEqual(firing.memory)
  })

  it('changes nothing for a monitor that does not fire', () => {
    const quiet = stateAfter(['calm', 'calm'])
    expect(judge(4, 'breach', 0, quiet).onsetMs).not.toBe(0)
  })
})

describe('laws of one monitor', () => {
  const signals = fc.array(fc.constantFrom(...SIGNALS), { maxLength: 40 })
  const policies = fc.constantFrom(DRIFT_POLICY, FAULT_POLICY, {
    ...DRIFT_POLICY,
    fireCount: 3,
    fireOf: 5,
    recoverCount: 3,
  })

  it('never recovers before it fired, and has one onset an episode', () => {
    fc.assert(
      fc.property(signals, policies, (list, policy) => {
        let state = initialState(1)
        let onset: number | null = null
        list.forEach((signal, hour) => {
          const next = feed(state, signal, hour, policy).state
          if (next.state === 'recovering') expect(isOnFire(state.state)).toBe(true)
          if (isOnFire(next.state)) {
            if (isOnFire(state.state)) expect(next.onsetMs).toBe(onset)
            onset = next.onsetMs
            expect(onset).not.toBeNull()
          }
          if (isOnFire(state.state) && !isOnFire(next.state)) {
            expect(next.state).toBe('inactive')
            expect(['calm', 'ended']).toContain(signal)
          }
          state = next
        })
      }),
    )
  })

  it('continues from its stored form as if it had never stopped', () => {
    fc.assert(
      fc.property(signals, policies, (list, policy) => {
        const straight = stateAfter(list, policy)
        const restarted = list.reduce<MonitorState>(
          (state, signal, hour) => feed(JSON.parse(JSON.stringify(state)), signal, hour, policy).state,
          initialState(1),
        )
        expect(restarted).toEqual(straight)
      }),
    )
  })

  it('counts the same when only `recent` and `calm` were kept', () => {
    fc.assert(
      fc.property(signals, (list) => {
        const restarted = list.reduce<MonitorState>(
          (state, signal, hour) => feed(withoutMemory(state), signal, hour).state,
          initialState(1),
        )
        expect(restarted.state).toBe(stateAfter(list).state)
      }),
    )
  })

  it('says the same twice when it is told the same twice', () => {
    fc.assert(
      fc.property(signals, policies, (list, policy) => {
        list.reduce<MonitorState>((state, signal, hour) => {
          const once = feed(state, signal, hour, policy).state
          if (isOnFire(state.state) === isOnFire(once.state))
            expect(feed(once, signal, hour, policy).state.state).toBe(once.state)
          return once
        }, initialState(1))
      }),
    )
  })
})
