import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { batchOf, NOON_MS, readIds, record } from '@/db/conformance/log-harness'
import { Ballast } from '@/db/sqlite/log/ballast'
import { openLogReader } from '@/db/sqlite/log/log-reader'
import { openLogWriter } from '@/db/sqlite/log/log-writer'

const DAY = '2026-03-01'

describe('the file of a day', () => {
  let dataDir: string
  let logDir: string
  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'plumbline-partition-'))
    logDir = join(dataDir, 'log')
    mkdirSync(logDir)
  })
  afterEach(() => rmSync(dataDir, { recursive: true, force: true }))

  async function appendOne(): Promise<string[]> {
    const ballast = new Ballast(dataDir, 0)
    const writer = openLogWriter({ logDir, maxQuarantinePerDay: 10, ballast, nowMs: NOON_MS })
    expect(await writer.append(batchOf([record('a')]))).toMatchObject({ kind: 'committed', accepted: 1 })
    const reader = openLogReader(logDir)
    const ids = await readIds(reader)
    await reader.close()
    await writer.close()
    return ids
  }

  it('is made whole under another name, whatever an earlier try left there', async () => {
    for (const end of ['', '-journal', '-wal', '-shm'])
      writeFileSync(join(logDir, `${DAY}.new${end}`), 'half')
    expect(await appendOne()).toEqual(['a'])
    expect(readdirSync(logDir)).toEqual([`${DAY}.db`])
  })

  it('can be opened when a kill left it half made with a journal to roll back', async () => {
    leaveHotJournal(join(dataDir, 'other.db'), join(logDir, `${DAY}.db`))
    expect(existsSync(join(logDir, `${DAY}.db-journal`))).toBe(true)
    expect(await appendOne()).toEqual(['a'])
  })

  it('keeps its size of pages, however it was made', async () => {
    const old = new Database(join(logDir, `${DAY}.db`))
    old.pragma('page_size = 4096')
    old.pragma('journal_mode = WAL')
    old.close()
    expect(await appendOne()).toEqual(['a'])
    const db = new Database(join(logDir, `${DAY}.db`), { readonly: true })
    expect(db.pragma('page_size', { simple: true })).toBe(4096)
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok')
    db.close()
  })
})

/** Copies a database as a process would leave it that was killed in the middle of a transaction. */
function leaveHotJournal(source: string, target: string): void {
  const db = new Database(source)
  db.exec('CREATE TABLE half (text TEXT)')
  const insert = db.prepare('INSERT INTO half VALUES (?)')
  for (let i = 0; i < 200; i++) insert.run('x'.repeat(1_000))
  // A small cache must write before the commit.
  db.pragma('cache_size = 1')
  db.exec('BEGIN; UPDATE half SET text = text || text')
  for (const end of ['', '-journal']) copyFileSync(source + end, target + end)
  db.exec('ROLLBACK')
  db.close()
}
