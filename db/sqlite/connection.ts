/** Owns how a SQLite file is opened: settings, checks and file modes. Knows nothing of what is stored in it. */
import { chmodSync, closeSync, existsSync, mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import Database from 'better-sqlite3'

export type Connection = Database.Database

/** Marks our files ("PLMB"), so that a foreign database is never taken for one of ours. */
const APPLICATION_ID = 0x504c4d42

/** Versions before this can corrupt a WAL when two connections write and checkpoint at once (sqlite.org/wal.html#walresetbug). */
const OLDEST_SAFE_SQLITE = '3.51.3'

const JOURNAL_SIZE_LIMIT = 64 * 1024 * 1024

export interface ConnectionOptions {
  readonly path: string
  readonly readonly?: boolean
  /** How long a statement may block its thread on a lock; callers retry without blocking after that. */
  readonly busyTimeoutMs?: number
  /** Only used when the file is created. */
  readonly pageSizeBytes?: number
  /** Only used when the file is created: lets deleted rows shrink the file. */
  readonly incrementalVacuum?: boolean
  readonly checkpointPages?: number
  readonly cacheKib?: number
}

/** Negative, zero or positive, comparing dotted version numbers. */
export function compareVersions(a: string, b: string): number {
  const left = a.split('.').map(Number)
  const right = b.split('.').map(Number)
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

/** Makes a folder that only its owner can read, with its parents. */
export function makePrivateDirectory(path: string): void {
  mkdirSync(path, { recursive: true, mode: 0o700 })
}

/**
 * Makes an empty file that only its owner can read, for SQLite to fill. One that is there is not even opened: closing
 * it again would drop the locks that this process holds on it.
 */
export function makePrivateFile(path: string): void {
  if (!existsSync(path)) closeSync(openSync(path, 'a', 0o600))
}

function pragma(db: Connection, name: string): unknown {
  return db.pragma(name, { simple: true })
}

function setUpFile(db: Connection, options: ConnectionOptions): void {
  const isNew = pragma(db, 'page_count') === 0
  if (isNew) {
    if (options.pageSizeBytes) db.pragma(`page_size = ${options.pageSizeBytes}`)
    if (options.incrementalVacuum) db.pragma('auto_vacuum = INCREMENTAL')
  }
  if (pragma(db, 'journal_mode = WAL') !== 'wal')
    throw new Error(`${options.path}: write-ahead logging is not possible here`)
  const owner = pragma(db, 'application_id')
  if (isNew || owner === 0) db.pragma(`application_id = ${APPLICATION_ID}`)
  else if (owner !== APPLICATION_ID) throw new Error(`${options.path} is not a Plumbline database`)
}

/**
 * Opens a SQLite file with every setting that durability and safety rest on, and checks that they took.
 * @throws Error when SQLite is too old, the file is not ours, or a setting did not take
 */
export function openConnection(options: ConnectionOptions): Connection {
  const isNew = !options.readonly && !existsSync(options.path)
  if (!options.readonly) makePrivateDirectory(dirname(options.path))
  const db = new Database(options.path, {
    readonly: options.readonly ?? false,
    fileMustExist: options.readonly ?? false,
    timeout: options.busyTimeoutMs ?? 5_000,
  })
  try {
    if (isNew) chmodSync(options.path, 0o600)
    const version = String(db.prepare('SELECT sqlite_version()').pluck().get())
    if (compareVersions(version, OLDEST_SAFE_SQLITE) < 0) {
      throw new Error(
        `SQLite ${version} is older than ${OLDEST_SAFE_SQLITE}, which fixes a corruption bug; update better-sqlite3`,
      )
    }
    if (!options.readonly) setUpFile(db, options)
    // better-sqlite3 is compiled with NORMAL for WAL files, which forgets commits on power loss: always set it.
    db.pragma('synchronous = FULL')
    db.pragma('foreign_keys = ON')
    db.pragma('trusted_schema = OFF')
    db.pragma('cell_size_check = ON')
    db.pragma('mmap_size = 0')
    db.pragma('temp_store = MEMORY')
    db.pragma(`cache_size = -${options.cacheKib ?? 8_192}`)
    db.pragma(`journal_size_limit = ${JOURNAL_SIZE_LIMIT}`)
    if (options.checkpointPages) db.pragma(`wal_autocheckpoint = ${options.checkpointPages}`)
    assertDurable(db, options.path)
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

/** @throws Error when a commit on this connection could be forgotten on power loss */
export function assertDurable(db: Connection, path: string): void {
  if (pragma(db, 'synchronous') !== 2) throw new Error(`${path}: synchronous=FULL did not take`)
  if (pragma(db, 'foreign_keys') !== 1) throw new Error(`${path}: foreign_keys=ON did not take`)
}
