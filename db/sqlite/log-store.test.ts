/** Runs the log's conformance suite on SQLite. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type LogHarness, type LogHarnessOptions, NOON_MS } from '@/db/conformance/log-harness'
import { testLogStore } from '@/db/conformance/log-store'
import { Ballast } from '@/db/sqlite/log/ballast'
import { openLogReader } from '@/db/sqlite/log/log-reader'
import { openLogWriter } from '@/db/sqlite/log/log-writer'

function openIn(dir: string, options: LogHarnessOptions, nowMs: number): LogHarness {
  const logDir = join(dir, 'log')
  const { maxQuarantinePerDay = 100, dedupHorizon: horizon } = options
  const writer = openLogWriter({ logDir, maxQuarantinePerDay, horizon, nowMs, ballast: new Ballast(dir, 0) })
  const reader = openLogReader(logDir, horizon)
  const close = async () => {
    await reader.close()
    await writer.close()
  }
  return {
    reader,
    writer,
    async reopen(atMs = nowMs) {
      await close()
      return openIn(dir, options, atMs)
    },
    async dispose() {
      await close()
      await rm(dir, { recursive: true, force: true })
    },
  }
}

testLogStore(async (options = {}) =>
  openIn(await mkdtemp(join(tmpdir(), 'plumbline-log-')), options, NOON_MS),
)
