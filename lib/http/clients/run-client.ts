/** Owns starting a client program and ending it; for tests only. */
import { type ChildProcess, spawn } from 'node:child_process'

export interface Client {
  readonly child: ChildProcess
  /** Its exit code; null when a signal ended it. */
  readonly exited: Promise<number | null>
  /** Everything it wrote so far. */
  output(): string
  [Symbol.asyncDispose](): Promise<void>
}

/** Starts a program; leaving the scope ends it. */
export function runClient(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Client {
  const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  // A test that runs out of time never leaves its scope.
  const end = () => child.kill('SIGKILL')
  process.once('exit', end)
  child.once('exit', () => process.off('exit', end))
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString()
    })
  }
  const exited = new Promise<number | null>((resolve) => {
    child.once('close', (code) => resolve(code))
    child.once('error', (error) => {
      output += error.message
      resolve(127)
    })
  })
  return {
    child,
    exited,
    output: () => output,
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null) child.kill('SIGTERM')
      const timer = setTimeout(() => child.kill('SIGKILL'), 5_000)
      await exited
      clearTimeout(timer)
    },
  }
}
