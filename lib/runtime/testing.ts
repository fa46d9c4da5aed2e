/** Owns starting the real built server as a child process in a data folder of its own; for tests and benches only. */

export interface TestServerOptions {
  /** Further environment; `PLUMBLINE_PAGES=on` starts Next too (needs `next build`); off by default. */
  readonly env?: Readonly<Record<string, string>>
  /** Use this folder and keep it; otherwise a new temporary one is made, and removed by `dispose`. */
  readonly dataDir?: string
  /** Do not wait for /readyz. */
  readonly waitReady?: boolean
}

export interface Exit {
  readonly code: number | null
  readonly signal: string | null
}

export interface TestServer {
  readonly url: string
  readonly port: number
  readonly pid: number
  readonly dataDir: string
  /** A fixed API key with the scope admin. */
  readonly adminKey: string
  readonly exited: Promise<Exit>
  /** Everything it wrote so far. */
  output(): string
  /** fetch on this server with the admin key (an `authorization` of your own wins). */
  fetch(path: string, init?: RequestInit): Promise<Response>
  workerPid(): number
  kill(signal: NodeJS.Signals): void
  /** SIGTERM, then waits for the exit. */
  stop(): Promise<Exit>
  /** Kills what still runs and removes the temporary folder. */
  dispose(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

export declare function startServer(options?: TestServerOptions): Promise<TestServer>
