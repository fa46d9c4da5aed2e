/** Owns bringing a database to the schema of this program: backed up first, all or nothing, and never backwards. */
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { readMigrationFiles } from 'drizzle-orm/migrator'
import { type Connection, makePrivateDirectory, makePrivateFile } from '@/db/sqlite/connection'

/** Backups of earlier migrations that are kept. */
const BACKUPS_KEPT = 3

interface Migration {
  readonly tag: string
  readonly hash: string
  readonly createdMs: number
  readonly statements: readonly string[]
}

/** Where the migrations are: beside the program's working folder, also when the program is bundled. */
export function defaultMigrationsDir(): string {
  return join(process.cwd(), 'db', 'sqlite', 'migrations')
}

/** @throws Error when files are missing or the journal's times do not rise: a later one would be skipped for ever */
export function readMigrations(migrationsDir: string): Migration[] {
  const journalPath = join(migrationsDir, 'meta', '_journal.json')
  if (!existsSync(journalPath))
    throw new Error(`No migrations in ${migrationsDir}; start from the program's own folder.`)
  const journal = JSON.parse(readFileSync(journalPath, 'utf8')) as { entries: { tag: string }[] }
  const files = readMigrationFiles({ migrationsFolder: migrationsDir })
  const migrations = files.map((file, i) => ({
    tag: journal.entries[i]?.tag ?? String(i),
    hash: file.hash,
    createdMs: file.folderMillis,
    statements: file.sql,
  }))
  for (const [i, migration] of migrations.entries()) {
    const earlier = migrations[i - 1]
    if (earlier && migration.createdMs <= earlier.createdMs) {
      throw new Error(`Migration ${migration.tag} is dated before ${earlier.tag}; generate it again.`)
    }
  }
  return migrations
}

function listApplied(db: Connection): { hash: string; created_at: number }[] {
  const exists = db.prepare("SELECT 1 FROM sqlite_schema WHERE name = '__drizzle_migrations'").get()
  if (!exists) return []
  return db
    .prepare<[], { hash: string; created_at: number }>(
      'SELECT hash, created_at FROM __drizzle_migrations ORDER BY created_at',
    )
    .all()
}

/**
 * Migrations that the database still lacks.
 * @throws Error when the database was changed by a newer program, or by migrations that are not ours
 */
function listPending(db: Connection, migrations: readonly Migration[]): Migration[] {
  const applied = listApplied(db)
  if (applied.length > migrations.length) {
    throw new Error(
      'The database was written by a newer version of Plumbline; update the program, or restore a backup.',
    )
  }
  for (const [i, { hash }] of applied.entries()) {
    const migration = migrations[i]
    if (migration && migration.hash !== hash) {
      throw new Error(
        `The database does not come from migration ${migration.tag} of this program; it is not touched.`,
      )
    }
  }
  return migrations.slice(applied.length)
}

/** @throws Error when the database is not exactly at the schema of this program */
export function assertMigrated(db: Connection, migrationsDir: string): void {
  const pending = listPending(db, readMigrations(migrationsDir))
  if (pending.length > 0) throw new Error('The database is not migrated yet; start the server first.')
}

function countRows(db: Connection): Map<string, number> {
  const tables = db
    .prepare<[], string>(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE '\\_\\_%' ESCAPE '\\'",
    )
    .pluck()
    .all()
  return new Map(
    tables.map((name) => [name, Number(db.prepare(`SELECT count(*) FROM "${name}"`).pluck().get())]),
  )
}

function applyAll(db: Connection, pending: readonly Migration[]): void {
  const before = countRows(db)
  db.exec(
    'CREATE TABLE IF NOT EXISTS __drizzle_migrations (id INTEGER PRIMARY KEY, hash TEXT NOT NULL, created_at NUMERIC)',
  )
  const note = db.prepare('INSERT INTO __drizzle_migrations (hash, created_at) VALUES (?, ?)')
  for (const migration of pending) {
    for (const statement of migration.statements) db.exec(statement)
    note.run(migration.hash, migration.createdMs)
  }
  const broken = db.pragma('foreign_key_check') as unknown[]
  if (broken.length > 0) throw new Error('A migration broke references between tables; nothing was changed.')
  const after = countRows(db)
  for (const [table, rows] of before) {
    const left = after.get(table)
    if (left !== undefined && left !== rows) {
      throw new Error(`A migration changed table ${table} from ${rows} to ${left} rows; nothing was changed.`)
    }
  }
  db.pragma(`user_version = ${listApplied(db).length}`)
}

function backUp(db: Connection, backupDir: string, tag: string): string {
  makePrivateDirectory(backupDir)
  const path = join(backupDir, `before-${tag}.db`)
  rmSync(path, { force: true })
  makePrivateFile(path)
  try {
    db.prepare('VACUUM INTO ?').run(path)
  } catch (error) {
    // Half a backup must not be taken for one.
    rmSync(path, { force: true })
    throw error
  }
  const backups = readdirSync(backupDir)
    .filter((name) => /^before-.*\.db$/.test(name))
    .sort()
  for (const name of backups.slice(0, -BACKUPS_KEPT)) rmSync(join(backupDir, name))
  return path
}

/**
 * Applies what is missing in one transaction, with a backup of what was there.
 * @returns tags applied, and the backup's path if one was made
 * @throws Error when the schema is newer than this program, or a check fails; then nothing changed
 */
export function migrate(
  db: Connection,
  migrationsDir: string,
  backupDir: string,
): { applied: string[]; backupPath: string | null } {
  const pending = listPending(db, readMigrations(migrationsDir))
  const [first] = pending
  if (!first) return { applied: [], backupPath: null }
  const backupPath = listApplied(db).length > 0 ? backUp(db, backupDir, first.tag) : null
  // Inside a transaction this pragma does nothing, and a table rebuild would then delete the rows that refer to it.
  db.pragma('foreign_keys = OFF')
  try {
    db.transaction(() => applyAll(db, pending)).immediate()
  } finally {
    db.pragma('foreign_keys = ON')
  }
  return { applied: pending.map(({ tag }) => tag), backupPath }
}
