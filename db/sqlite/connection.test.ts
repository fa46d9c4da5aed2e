import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { assertDurable, compareVersions, openConnection } from '@/db/sqlite/connection'

describe('openConnection', () => {
  let dir: string
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'plumbline-connection-'))
  })
  afterEach(() => rm(dir, { recursive: true, force: true }))

  const settings = (db: Database.Database) =>
    ['synchronous', 'foreign_keys', 'trusted_schema', 'cell_size_check', 'auto_vacuum', 'journal_mode'].map(
      (name) => db.pragma(name, { simple: true }),
    )

  it('is durable on the first start and on every later one', () => {
    const path = join(dir, 'inner', 'x.db')
    for (let start = 0; start < 3; start++) {
      const db = openConnection({ path, incrementalVacuum: true })
      expect(settings(db)).toEqual([2, 1, 0, 1, 2, 'wal'])
      db.exec('CREATE TABLE IF NOT EXISTS t (a)')
      db.close()
    }
    const reader = openConnection({ path, readonly: true })
    expect(settings(reader)).toEqual([2, 1, 0, 1, 2, 'wal'])
    reader.close()
  })

  it('notices a connection that could forget commits', () => {
    const db = openConnection({ path: join(dir, 'x.db') })
    db.pragma('synchronous = NORMAL')
    expect(() => assertDurable(db, 'x.db')).toThrow('synchronous=FULL')
    db.close()
  })

  it('keeps the file and its folder to their owner', async () => {
    openConnection({ path: join(dir, 'inner', 'x.db') }).close()
    expect((await stat(join(dir, 'inner', 'x.db'))).mode & 0o777).toBe(0o600)
    expect((await stat(join(dir, 'inner'))).mode & 0o777).toBe(0o700)
  })

  it('refuses a database of another program', () => {
    const path = join(dir, 'other.db')
    const other = new Database(path)
    other.exec('CREATE TABLE t (a)')
    other.pragma('application_id = 77')
    other.close()
    expect(() => openConnection({ path })).toThrow('not a Plumbline database')
  })
})

describe('compareVersions', () => {
  it.each([
    ['3.51.2', '3.51.3', -1],
    ['3.51.3', '3.51.3', 0],
    ['3.100.0', '3.51.3', 1],
    ['3.52', '3.51.9', 1],
  ])('puts %s and %s in order', (a, b, sign) => {
    expect(Math.sign(compareVersions(a, b))).toBe(sign)
  })
})
