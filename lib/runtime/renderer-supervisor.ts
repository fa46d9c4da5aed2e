/** Owns watching over the renderer: starts it when somebody looks, ends it when nobody has for long. */
import type { Logger } from '@/lib/access/context'
import { AppError } from '@/lib/domain/errors'
import { keepChild } from '@/lib/runtime/kept-child'
import {
  RENDERER_HUNG_MS,
  RENDERER_OVERDUE_MS,
  RENDERER_STILL_LOOKS,
  socketOf,
  WHERE,
} from '@/lib/runtime/renderer-messages'
import { createStillnessCounter, readPulse } from '@/lib/runtime/stillness'
import { isBeat } from '@/lib/runtime/worker-messages'

/** Whoever asks for a page while the process starts waits no longer. */
const PATIENCE_MS = 20_000
const WATCH_EVERY_MS = 1_000
const REST_WITHIN_MS = 2_000

export interface RendererSupervisor {
  /** Starts the process before anybody asks. */
  start(): void
  /** The socket at which it can be asked right now, or null: then nothing is started. */
  standing(): string | null
  /**
   * The socket at which it can be asked, once it can; starts the process when it rests.
   * @param dead a socket at which nobody answered: given out again only if the renderer says that it listens there
   * @throws AppError `unavailable` when it cannot be asked within 20 seconds
   */
  socket(dead?: string): Promise<string>
  /** SIGTERM, and SIGKILL when it has not ended within the time. */
  stop(withinMs: number): Promise<void>
}

/**
 * @param options `restMs` without a visit after which the process ends, 0 for never; `isWatched` says whether somebody has
 *   a page open or waits for an answer; `now` must be a clock that does not jump
 */
export function superviseRenderer(options: {
  readonly path: string
  readonly env: () => NodeJS.ProcessEnv
  readonly logger: Logger
  readonly now: () => number
  readonly restMs: number
  readonly isWatched: () => boolean
}): RendererSupervisor {
  const { path, env, logger, now, restMs, isWatched } = options
  let socket: string | null = null
  let heardMs = 0
  let visitedMs = now()
  let resting: Promise<void> | null = null
  let isStopping = false
  const waiting = new Set<(socket: string) => void>()

  const child = keepChild({
    name: 'renderer',
    path,
    env,
    logger,
    now,
    onMessage(message) {
      heardMs = now()
      if (isBeat(message)) return
      socket = socketOf(message) ?? socket
      if (socket === null) return
      for (const tell of waiting) tell(socket)
      waiting.clear()
    },
    onEnd() {
      socket = null
    },
  })

  const stillLooks = createStillnessCounter()

  /** Whether it is silent because it is stopped or stuck, or silent for too long, whyever that is. */
  function hangs(): boolean {
    const startedMs = child.startedMs()
    const pid = child.pid()
    // One that has not spoken yet starts: then it waits for much.
    const isOverdue = heardMs > startedMs && now() - heardMs >= RENDERER_OVERDUE_MS
    const isStuck = stillLooks(isOverdue && pid !== null ? readPulse(pid) : null) >= RENDERER_STILL_LOOKS
    return isStuck || now() - Math.max(heardMs, startedMs) >= RENDERER_HUNG_MS
  }

  const watch = setInterval(() => {
    if (!child.isRunning() || resting) return
    if (hangs()) child.kill()
    // Whoever waits for it to start is a visitor, however long it takes.
    else if (isWatched() || waiting.size > 0) visitedMs = now()
    else if (restMs > 0 && now() - visitedMs >= restMs) rest()
  }, WATCH_EVERY_MS)
  watch.unref()

  function rest(): void {
    logger.info({}, 'nobody looks: the renderer ends until somebody does')
    socket = null
    resting = child.stop(REST_WITHIN_MS).then(() => {
      resting = null
      // Somebody may have come while it ended.
      if (waiting.size > 0 && !isStopping) child.start()
    })
  }

  function start(): void {
    visitedMs = now()
    if (!isStopping && !resting) child.start()
  }

  function listening(): Promise<string> {
    return new Promise((resolve, reject) => {
      const tell = (found: string) => {
        clearTimeout(timer)
        resolve(found)
      }
      const timer = setTimeout(() => {
        waiting.delete(tell)
        const message = 'The pages do not answer. The log of the server says why.'
        reject(new AppError('unavailable', message, { reason: 'pages', retryAfterSeconds: 5 }))
      }, PATIENCE_MS)
      waiting.add(tell)
    })
  }

  return {
    start,
    standing: () => socket,
    async socket(dead) {
      start()
      if (dead !== undefined && dead === socket) {
        // Its end is not heard yet, or only a connection broke: the next process says where it listens, or this one.
        socket = null
        child.send(WHERE)
      }
      return socket ?? listening()
    },
    async stop(withinMs) {
      isStopping = true
      clearInterval(watch)
      await Promise.all([resting, child.stop(withinMs)])
    },
  }
}
