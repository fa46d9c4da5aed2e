import { describe, expect, it } from 'vitest'
import type { Logger } from '@/lib/access/context'
import { type Round, type Stage, startStageLoop } from '@/lib/runtime/stage-loop'

const QUIET: Logger = { info: () => {}, warn: () => {}, error: () => {} }

/** Runs the loop until `enough`, then stops it. */
async function runUntil(
  stages: readonly Stage[],
  enough: (rounds: readonly Round[]) => boolean,
  now = Date.now,
) {
  const rounds: Round[] = []
  await new Promise<void>((resolve) => {
    const loop = startStageLoop({
      stages,
      restMs: 1,
      now,
      logger: QUIET,
      onRound: (round) => {
        rounds.push(round)
        if (enough(rounds)) void loop.stop().then(resolve)
      },
    })
  })
  return rounds
}

describe('startStageLoop', () => {
  it('runs the stages in order and says which found work', async () => {
    const calls: string[] = []
    const stage = (name: string, found: number): Stage => ({
      name,
      run: async () => {
        calls.push(name)
        return found
      },
    })
    const rounds = await runUntil([stage('first', 0), stage('second', 3)], (seen) => seen.length === 2)
    expect(calls).toEqual(['first', 'second', 'first', 'second'])
    expect(rounds[0]?.worked).toEqual(['second'])
  })

  it('rests after a step that found all there was, until it is woken', async () => {
    const left = [5, 5, 2, 9]
    const found: number[] = []
    await new Promise<void>((resolve) => {
      const loop = startStageLoop({
        stages: [{ name: 'only', run: async () => ({ found: left[0] ?? 0, isMore: left.shift() === 5 }) }],
        restMs: 60_000,
        now: Date.now,
        logger: QUIET,
        onRound: ({ worked }) => {
          found.push(worked.length)
          if (found.length === 3) setTimeout(() => loop.wake(), 20)
          if (found.length === 4) void loop.stop().then(resolve)
        },
      })
    })
    expect(found).toEqual([1, 1, 1, 1])
  })

  it('goes on with the other stages when one fails, and waits longer before each new try', async () => {
    let clock = 0
    const tries: number[] = []
    const failing: Stage = {
      name: 'failing',
      run: async () => {
        tries.push(clock)
        throw new Error('no luck')
      },
    }
    let healthy = 0
    const working: Stage = {
      name: 'working',
      run: async () => {
        healthy += 1
        clock += 500
        return 1
      },
    }
    const rounds = await runUntil(
      [failing, working],
      () => clock >= 8_000,
      () => clock,
    )
    expect(tries).toEqual([0, 1_000, 3_000, 7_000])
    expect(healthy).toBe(16)
    expect(rounds.at(-1)?.failing).toEqual({ failing: 'no luck' })
  })

  it('forgets the failure after a success', async () => {
    let clock = 0
    let runs = 0
    const stage: Stage = {
      name: 'shaky',
      run: async () => {
        runs += 1
        if (runs === 1) throw new Error('once')
        return 1
      },
    }
    const rounds = await runUntil(
      [stage, { name: 'time', run: async () => (clock += 400) }],
      () => runs >= 2,
      () => clock,
    )
    expect(rounds[0]?.failing).toEqual({ shaky: 'once' })
    expect(rounds.at(-1)?.failing).toEqual({})
  })

  it('runs a stage with a period only that often', async () => {
    let clock = 0
    const at: number[] = []
    const hourly: Stage = { name: 'hourly', everyMs: 1_000, run: async () => at.push(clock) }
    await runUntil(
      [hourly, { name: 'time', run: async () => (clock += 300) }],
      () => clock >= 3_000,
      () => clock,
    )
    expect(at).toEqual([0, 1_200, 2_400])
  })

  it('is woken from its rest at once', async () => {
    let rounds = 0
    const started = performance.now()
    await new Promise<void>((resolve) => {
      const loop = startStageLoop({
        stages: [],
        restMs: 60_000,
        now: Date.now,
        logger: QUIET,
        onRound: () => {
          rounds += 1
          if (rounds === 2) void loop.stop().then(resolve)
          else setTimeout(() => loop.wake(), 5)
        },
      })
    })
    expect(performance.now() - started).toBeLessThan(5_000)
  })
})
