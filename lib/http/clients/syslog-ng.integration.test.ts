import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, it } from 'vitest'
import { recordFile } from '@/lib/domain/shippers/shipper'
import { SYSLOG_NG } from '@/lib/domain/shippers/syslog-ng'
import { expectEveryLineOnce } from '@/lib/http/clients/follow-file'
import type { RoughServer } from '@/lib/http/clients/rough-server'
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
    await expectEveryLineOnce({
      program,
      writeConfig,
      check: '--syntax-only',
      complaint: /[\s\S]/,
      foreground: '--foreground',
    })
  })
})
