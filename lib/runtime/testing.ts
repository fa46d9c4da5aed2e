/** Owns starting the real built server as a child process in a data folder of its own; for tests and benches only. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

export interface TestServerOptions {
  /** Further environment; `PLUMBLINE_PAGES: 'on'` serves the pages too (builds them when stale). Off by default. */
  readonly env?: Readonly<Record<string, string>>
  /** Use this folder and keep it; otherwise a new temporary one is made, and removed by `dispose`. */
  readonly dataDir?: string
  /** False: answer as soon as the server listens; true (default): wait for /readyz. */
  readonly waitReady?: boolean
  /** Use this key instead of a random one. */
  readonly adminKey?: string
}

export interface Exit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

export interface TestServer {
  /** `http://127.0.0.1:<port>` */
  readonly url: string
  readonly port: number
  readonly pid: number
  readonly dataDir: string
  /** A fixed API key with every scope. */
  readonly adminKey: string
  readonly exited: Promise<Exit>
  /** Everything it wrote so far. */
  output(): string
  /** fetch on this server with the admin key (an `authorization` of your own wins). */
  fetch(target: string, init?: RequestInit): Promise<Response>
  /** Process id of the worker that was started last. */
  workerPid(): number
  /** Process id of the pages that were started last; 0 before. */
  rendererPid(): number
  kill(signal: NodeJS.Signals): void
  /** SIGTERM, then waits for the exit. */
  stop(): Promise<Exit>
  /** Kills what still runs and removes the temporary folder. */
  dispose(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
/** For a machine that does much else; a server that ends is noticed at once. */
const START_LIMIT_MS = 120_000
const LISTENING = /"listening":(\d+)/

/**
 * Starts the server on a free port and waits until it is ready.
 * @throws Error with its output when it ends or is not ready within two minutes
 */
export async function startServer(options: TestServerOptions = {}): Promise<TestServer> {
  const adminKey = options.adminKey ?? `plb_${randomBytes(24).toString('base64url')}`
  const dataDir = options.dataDir ?? mkdtempSync(path.join(tmpdir(), 'plumbline-test-'))
  const launched = launchServer({
    PORT: '0',
    PLUMBLINE_PAGES: 'off',
    PLUMBLINE_DATA_DIR: dataDir,
    PLUMBLINE_ADMIN_KEY: adminKey,
    ...options.env,
  })
  const dispose = async () => {
    launched.child.kill('SIGKILL')
    await launched.exited
    if (options.dataDir === undefined) rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 })
  }
  try {
    const port = Number(await waitForText(launched, LISTENING))
    const url = `http://127.0.0.1:${port}`
    if (options.waitReady ?? true) await waitForReady(launched, url)
    return {
      url,
      port,
      pid: launched.child.pid ?? 0,
      dataDir,
      adminKey,
      exited: launched.exited,
      output: launched.output,
      fetch(target, init = {}) {
        const headers = new Headers(init.headers)
        if (!headers.has('authorization')) headers.set('authorization', `Bearer ${adminKey}`)
        return fetch(url + target, { ...init, headers })
      },
      workerPid: () => lastPid(launched.output(), 'worker'),
      rendererPid: () => lastPid(launched.output(), 'renderer'),
      kill: (signal) => void launched.child.kill(signal),
      stop() {
        launched.child.kill('SIGTERM')
        return launched.exited
      },
      dispose,
      [Symbol.asyncDispose]: dispose,
    }
  } catch (error) {
    await dispose()
    throw error
  }
}

export interface Launched {
  readonly child: ChildProcess
  readonly exited: Promise<Exit>
  output(): string
}

/** Starts the server with exactly this environment beside the system's own, and waits for nothing. */
export function launchServer(env: Readonly<Record<string, string>>): Launched {
  ensureBuilt(env.PLUMBLINE_PAGES === 'off' ? ['server'] : ['server', 'pages'])
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(PLUMBLINE_|PORT$|NODE_|VITEST|TEST$)/.test(name),
  )
  const child = spawn(process.execPath, ['dist/server.js'], {
    cwd: ROOT,
    env: { ...Object.fromEntries(inherited), NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  child.stdout?.on('data', (chunk: Buffer) => {
    output += chunk.toString()
  })
  child.stderr?.on('data', (chunk: Buffer) => {
    output += chunk.toString()
  })
  const exited = new Promise<Exit>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }))
  })
  return { child, exited, output: () => output }
}

function lastPid(output: string, name: 'worker' | 'renderer'): number {
  return Number([...output.matchAll(new RegExp(`"${name}Pid":(\\d+)`, 'g'))].at(-1)?.[1] ?? 0)
}

/** Waits for a line of the output; answers its first group. */
async function waitForText(launched: Launched, pattern: RegExp): Promise<string> {
  return poll(launched, async () => pattern.exec(launched.output())?.[1] ?? null)
}

async function waitForReady(launched: Launched, url: string): Promise<void> {
  await poll(launched, async () => {
    const response = await fetch(`${url}/readyz`).catch(() => null)
    return response?.ok ? 'ready' : null
  })
}

async function poll(launched: Launched, look: () => Promise<string | null>): Promise<string> {
  const deadline = performance.now() + START_LIMIT_MS
  while (performance.now() < deadline) {
    const found = await look()
    if (found !== null) return found
    const { exitCode, signalCode } = launched.child
    if (exitCode !== null || signalCode !== null) {
      throw new Error(`The server ended (code ${exitCode}, signal ${signalCode}):\n${launched.output()}`)
    }
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  throw new Error(`The server was not ready within ${START_LIMIT_MS} ms:\n${launched.output()}`)
}

const built = new Set<string>()

/** Makes stale builds, once a test process. */
function ensureBuilt(names: readonly string[]): void {
  const wanted = names.filter((name) => !built.has(name))
  if (wanted.length === 0) return
  const result = spawnSync(process.execPath, ['scripts/ensure-built.mjs', ...wanted], {
    cwd: ROOT,
    encoding: 'utf8',
  })
  if (result.status !== 0) throw new Error(`The build failed:\n${result.stdout}${result.stderr}`)
  for (const name of wanted) built.add(name)
}
