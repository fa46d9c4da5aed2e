import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { batchOf, NOON_MS, readIds, record } from '@/db/conformance/log-harness'
import { Ballast } from '@/db/sqlite/log/ballast'
import { buildScribeThread } from '@/db/sqlite/log/child-harness'
import { openLogReader } from '@/db/sqlite/log/log-reader'
import { openLogWriter } from '@/db/sqlite/log/log-writer'
import type { OpenScribe } from '@/db/sqlite/log/scribe'
import { threadScribe } from '@/db/sqlite/log/thread-scribe'

describe('a thread that writes the log', () => {
  let program: string
  let dir: string
  beforeAll(async () => {
    program = await buildScribeThread()
  })
  afterAll(() => rm(program, { force: true }))
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'plumbline-scribe-'))
  })
  afterEach(() => rm(dir, { recursive: true, force: true }))

  const openWriter = (openScribe: OpenScribe) =>
    openLogWriter({
      logDir: join(dir, 'log'),
      maxQuarantinePerDay: 10,
      nowMs: NOON_MS,
      ballast: new Ballast(dir, 0),
      openScribe,
    })

  it('that ends fails what it was asked, and the next thing is asked of a new one', async () => {
    const mortal = join(dir, 'mortal.mjs')
    const lines = [
      "import { parentPort } from 'node:worker_threads'",
      "parentPort.on('message', ({ kind }) => kind === 'try' ? process.exit(1) : parentPort.postMessage({ kept: 7 }))",
    ]
    await writeFile(mortal, lines.join('\n'))
    const scribe = threadScribe(mortal)({ logDir: dir, maxQuarantinePerDay: 1 })
    expect(await scribe.ask({ kind: 'abandon' })).toBe(7)
    await expect(scribe.ask({ kind: 'try' })).rejects.toMatchObject({ code: 'THREAD_ENDED' })
    expect(await scribe.ask({ kind: 'abandon' })).toBe(7)
    await scribe.end()
  })

  it('gives back the error of SQLite with its code', async () => {
    const scribe = threadScribe(program)({ logDir: join(dir, 'log'), maxQuarantinePerDay: 1 })
    await writeFile(join(dir, 'log'), 'a file where the folder should be')
    await expect(scribe.ask({ kind: 'open', day: '2026-03-01', isUnsettled: false })).rejects.toMatchObject({
      code: expect.stringMatching(/^(ENOTDIR|EEXIST|SQLITE_CANTOPEN)/),
    })
    await scribe.end()
  })

  it('that dies before it answers leaves what reached the disk to count once, and takes more', async () => {
    let hasDied = false
    const writer = openWriter((options) => {
      const scribe = threadScribe(program)(options)
      return {
        end: () => scribe.end(),
        async ask(request) {
          const kept = await scribe.ask(request)
          if (request.kind !== 'commit' || hasDied) return kept
          hasDied = true
          await scribe.end()
          throw Object.assign(new Error('It ended.'), { code: 'THREAD_ENDED' })
        },
      }
    })
    const first = batchOf([record('a'), record('b')])
    await expect(writer.append(first)).rejects.toMatchObject({ code: 'unavailable' })
    expect(writer.problem()).toBe('The log cannot be written.')
    expect(await writer.append(first)).toMatchObject({ accepted: 0, duplicates: 2 })
    expect(writer.problem()).toBeNull()
    expect(await writer.append(batchOf([record('b'), record('c')]))).toMatchObject({
      accepted: 1,
      duplicates: 1,
    })
    await writer.close()
    const reader = openLogReader(join(dir, 'log'))
    expect(await readIds(reader)).toEqual(['a', 'b', 'c'])
    await reader.close()
  })

  it('makes the next commit of all that came meanwhile, and closing waits for both', async () => {
    const commits: number[] = []
    const writer = openWriter((options) => {
      const scribe = threadScribe(program)(options)
      return {
        end: () => scribe.end(),
        ask(request) {
          if (request.kind === 'commit') {
            commits.push(request.rows.blocks.reduce((sum, { count }) => sum + count, 0))
            if (commits.length === 1) for (let i = 0; i < 5; i++) others.push(append(`later-${i}`))
          }
          return scribe.ask(request)
        },
      }
    })
    const append = (id: string) => writer.append(batchOf([record(id)]))
    const others: Promise<unknown>[] = []
    const first = append('first')
    while (others.length === 0) await new Promise((resolve) => setImmediate(resolve))
    await writer.close()
    expect(await Promise.all([first, ...others])).toHaveLength(6)
    expect(commits).toEqual([1, 5])
    await expect(append('too late')).rejects.toMatchObject({ details: { reason: 'closing' } })
  })
})
