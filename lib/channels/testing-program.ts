/** Owns starting a program of others that must be told its port, for tests: waits until it answers, ends it. */
import { type ChildProcess, spawn } from 'node:child_process'
import { onFreePort } from '@/lib/channels/free-port'
import { startStopwatch } from '@/lib/channels/stopwatch'

export interface OtherProgram {
  readonly command: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
}

export interface Running {
  readonly url: string
  stop(): Promise<void>
}

const LIMIT_MS = 60_000
const LOOK_EVERY_MS = 50

/**
 * @param flags of the program besides its own, for the port it is to listen on, at 127.0.0.1
 * @param readyPath answered with success once it can be asked
 * @throws Error when it ends, or cannot be asked within a minute
 */
export function startOther(
  program: OtherProgram,
  flags: (port: number) => readonly string[],
  readyPath: string,
): Promise<Running> {
  return onFreePort(async (port) => {
    const child = spawn(program.command, [...program.args, ...flags(port)], {
      env: { ...process.env, ...program.env },
      stdio: 'ignore',
    })
    const ended = new Promise<void>((resolve) => {
      child.once('exit', () => resolve())
      child.once('error', () => resolve())
    })
    const url = `http://127.0.0.1:${port}`
    const stop = () => {
      child.kill('SIGKILL')
      return ended
    }
    try {
      await untilReady(child, `${url}${readyPath}`)
      return { url, stop }
    } catch (error) {
      await stop()
      throw error
    }
  })
}

async function untilReady(child: ChildProcess, url: string): Promise<void> {
  const elapsedMs = startStopwatch()
  for (;;) {
    const isReady = await fetch(url).then(
      ({ ok }) => ok,
      () => false,
    )
    const { pid, exitCode, signalCode, spawnfile } = child
    if (pid === undefined || exitCode !== null || signalCode !== null) throw new Error(`${spawnfile} ended`)
    if (isReady) return
    if (elapsedMs() > LIMIT_MS) throw new Error(`${spawnfile} could not be asked in time`)
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS))
  }
}
