/** Owns watching over the worker process: hears it, wakes it, and says what is wrong with it. */
import type { Logger } from '@/lib/access/context'
import { keepChild } from '@/lib/runtime/kept-child'
import {
  isBeat,
  WAKE,
  WORKER_HUNG_MS,
  WORKER_SILENT_MS,
  type WorkerReport,
  WorkerReportSchema,
} from '@/lib/runtime/worker-messages'

/** Appends come in thousands a second, and a step costs the same whether it finds few records or many: results show within a second. */
const WAKE_EVERY_MS = 500
const WATCH_EVERY_MS = 5_000

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
  env: () => NodeJS.ProcessEnv
  logger: Logger
  now: () => number
  onReport: (report: WorkerReport) => void
}): WorkerSupervisor {
  const { path, env, logger, now, onReport } = options
  let isStopping = false
  let heardMs: number | null = null
  let failing: Readonly<Record<string, string>> = {}
  let wakeTimer: NodeJS.Timeout | null = null
  let wokeMs = Number.NEGATIVE_INFINITY

  const worker = keepChild({
    name: 'worker',
    path,
    env,
    logger,
    now,
    onMessage(message) {
      // Before the first round is over it may still turn out that nothing works.
      if (isBeat(message) && heardMs !== null) heardMs = now()
      const report = WorkerReportSchema.safeParse(message)
      if (!report.success) return
      heardMs = now()
      failing = report.data.failing
      onReport(report.data)
    },
    onEnd() {
      heardMs = null
    },
  })

  const watch = setInterval(() => {
    if (worker.isRunning() && now() - (heardMs ?? worker.startedMs()) >= WORKER_HUNG_MS) worker.kill()
  }, WATCH_EVERY_MS)
  watch.unref()

  function send(): void {
    wakeTimer = null
    wokeMs = now()
    // A worker that is about to end cannot be reached; the next one looks for work by itself.
    worker.send(WAKE)
  }

  worker.start()
  return {
    wake() {
      if (wakeTimer || isStopping) return
      const waitMs = Math.max(0, wokeMs + WAKE_EVERY_MS - now())
      wakeTimer = setTimeout(send, waitMs)
    },
    problem() {
      if (!worker.isRunning()) return 'The worker is not running.'
      if (heardMs === null) return 'The worker has not finished its first round.'
      if (now() - heardMs > WORKER_SILENT_MS) return 'The worker has been silent for too long.'
      const [stage] = Object.keys(failing)
      return stage === undefined ? null : `The worker cannot ${stage}.`
    },
    async stop(withinMs) {
      isStopping = true
      clearInterval(watch)
      if (wakeTimer) clearTimeout(wakeTimer)
      await worker.stop(withinMs)
    },
  }
}
