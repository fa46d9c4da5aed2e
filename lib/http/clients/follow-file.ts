/** Owns the trial of a shipper that follows a file: restarts, a kill and a spell of refusals, and every line stored once; for tests only. */
import { spawnSync } from 'node:child_process'
import { appendFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect } from 'vitest'
import { pause, type RoughServer, startRoughServer } from '@/lib/http/clients/rough-server'
import { runClient } from '@/lib/http/clients/run-client'
import { compareStored, EXACTLY_SENT, recordLines, SENT } from '@/lib/http/clients/sent-records'
import type { DebianProgram } from '../../../scripts/debian-packages.mjs'

export interface FileShipper {
  readonly program: DebianProgram
  /** Writes what is printed and what Debian puts around it into the folder of the server; returns the arguments that name it. */
  readonly writeConfig: (server: RoughServer, model: string, logFile: string) => string[]
  /** Argument that makes it read its configuration and end. */
  readonly check: string
  /** What it then says on stderr when something is wrong. */
  readonly complaint: RegExp
  /** Argument that keeps it in the foreground. */
  readonly foreground: string
}

/** Sends records through it, a part of them in each trouble; afterwards exactly those are stored. */
export async function expectEveryLineOnce(shipper: FileShipper): Promise<void> {
  const { command, env } = shipper.program
  await using server = await startRoughServer()
  const logFile = path.join(server.dir, 'predictions.jsonl')
  writeFileSync(logFile, '')
  const args = [...shipper.program.args, ...shipper.writeConfig(server, 'fraud', logFile)]
  const checked = spawnSync(command, [...args, shipper.check], {
    env: { ...process.env, ...env },
    encoding: 'utf8',
  })
  expect(checked.status, checked.stderr).toBe(0)
  expect(checked.stderr).not.toMatch(shipper.complaint)

  await using client = runClient(command, [...args, shipper.foreground], env)
  appendFileSync(logFile, recordLines(0, 4_000))
  await server.untilStored(1)
  await server.restart('SIGTERM')
  appendFileSync(logFile, recordLines(4_000, 7_000))
  await server.untilStored(4_001)
  await server.restart('SIGKILL')
  await server.untilStored(7_000)
  const during = await server.refuse(async () => {
    appendFileSync(logFile, recordLines(7_000, SENT))
    await pause(2_000)
    return server.stored()
  })
  expect(during.size).toBe(7_000)
  expect(compareStored(await server.untilStored(SENT)), client.output()).toEqual(EXACTLY_SENT)
}
