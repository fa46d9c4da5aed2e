/** Owns starting the appending process of the crash tests, and asking it. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { buildProgram } from '@/db/sqlite/build-program'
import type { ChildAnswer, ChildRequest } from '@/db/sqlite/log/append-child'

/** Bundles the process's program. */
export function buildChild(): Promise<string> {
  return buildProgram('db/sqlite/log/append-child.ts')
}

/** The same for the program of the thread that writes. */
export function buildScribeThread(): Promise<string> {
  return buildProgram('db/sqlite/log/scribe-thread.ts')
}

export interface ChildOptions {
  readonly program: string
  readonly dataDir: string
  readonly nowMs: number
  readonly arguments?: readonly string[]
  readonly fault?: string
  /** Further environment. */
  readonly env?: Readonly<Record<string, string>>
  /** Program and arguments to run Node under, for example strace. */
  readonly under?: readonly string[]
}

export class AppendChild {
  private readonly waiting = new Map<number, (answer: ChildAnswer | null) => void>()
  readonly exited: Promise<unknown>

  private constructor(readonly process: ChildProcess) {
    this.exited = once(process, 'exit')
    process.on('message', (answer: ChildAnswer) => this.settle(answer.n, answer))
    process.on('exit', () => {
      for (const n of [...this.waiting.keys()]) this.settle(n, null)
    })
  }

  /** Starts the process and waits until its log is open. */
  static async start(options: ChildOptions): Promise<AppendChild> {
    const [command, ...before] = options.under ?? []
    const child = fork(options.program, [options.dataDir, ...(options.arguments ?? [])], {
      env: {
        ...process.env,
        CHILD_NOW_MS: String(options.nowMs),
        CHILD_FAULT: options.fault ?? '',
        ...options.env,
      },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      ...(command ? { execPath: command, execArgv: [...before, process.execPath] } : {}),
    })
    const started = new AppendChild(child)
    await new Promise<void>((resolve, reject) => {
      started.waiting.set(-1, (answer) =>
        answer ? resolve() : reject(new Error('the process did not start')),
      )
    })
    return started
  }

  /** The answer, or null when the process died first. */
  append(request: ChildRequest): Promise<ChildAnswer | null> {
    return new Promise((resolve) => {
      this.waiting.set(request.n, resolve)
      this.process.send(request, (error) => {
        if (error) this.settle(request.n, null)
      })
    })
  }

  private settle(n: number, answer: ChildAnswer | null): void {
    const resolve = this.waiting.get(n)
    this.waiting.delete(n)
    resolve?.(answer)
  }
}

/** Tells when a process has answered for the first time. */
export function firstAnswer(): { readonly hasAnswered: Promise<void>; answered(): void } {
  let answered = () => {}
  const hasAnswered = new Promise<void>((resolve) => {
    answered = resolve
  })
  return { hasAnswered, answered: () => answered() }
}
