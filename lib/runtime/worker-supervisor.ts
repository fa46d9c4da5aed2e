/** Owns keeping one worker process alive: starts it, hears it, wakes it, starts it again after it died. */
import { type ChildProcess, fork } from 'node:child_process'
import type { Logger } from '@/lib/access/context'
import {
  isBeat,
  WAKE,
  WORKER_HUNG_MS,
  WORKER_SILENT_MS,
  type WorkerReport,
  WorkerReportSchema,
} from '@/lib/runtime/worker-messages'

const FIRST_BACK_OFF_MS = 250
const LONGEST_BACK_OFF_MS = 30_000
/** A worker that lived this long was healthy: the next death starts the back-off anew. */
const HEALTHY_AFTER_MS = 30_000
/** Appends come in thousands a second, and a step costs the same whether it finds few records or many: results show within a second. */
const WAKE_EVERY_MS = 500

export interface WorkerSupervisor {
  wake(): void
  /** null when the worker does its work, else what is wrong, as a sentence. */
  problem(): string | null
  /** SIGTERM, and SIGKILL when it has not ended within the time. */
  stop(withinMs: number): Promise<void>
}

/**
 * Starts the worker and keeps it running until `stop`.
 * @param options `now` must be a clock that does not jump
 */
export function superviseWorker(options: {
  path: string
  env: NodeJS.ProcessEnv
  logger: Logger
  now: () => number
  onReport: (report: WorkerReport) => void
}): WorkerSupervisor {
  const { path, env, logger, now, onReport } = options
  let child: ChildProcess | null = null
  let stopping = false
  let deaths = 0
  let startedMs = 0
  let heardMs: number | null = null
  let failing: Readonly<Record<string, string>> = {}
  let wakeTimer: NodeJS.Timeout | null = null
  let wokeMs = Number.NEGATIVE_INFINITY

  function start(): void {
    startedMs = now()
    heardMs = null
    const started = fork(path, [], {
      env,
      execArgv: ['--enable-source-maps'],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    })
    child = started
    logger.info({ workerPid: started.pid }, 'the worker was started')
    started.on('message', (message) => {
      // Before the first round is over it may still turn out that nothing works.
      if (isBeat(message) && heardMs !== null) heardMs = now()
      const report = WorkerReportSchema.safeParse(message)
      if (!report.success) return
      heardMs = now()
      failing = report.data.failing
      onReport(report.data)
    })
    started.on('error', (error) => logger.error({ err: error }, 'the worker could not be reached'))
    started.on('exit', (code, signal) => {
      child = null
      heardMs = null
      if (stopping) return
      deaths = now() - startedMs >= HEALTHY_AFTER_MS ? 1 : deaths + 1
      const waitMs = Math.min(LONGEST_BACK_OFF_MS, FIRST_BACK_OFF_MS * 2 ** (deaths - 1))
      logger.error({ code, signal, waitMs }, 'the worker ended and is started again')
      setTimeout(() => !stopping && start(), waitMs)
    })
  }

  const watch = setInterval(() => {
    if (!child || now() - (heardMs ?? startedMs) < WORKER_HUNG_MS) return
    logger.error({ workerPid: child.pid }, 'the worker hangs and is killed')
    child.kill('SIGKILL')
  }, 5_000)
  watch.unref()

  function send(): void {
    wakeTimer = null
    wokeMs = now()
    // A worker that is about to end cannot be reached; the next one looks for work by itself.
    if (child?.connected) child.send(WAKE, () => {})
  }

  start()
  return {
    wake() {
      if (wakeTimer || stopping) return
      const waitMs = Math.max(0, wokeMs + WAKE_EVERY_MS - now())
      wakeTimer = setTimeout(send, waitMs)
    },
    problem() {
      if (!child) return 'The worker is not running.'
      if (heardMs === null) return 'The worker has not finished its first round.'
      if (now() - heardMs > WORKER_SILENT_MS) return 'The worker has been silent for too long.'
      const [stage] = Object.keys(failing)
      return stage === undefined ? null : `The worker cannot ${stage}.`
    },
    async stop(withinMs) {
      stopping = true
      clearInterval(watch)
      if (wakeTimer) clearTimeout(wakeTimer)
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
