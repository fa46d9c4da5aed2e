import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { CURL } from '@/lib/domain/shippers/curl'
import { recordFile } from '@/lib/domain/shippers/shipper'
import { pause, type RoughServer, startRoughServer } from '@/lib/http/clients/rough-server'
import { runClient } from '@/lib/http/clients/run-client'
import { compareStored, EXACTLY_SENT, recordLines, SENT } from '@/lib/http/clients/sent-records'

const hasCurl = spawnSync('curl', ['--version']).status === 0
const PARTS = 4

/** The printed command for one part of the records, slow enough to be caught in the middle. */
function sendPart(server: RoughServer, part: number) {
  const file = path.join(server.dir, `part-${part}.jsonl`)
  writeFileSync(file, recordLines((part * SENT) / PARTS, ((part + 1) * SENT) / PARTS))
  const command = CURL.config({ publicUrl: server.url, key: server.key, model: 'fraud' })
  const [, , forFile = ''] = command.split(/^# .*\n/m)
  const text = forFile.trimEnd().replace(recordFile('fraud'), file)
  return runClient('sh', ['-c', `exec ${text} --limit-rate 1M --silent --show-error`])
}

describe.skipIf(!hasCurl)('curl with the command that is printed', () => {
  it('stores every record exactly once through a restart, a kill and a spell of refusals', async () => {
    await using server = await startRoughServer()
    await using restarted = sendPart(server, 0)
    await pause(250)
    await server.restart('SIGTERM')
    expect([await restarted.exited, restarted.output()]).toEqual([0, expect.stringContaining('"accepted"')])

    await using killed = sendPart(server, 1)
    await pause(250)
    await server.restart('SIGKILL')
    expect(await killed.exited, killed.output()).toBe(0)

    await using refused = await server.refuse(async () => {
      const client = sendPart(server, 2)
      await pause(1_000)
      return client
    })
    expect(await refused.exited, refused.output()).toBe(0)
    expect(refused.output()).toContain('503')

    await using last = sendPart(server, 3)
    expect(await last.exited, last.output()).toBe(0)
    expect(compareStored(await server.stored())).toEqual(EXACTLY_SENT)
  })
})
