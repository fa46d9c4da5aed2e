import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, it } from 'vitest'
import { RSYSLOG } from '@/lib/domain/shippers/rsyslog'
import { recordFile } from '@/lib/domain/shippers/shipper'
import { expectEveryLineOnce } from '@/lib/http/clients/follow-file'
import type { RoughServer } from '@/lib/http/clients/rough-server'
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
    await expectEveryLineOnce({ program, writeConfig, check: '-N1', complaint: /error/i, foreground: '-n' })
  })
})
