/**
 * Owns the rhythm of the worker: runs stages in turn, each on its own: one that fails waits longer each time and
 * holds up nobody. Knows no stage.
 */
import type { Logger } from '@/lib/access/context'

export interface Stage {
  readonly name: string
  /** Run at most this often; absent: every round. */
  readonly everyMs?: number
  /** One bounded step; the answer is how much work it found, 0 for none. A bare number says that there may be more. */
  run(): Promise<number | { readonly found: number; readonly isMore: boolean }>
}

/** What happened in one round. */
export interface Round {
  readonly atMs: number
  /** Names of the stages that found work. */
  readonly worked: readonly string[]
  /** Stages that wait after an error, with the sentence of the last one. */
  readonly failing: Readonly<Record<string, string>>
}

export interface StageLoop {
  /** Starts the next round at once if it is resting, or right after this one. */
  wake(): void
  /** Ends after the step that is running; resolves then. */
  stop(): Promise<void>
}

const FIRST_BACK_OFF_MS = 1_000
const LONGEST_BACK_OFF_MS = 60_000

const NOTHING = { found: 0, isMore: false }

interface StageState {
  failures: number
  notBeforeMs: number
  error: string | null
}

/**
 * Runs rounds until stopped: again at once while a stage may find more work, else after `restMs` or a wake.
 * @param options.now epoch milliseconds
 */
export function startStageLoop(options: {
  stages: readonly Stage[]
  restMs: number
  now: () => number
  logger: Logger
  onRound: (round: Round) => void | Promise<void>
  /** After each stage of a round: a sign of life while a round is long. */
  onStep?: () => void
}): StageLoop {
  const { stages, restMs, now, logger, onRound } = options
  const states = new Map<string, StageState>(
    stages.map((stage) => [stage.name, { failures: 0, notBeforeMs: 0, error: null }]),
  )
  let stopping = false
  let woken = false
  let endRest: (() => void) | null = null

  async function step(stage: Stage, state: StageState): Promise<{ found: number; isMore: boolean }> {
    if (now() < state.notBeforeMs) return NOTHING
    try {
      const answer = await stage.run()
      state.failures = 0
      state.error = null
      if (stage.everyMs !== undefined) state.notBeforeMs = now() + stage.everyMs
      return typeof answer === 'number' ? { found: answer, isMore: answer > 0 } : answer
    } catch (error) {
      const waitMs = Math.min(LONGEST_BACK_OFF_MS, FIRST_BACK_OFF_MS * 2 ** state.failures)
      state.failures += 1
      state.notBeforeMs = now() + waitMs
      state.error = error instanceof Error ? error.message : String(error)
      logger.error({ stage: stage.name, err: error, waitMs }, 'a stage failed and will be tried again')
      return NOTHING
    }
  }

  function rest(): Promise<void> {
    if (woken || stopping) return Promise.resolve()
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, restMs)
      endRest = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  async function loop(): Promise<void> {
    while (!stopping) {
      woken = false
      const worked: string[] = []
      let isMore = false
      for (const stage of stages) {
        const state = states.get(stage.name)
        if (stopping || !state) break
        const done = await step(stage, state)
        if (done.found > 0) worked.push(stage.name)
        isMore ||= done.isMore
        options.onStep?.()
      }
      const failing = Object.fromEntries(
        [...states].flatMap(([name, state]) => (state.error === null ? [] : [[name, state.error]])),
      )
      try {
        await onRound({ atMs: now(), worked, failing })
      } catch (error) {
        logger.error({ err: error }, 'the round could not be reported')
      }
      if (!isMore) await rest()
      endRest = null
    }
  }

  const ended = loop()
  return {
    wake() {
      woken = true
      endRest?.()
    },
    stop() {
      stopping = true
      endRest?.()
      return ended
    },
  }
}
