/** Runs the log's conformance suite on SQLite. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe } from 'vitest'
import { type LogHarness, type LogHarnessOptions, NOON_MS } from '@/db/conformance/log-harness'
import { testLogStore } from '@/db/conformance/log-store'
import { Ballast } from '@/db/sqlite/log/ballast'
import { buildScribeThread } from '@/db/sqlite/log/child-harness'
import { openLogReader } from '@/db/sqlite/log/log-reader'
import { openLogWriter } from '@/db/sqlite/log/log-writer'
import type { OpenScribe } from '@/db/sqlite/log/scribe'
import { threadScribe } from '@/db/sqlite/log/thread-scribe'

function openIn(
  dir: string,
  options: LogHarnessOptions,
  nowMs: number,
  openScribe: OpenScribe | undefined,
): LogHarness {
  const logDir = join(dir, 'log')
  const { maxQuarantinePerDay = 100, dedupHorizon: horizon } = options
  const ballast = new Ballast(dir, 0)
  const writer = openLogWriter({ logDir, maxQuarantinePerDay, horizon, nowMs, ballast, openScribe })
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
      return openIn(dir, options, atMs, openScribe)
    },
    async dispose() {
      await close()
      await rm(dir, { recursive: true, force: true })
    },
  }
}

const openNew = async (options: LogHarnessOptions, openScribe?: OpenScribe) =>
  openIn(await mkdtemp(join(tmpdir(), 'plumbline-log-')), options, NOON_MS, openScribe)

describe('written by the thread that asks', () => {
  testLogStore((options = {}) => openNew(options))
})

describe('written by a thread of its own, as in the server', () => {
  let program: string
  beforeAll(async () => {
    program = await buildScribeThread()
  })
  afterAll(() => rm(program, { force: true }))
  testLogStore((options = {}) => openNew(options, threadScribe(program)))
})
