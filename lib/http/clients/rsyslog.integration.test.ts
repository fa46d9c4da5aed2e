import { spawnSync } from 'node:child_process'
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { RSYSLOG } from '@/lib/domain/shippers/rsyslog'
import { recordFile } from '@/lib/domain/shippers/shipper'
import { pause, type RoughServer, startRoughServer } from '@/lib/http/clients/rough-server'
import { runClient } from '@/lib/http/clients/run-client'
import { compareStored, EXACTLY_SENT, recordLines, SENT } from '@/lib/http/clients/sent-records'
import { findDebianProgram } from '../../../scripts/debian-packages.mjs'

const program = findDebianProgram('rsyslogd')

/** Debian's main file names a work directory and includes rsyslog.d; here it includes exactly what is printed. */
function writeConfig(server: RoughServer, model: string, logFile: string): string[] {
  const at = (name: string) => path.join(server.dir, name)
  mkdirSync(at('spool'))
  const printed = RSYSLOG.config({ publicUrl: server.url, key: server.key, model })
    .replace(recordFile(model), logFile)
    .replace('/var/log/plumbline-refused.json', at('refused.json'))
  writeFileSync(at('plumbline.conf'), printed)
  writeFileSync(
    at('rsyslog.conf'),
    `global(workDirectory="${at('spool')}")\ninclude(file="${at('plumbline.conf')}")\n`,
  )
  return ['-f', at('rsyslog.conf'), '-i', at('pid')]
}

describe.skipIf(program === null)('rsyslog with the configuration that is printed', () => {
  it('stores every record exactly once through a restart, a kill and a spell of refusals', async () => {
    if (program === null) return
    await using server = await startRoughServer()
    const logFile = path.join(server.dir, 'predictions.jsonl')
    writeFileSync(logFile, '')
    const args = [...program.args, ...writeConfig(server, 'fraud', logFile)]
    const checked = spawnSync(program.command, [...args, '-N1'], {
      env: { ...process.env, ...program.env },
      encoding: 'utf8',
    })
    expect(checked.status, checked.stderr).toBe(0)
    expect(checked.stderr).not.toMatch(/error/i)

    await using shipper = runClient(program.command, [...args, '-n'], program.env)
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
    expect(compareStored(await server.untilStored(SENT)), shipper.output()).toEqual(EXACTLY_SENT)
  })
})
