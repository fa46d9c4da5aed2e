/** Owns a thread that writes the log, so that requests are read and parsed while the disk syncs. */
import { Worker } from 'node:worker_threads'
import type { OpenScribe, Scribe, ScribeOptions, ScribeRequest } from '@/db/sqlite/log/scribe'

/** What the thread answers. Errors lose their `code` on the way, so it travels beside them. */
export type ThreadAnswer =
  | { readonly kept: number }
  | { readonly error: { readonly message: string; readonly code: string } }

interface Waiting {
  resolve(kept: number): void
  reject(error: Error): void
}

class ThreadScribe implements Scribe {
  private thread: Worker | null = null
  private waiting: Waiting | null = null

  constructor(
    private readonly program: URL | string,
    private readonly options: ScribeOptions,
  ) {
    this.thread = this.start()
  }

  ask(request: ScribeRequest): Promise<number> {
    this.thread ??= this.start()
    const { thread } = this
    return new Promise((resolve, reject) => {
      this.waiting = { resolve, reject }
      // An open thread alone does not keep the process; one that is at work does.
      thread.ref()
      thread.postMessage(request, buffersOf(request))
    })
  }

  async end(): Promise<void> {
    const { thread } = this
    this.thread = null
    await thread?.terminate()
  }

  private start(): Worker {
    const thread = new Worker(this.program, { workerData: this.options, name: 'log' })
    thread.unref()
    thread.on('message', (answer: ThreadAnswer) => {
      thread.unref()
      this.settle(({ resolve, reject }) => {
        if ('kept' in answer) resolve(answer.kept)
        else reject(Object.assign(new Error(answer.error.message), { code: answer.error.code }))
      })
    })
    // Whatever it was at is unknown now, as after a kill: the next request goes to a new thread.
    let cause: unknown
    thread.on('error', (error) => {
      cause = error
    })
    thread.on('exit', () => {
      if (this.thread === thread) this.thread = null
      const ended = new Error('The thread that writes the log ended.', { cause })
      this.settle(({ reject }) => reject(Object.assign(ended, { code: 'THREAD_ENDED' })))
    })
    return thread
  }

  private settle(how: (waiting: Waiting) => void): void {
    const { waiting } = this
    this.waiting = null
    if (waiting) how(waiting)
  }
}

/** Bytes of record blocks are handed over, not copied: they are most of what is sent, and lie in memory of their own. */
function buffersOf(request: ScribeRequest): ArrayBuffer[] {
  if (request.kind !== 'commit') return []
  return request.rows.blocks.flatMap(({ body, fingerprints }) => [
    body.buffer as ArrayBuffer,
    fingerprints.buffer as ArrayBuffer,
  ])
}

/** @param program the built `scribe-thread.ts` */
export function threadScribe(program: URL | string): OpenScribe {
  return (options) => new ThreadScribe(program, options)
}
