import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Connection, openConnection } from '@/db/sqlite/connection'
import { assertMigrated, defaultMigrationsDir, migrate, readMigrations } from '@/db/sqlite/migrate'

interface Step {
  readonly tag: string
  readonly when: number
  readonly sql: string
}

const FIRST: Step = {
  tag: '0000_first',
  when: 1_000,
  sql: `CREATE TABLE parent (id INTEGER PRIMARY KEY) STRICT;
--> statement-breakpoint
CREATE TABLE child (id INTEGER PRIMARY KEY, parent_id INTEGER NOT NULL REFERENCES parent (id) ON DELETE CASCADE) STRICT;`,
}

/** What drizzle-kit writes to change a table: inside a transaction its own pragma does nothing. */
const REBUILD: Step = {
  tag: '0001_rebuild',
  when: 2_000,
  sql: `PRAGMA foreign_keys=OFF;
--> statement-breakpoint
CREATE TABLE __new_parent (id INTEGER PRIMARY KEY, name TEXT) STRICT;
--> statement-breakpoint
INSERT INTO __new_parent (id) SELECT id FROM parent;
--> statement-breakpoint
DROP TABLE parent;
--> statement-breakpoint
ALTER TABLE __new_parent RENAME TO parent;
--> statement-breakpoint
PRAGMA foreign_keys=ON;`,
}

describe('migrate', () => {
  let dir: string
  let db: Connection
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'plumbline-migrate-'))
    db = openConnection({ path: join(dir, 'x.db') })
  })
  afterEach(async () => {
    db.close()
    await rm(dir, { recursive: true, force: true })
  })

  async function writeSteps(steps: readonly Step[]): Promise<string> {
    const folder = join(dir, 'migrations')
    await rm(folder, { recursive: true, force: true })
    await mkdir(join(folder, 'meta'), { recursive: true })
    for (const { tag, sql } of steps) await writeFile(join(folder, `${tag}.sql`), sql)
    const entries = steps.map(({ tag, when }, idx) => ({ idx, version: '6', when, tag, breakpoints: true }))
    await writeFile(
      join(folder, 'meta', '_journal.json'),
      JSON.stringify({ version: '7', dialect: 'sqlite', entries }),
    )
    return folder
  }
  const run = async (steps: readonly Step[]) => migrate(db, await writeSteps(steps), join(dir, 'backup'))
  const count = (table: string) => db.prepare(`SELECT count(*) FROM ${table}`).pluck().get()
  const fill = () =>
    db.exec('INSERT INTO parent VALUES (1), (2); INSERT INTO child VALUES (1, 1), (2, 1), (3, 2)')

  it('applies what is missing once, without a backup of nothing', async () => {
    expect(await run([FIRST])).toEqual({ applied: ['0000_first'], backupPath: null })
    expect(await run([FIRST])).toEqual({ applied: [], backupPath: null })
    expect(db.pragma('user_version', { simple: true })).toBe(1)
    expect(db.pragma('foreign_keys', { simple: true })).toBe(1)
  })

  it('rebuilds a parent table without losing the rows that refer to it, and backs up first', async () => {
    await run([FIRST])
    fill()
    const { backupPath } = await run([FIRST, REBUILD])
    expect(count('child')).toBe(3)
    const backup = openConnection({ path: backupPath ?? '', readonly: true })
    expect(backup.prepare('SELECT count(*) FROM child').pluck().get()).toBe(3)
    expect(backup.prepare("SELECT count(*) FROM pragma_table_info('parent')").pluck().get()).toBe(1)
    backup.close()
    expect((await stat(backupPath ?? '')).mode & 0o777).toBe(0o600)
  })

  it.each([
    [
      'fails halfway',
      'CREATE TABLE extra (a INTEGER);\n--> statement-breakpoint\nSELECT nonsense FROM nowhere;',
      'no such table',
    ],
    ['loses rows', 'DELETE FROM child WHERE id = 1;', 'from 3 to 2 rows'],
    ['breaks references', 'UPDATE child SET parent_id = 99;', 'broke references'],
  ])('changes nothing when a migration %s', async (_, sql, message) => {
    await run([FIRST])
    fill()
    await expect(run([FIRST, { tag: '0001_bad', when: 2_000, sql }])).rejects.toThrow(message)
    expect(count('child')).toBe(3)
    expect(db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'extra'").get()).toBeUndefined()
    expect(db.pragma('user_version', { simple: true })).toBe(1)
    expect(db.pragma('foreign_keys', { simple: true })).toBe(1)
    expect((await run([FIRST, REBUILD])).applied).toEqual(['0001_rebuild'])
  })

  it('refuses a database from a newer program and one from another line', async () => {
    await run([FIRST, REBUILD])
    await expect(run([FIRST])).rejects.toThrow('newer version')
    await expect(run([{ ...FIRST, sql: 'CREATE TABLE other (a INTEGER);' }, REBUILD])).rejects.toThrow(
      'does not come from',
    )
    expect(() => assertMigrated(db, join(dir, 'migrations'))).toThrow()
  })

  it('refuses migrations whose times do not rise, and a folder without any', async () => {
    await expect(run([FIRST, { ...REBUILD, when: 1_000 }])).rejects.toThrow('dated before')
    expect(() => readMigrations(join(dir, 'nowhere'))).toThrow('No migrations')
  })

  it('keeps the newest three backups', async () => {
    const steps = Array.from(
      { length: 6 },
      (_, i): Step => ({ tag: `000${i + 1}_t${i}`, when: 2_000 + i, sql: `CREATE TABLE t${i} (a INTEGER);` }),
    )
    for (let until = 0; until <= steps.length; until++) await run([FIRST, ...steps.slice(0, until)])
    expect((await readdir(join(dir, 'backup'))).sort()).toEqual([
      'before-0004_t3.db',
      'before-0005_t4.db',
      'before-0006_t5.db',
    ])
  })

  it('makes every table of ours strict', async () => {
    await cp(defaultMigrationsDir(), join(dir, 'ours'), { recursive: true })
    migrate(db, join(dir, 'ours'), join(dir, 'backup'))
    const loose = db
      .prepare(
        "SELECT name FROM pragma_table_list WHERE type = 'table' AND strict = 0 AND name NOT LIKE 'sqlite%' AND name <> '__drizzle_migrations'",
      )
      .pluck()
      .all()
    expect(loose).toEqual([])
    expect(await readFile(join(defaultMigrationsDir(), 'meta', '_journal.json'), 'utf8')).toContain(
      'foundation',
    )
  })
})
