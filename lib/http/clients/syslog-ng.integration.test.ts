import { spawnSync } from 'node:child_process'
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { recordFile } from '@/lib/domain/shippers/shipper'
import { SYSLOG_NG } from '@/lib/domain/shippers/syslog-ng'
import { pause, type RoughServer, startRoughServer } from '@/lib/http/clients/rough-server'
import { runClient } from '@/lib/http/clients/run-client'
import { compareStored, EXACTLY_SENT, recordLines, SENT } from '@/lib/http/clients/sent-records'
import { findDebianProgram } from '../../../scripts/debian-packages.mjs'

const program = findDebianProgram('syslog-ng')

/** Debian's main file includes conf.d; here it includes exactly the configuration that is printed, places apart. */
function writeConfig(server: RoughServer, model: string, logFile: string): string[] {
  const at = (name: string) => path.join(server.dir, name)
  mkdirSync(at('buffer'))
  const printed = SYSLOG_NG.config({ publicUrl: server.url, key: server.key, model })
    .replace(recordFile(model), logFile)
    .replace('/var/lib/syslog-ng', at('buffer'))
  writeFileSync(at('plumbline.conf'), printed)
  writeFileSync(at('syslog-ng.conf'), `@version: 3.38\n@include "${at('plumbline.conf')}"\n`)
  return ['-f', at('syslog-ng.conf'), '-R', at('persist'), '-p', at('pid'), '-c', at('ctl')]
}

describe.skipIf(program === null)('syslog-ng with the configuration that is printed', () => {
  it('stores every record exactly once through a restart, a kill and a spell of refusals', async () => {
    if (program === null) return
    await using server = await startRoughServer()
    const logFile = path.join(server.dir, 'predictions.jsonl')
    writeFileSync(logFile, '')
    const args = [...program.args, ...writeConfig(server, 'fraud', logFile)]
    const checked = spawnSync(program.command, [...args, '--syntax-only'], {
      env: { ...process.env, ...program.env },
      encoding: 'utf8',
    })
    expect([checked.status, checked.stderr]).toEqual([0, ''])

    await using _shipper = runClient(program.command, [...args, '--foreground'], program.env)
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
    expect(compareStored(await server.untilStored(SENT))).toEqual(EXACTLY_SENT)
  })
})
