/** Owns keeping a child process of ours alive: starts it, starts it again after it died, ends it. Knows not what it does. */
import { type ChildProcess, fork } from 'node:child_process'
import type { Logger } from '@/lib/access/context'

const FIRST_BACK_OFF_MS = 250
const LONGEST_BACK_OFF_MS = 30_000
/** One that lived this long was healthy: the next death starts the back-off anew. */
const HEALTHY_AFTER_MS = 30_000

export interface KeptChild {
  /** Starts it; without effect while it runs, is about to be started again, or was told to stop for good. */
  start(): void
  isRunning(): boolean
  /** Its process id, or null while none runs. */
  pid(): number | null
  /** When the one that runs was started, on the clock `now`. */
  startedMs(): number
  /** Sends a message; one that is about to end cannot be reached, and nobody is told. */
  send(message: object): void
  /** Ends one that hangs; it is started again. */
  kill(): void
  /**
   * SIGTERM, and SIGKILL when it has not ended within the time. It stays ended until `start`.
   * @returns when it has ended
   */
  stop(withinMs: number): Promise<void>
}

/**
 * @param options `name` stands in the lines of the log; `now` must be a clock that does not jump; `onEnd` hears of every
 *   end, wanted or not
 */
export function keepChild(options: {
  readonly name: 'worker' | 'renderer'
  readonly path: string
  readonly env: () => NodeJS.ProcessEnv
  readonly logger: Logger
  readonly now: () => number
  readonly onMessage: (message: unknown) => void
  readonly onEnd: () => void
}): KeptChild {
  const { name, path, env, logger, now, onMessage, onEnd } = options
  let child: ChildProcess | null = null
  let again: NodeJS.Timeout | null = null
  let isWanted = false
  let deaths = 0
  let startedMs = 0

  function launch(): void {
    again = null
    startedMs = now()
    const started = fork(path, [], {
      env: env(),
      execArgv: ['--enable-source-maps'],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    })
    child = started
    logger.info({ [`${name}Pid`]: started.pid }, `the process ${name} was started`)
    started.on('message', (message) => {
      if (child === started) onMessage(message)
    })
    started.on('error', (error) => logger.error({ err: error }, `the process ${name} could not be reached`))
    started.on('exit', (code, signal) => {
      child = null
      onEnd()
      if (!isWanted) return
      deaths = now() - startedMs >= HEALTHY_AFTER_MS ? 1 : deaths + 1
      const waitMs = Math.min(LONGEST_BACK_OFF_MS, FIRST_BACK_OFF_MS * 2 ** (deaths - 1))
      logger.error({ code, signal, waitMs }, `the process ${name} ended and is started again`)
      again = setTimeout(launch, waitMs)
    })
  }

  return {
    start() {
      isWanted = true
      if (!child && !again) launch()
    },
    isRunning: () => child !== null,
    pid: () => child?.pid ?? null,
    startedMs: () => startedMs,
    send(message) {
      if (child?.connected) child.send(message, () => {})
    },
    kill() {
      logger.error({ [`${name}Pid`]: child?.pid }, `the process ${name} hangs and is killed`)
      child?.kill('SIGKILL')
    },
    async stop(withinMs) {
      isWanted = false
      if (again) clearTimeout(again)
      again = null
      const ending = child
      if (!ending) return
      await new Promise<void>((resolve) => {
        const timer = setTimeout(() => ending.kill('SIGKILL'), withinMs)
        ending.once('exit', () => {
          clearTimeout(timer)
          resolve()
        })
        ending.kill('SIGTERM')
      })
    },
  }
}
