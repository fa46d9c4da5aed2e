import { execFileSync, fork } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { cp, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildProgram } from '@/db/sqlite/build-program'
import { openConnection } from '@/db/sqlite/connection'
import { migrate } from '@/db/sqlite/migrate'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const ROWS = 40_000
const KILLS = 12

const CREATE = `CREATE TABLE parent (id INTEGER PRIMARY KEY, body TEXT) STRICT;
--> statement-breakpoint
CREATE TABLE child (id INTEGER PRIMARY KEY, parent_id INTEGER NOT NULL REFERENCES parent (id) ON DELETE CASCADE) STRICT;`
const REBUILD = `CREATE TABLE __new_parent (id INTEGER PRIMARY KEY, body TEXT, name TEXT) STRICT;
--> statement-breakpoint
INSERT INTO __new_parent (id, body) SELECT id, body FROM parent;
--> statement-breakpoint
DROP TABLE parent;
--> statement-breakpoint
ALTER TABLE __new_parent RENAME TO parent;
--> statement-breakpoint
CREATE INDEX parent_body ON parent (body);`

let dir: string
let program: string

async function writeMigrations(sqls: readonly string[]): Promise<string> {
  const folder = join(dir, `migrations-${sqls.length}`)
  await mkdir(join(folder, 'meta'), { recursive: true })
  const entries = sqls.map((_, idx) => ({
    idx,
    version: '6',
    when: 1_000 + idx,
    tag: `000${idx}`,
    breakpoints: true,
  }))
  for (const [i, sql] of sqls.entries()) await writeFile(join(folder, `000${i}.sql`), sql)
  const journal = { version: '7', dialect: 'sqlite', entries }
  await writeFile(join(folder, 'meta', '_journal.json'), JSON.stringify(journal))
  return folder
}

/** Migrates in a process of its own; with `killAfterMs` it is killed that long after it began. */
async function migrateElsewhere(data: string, migrations: string, killAfterMs?: number): Promise<number> {
  const child = fork(program, [join(data, 'plumbline.db'), migrations, join(data, 'backup')], { cwd: ROOT })
  const exited = once(child, 'exit')
  await once(child, 'message')
  const beganMs = performance.now()
  if (killAfterMs !== undefined) setTimeout(() => child.kill('SIGKILL'), killAfterMs)
  await exited
  return performance.now() - beganMs
}

function look(data: string, path = 'plumbline.db') {
  const db = openConnection({ path: join(data, path) })
  try {
    const count = (table: string) => db.prepare(`SELECT count(*) FROM ${table}`).pluck().get()
    return {
      version: db.pragma('user_version', { simple: true }),
      columns: db.prepare("SELECT count(*) FROM pragma_table_info('parent')").pluck().get(),
      parents: count('parent'),
      children: count('child'),
      check: db.pragma('integrity_check', { simple: true }),
    }
  } finally {
    db.close()
  }
}

const OLD = { version: 1, columns: 2, parents: ROWS, children: ROWS, check: 'ok' }
const NEW = { ...OLD, version: 2, columns: 3 }

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'plumbline-migrate-'))
  program = await buildProgram('db/sqlite/migrate-child.ts')
})
afterAll(async () => {
  await rm(dir, { recursive: true, force: true })
  await rm(program, { force: true })
})

/** A database of the first migration, with rows, in a folder of its own. */
async function makeOrigin(name: string, migrations: string): Promise<string> {
  const origin = join(dir, name)
  await migrateElsewhere(origin, migrations)
  const db = openConnection({ path: join(origin, 'plumbline.db') })
  db.exec(`WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${ROWS})
    INSERT INTO parent SELECT i, hex(randomblob(40)) FROM n; INSERT INTO child SELECT id, id FROM parent`)
  db.close()
  return origin
}

describe('a migration that is killed', () => {
  it('leaves the old schema or the new one with every row, and the next start completes it', async () => {
    const first = await writeMigrations([CREATE])
    const both = await writeMigrations([CREATE, REBUILD])
    const origin = await makeOrigin('origin', first)
    const copy = async (name: string) => {
      await cp(origin, join(dir, name), { recursive: true })
      return join(dir, name)
    }
    const wholeMs = await migrateElsewhere(await copy('whole'), both)
    const killed: unknown[] = []
    for (let i = 0; i < KILLS; i++) {
      const data = await copy(`killed-${i}`)
      await migrateElsewhere(data, both, (wholeMs * i) / KILLS)
      const found = look(data)
      killed.push(found.version)
      expect(found, `kill ${i}`).toEqual(found.version === 1 ? OLD : NEW)
      await migrateElsewhere(data, both)
      expect(look(data), `start after kill ${i}`).toEqual(NEW)
      const [backup = ''] = await readdir(join(data, 'backup'))
      expect(look(join(data, 'backup'), backup), `backup after kill ${i}`).toEqual(OLD)
      await rm(data, { recursive: true })
    }
    // Else the kills came too late to prove anything.
    expect(killed).toContain(1)
  })
})

const canMount = process.getuid?.() === 0 && existsSync('/bin/mount')

describe.skipIf(!canMount)('a migration on a disk that fills (needs root, to mount a small one)', () => {
  // Too small for the backup, and too small for the last index.
  it.each([6, 12])('of %i MiB changes nothing, and is completed once there is room', async (mebibytes) => {
    const first = await writeMigrations([CREATE])
    const both = await writeMigrations([CREATE, REBUILD])
    const origin = await makeOrigin(`origin-${mebibytes}`, first)
    const data = join(dir, `full-${mebibytes}`)
    await mkdir(data)
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${mebibytes}m`, 'tmpfs', data])
    try {
      await cp(join(origin, 'plumbline.db'), join(data, 'plumbline.db'))
      const open = () => openConnection({ path: join(data, 'plumbline.db') })
      const db = open()
      expect(() => migrate(db, both, join(data, 'backup'))).toThrow(/disk is full/)
      db.close()
      expect(look(data)).toEqual(OLD)
      // A backup is whole or it is not there.
      for (const backup of await readdir(join(data, 'backup')))
        expect(look(join(data, 'backup'), backup)).toEqual(OLD)
      execFileSync('mount', ['-o', 'remount,size=64m', data])
      const again = open()
      expect(migrate(again, both, join(data, 'backup')).applied).toEqual(['0001'])
      again.close()
      expect(look(data)).toEqual(NEW)
    } finally {
      execFileSync('umount', ['-l', data])
    }
  })
})
