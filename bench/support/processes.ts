/** Owns starting the measured processes and reading their CPU time and memory from /proc (Linux). */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readAddress } from '@/lib/runtime/instance-address'

const CLOCK_TICKS_PER_SECOND = 100
export const BENCH_ADMIN_PASSWORD = 'bench-password-1234'
export const BENCH_ADMIN_KEY = 'plb_bench_0123456789abcdef0123456789abcdef'

export interface Measured {
  readonly url: string
  readonly pids: () => number[]
  readonly dataDir: string
  readonly readyMs: number
  stop(): Promise<void>
}

/** CPU seconds (user and system) that these processes have used so far, ended children included. */
export function cpuSeconds(pids: readonly number[]): number {
  let ticks = 0
  for (const pid of pids) {
    try {
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
      ticks += Number(fields[11]) + Number(fields[12])
    } catch {
      // The process ended between listing and reading; its time is lost to us and the figure is a lower bound.
    }
  }
  return ticks / CLOCK_TICKS_PER_SECOND
}

/** Resident memory in MiB: `VmRSS` now or `VmHWM` at its highest, summed over the processes. */
export function memoryMib(pids: readonly number[], field: 'VmRSS' | 'VmHWM'): number {
  let kib = 0
  for (const pid of pids) {
    try {
      kib += Number(
        new RegExp(`${field}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0,
      )
    } catch {
      // Ended meanwhile.
    }
  }
  return kib / 1024
}

/** Pids of the direct children of a process. */
export function childrenOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
      .trim()
      .split(/\s+/)
      .filter(Boolean)
      .map(Number)
  } catch {
    return []
  }
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) =>
    child.exitCode === null && child.signalCode === null ? child.once('exit', () => resolve()) : resolve(),
  )
}

/**
 * Starts the built product and waits until it is ready.
 * @param dataDir by default an empty one
 * @param env further settings
 */
export async function startProduct(
  dataDir = mkdtempSync(join(tmpdir(), 'plumbline-bench-')),
  env: Readonly<Record<string, string>> = {},
): Promise<Measured> {
  const startedMs = performance.now()
  const child = spawn(process.execPath, ['dist/server.js'], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      ...process.env,
      NODE_ENV: 'production',
      PORT: '0',
      PLUMBLINE_DATA_DIR: dataDir,
      PLUMBLINE_ADMIN_KEY: BENCH_ADMIN_KEY,
      PLUMBLINE_ADMIN_PASSWORD: BENCH_ADMIN_PASSWORD,
      PLUMBLINE_LOG_LEVEL: 'error',
      ...env,
    },
  })
  const pid = child.pid ?? 0
  let url = ''
  for (;;) {
    if (child.exitCode !== null) throw new Error(`the server ended with code ${child.exitCode}`)
    url = readAddress(dataDir) ?? ''
    if (url !== '' && (await isReady(url))) break
    if (performance.now() - startedMs > 60_000) throw new Error('the server was not ready within 60 s')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  return {
    url,
    dataDir,
    readyMs: performance.now() - startedMs,
    pids: () => [pid, ...childrenOf(pid)],
    stop: async () => {
      child.kill('SIGTERM')
      await ended(child)
    },
  }
}

function isReady(url: string): Promise<boolean> {
  return fetch(`${url}/readyz`).then(
    ({ ok }) => ok,
    () => false,
  )
}

/**
 * Starts the floor of the ingest benches.
 * @param mode `grouped`: one transaction for all requests that arrived meanwhile
 */
export async function startFloor(mode: 'plain' | 'grouped' = 'plain'): Promise<Measured> {
  const dataDir = mkdtempSync(join(tmpdir(), 'plumbline-floor-'))
  const startedMs = performance.now()
  const child = spawn(process.execPath, ['bench/support/floor-server.mjs', join(dataDir, 'floor.db'), mode], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const port = await new Promise<string>((resolve, reject) => {
    child.stdout.once('data', (text) => resolve(String(text).trim()))
    child.once('exit', () => reject(new Error('the floor server ended')))
  })
  return {
    url: `http://127.0.0.1:${port}`,
    dataDir,
    readyMs: performance.now() - startedMs,
    pids: () => [child.pid ?? 0],
    stop: async () => {
      child.kill('SIGKILL')
      await ended(child)
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}
