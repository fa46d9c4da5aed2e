/** Owns the file of one UTC day of the log: its name, its tables, and how it is opened. */
import { closeSync, existsSync, fsyncSync, openSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type Connection, openConnection } from '@/db/sqlite/connection'

const PARTITION_NAME = /^(\d{4}-\d{2}-\d{2})\.db$/

/** Of new files. Blocks are large and written once, and larger pages mean fewer of them; but a single record writes four whole ones. */
const PAGE_SIZE_BYTES = 8_192

/** Checkpoint every 16 MiB of log: each costs two more fsyncs. */
const CHECKPOINT_PAGES = 2_048

/**
 * Small columns come before `fingerprints` and these before `body`, so that reading them leaves the long
 * body's pages alone. Nothing is ever updated but the one row of `span` and the refusal counts.
 */
const TABLES = `
CREATE TABLE IF NOT EXISTS record_block (
  seq INTEGER PRIMARY KEY, received_ms INTEGER NOT NULL, backfill INTEGER NOT NULL CHECK (backfill IN (0, 1)),
  model TEXT NOT NULL, version TEXT NOT NULL, count INTEGER NOT NULL, min_ms INTEGER NOT NULL, max_ms INTEGER NOT NULL,
  fingerprints BLOB NOT NULL, body BLOB NOT NULL
) STRICT;
-- For reading one version again under a new profile, and for the newest records of a model.
CREATE INDEX IF NOT EXISTS record_block_version ON record_block (model, version);
CREATE TABLE IF NOT EXISTS label_block (
  seq INTEGER PRIMARY KEY, received_ms INTEGER NOT NULL, model TEXT NOT NULL, count INTEGER NOT NULL, body BLOB NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS request (
  seq INTEGER PRIMARY KEY, received_ms INTEGER NOT NULL, kind TEXT NOT NULL, scope TEXT NOT NULL, value TEXT NOT NULL,
  body_hash TEXT NOT NULL, accepted INTEGER NOT NULL, duplicates INTEGER NOT NULL, conflicts INTEGER NOT NULL,
  labels INTEGER NOT NULL, refused INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS quarantine (
  seq INTEGER PRIMARY KEY, received_ms INTEGER NOT NULL, model TEXT, code TEXT NOT NULL, field TEXT,
  message TEXT NOT NULL, prediction_id TEXT, raw TEXT NOT NULL
) STRICT;
-- What is needed to take a refused record later; not in files of before it was kept.
CREATE TABLE IF NOT EXISTS refusal_origin (
  seq INTEGER PRIMARY KEY, kind TEXT NOT NULL, model TEXT, around TEXT, state TEXT NOT NULL, rules INTEGER, id TEXT
) STRICT;
CREATE TABLE IF NOT EXISTS refusal_count (
  hour_ms INTEGER NOT NULL, model TEXT NOT NULL, code TEXT NOT NULL, count INTEGER NOT NULL, last_ms INTEGER NOT NULL,
  PRIMARY KEY (hour_ms, model, code)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS span (
  id INTEGER PRIMARY KEY CHECK (id = 1), records INTEGER NOT NULL, min_ms INTEGER, max_ms INTEGER
) STRICT;
INSERT OR IGNORE INTO span (id, records) VALUES (1, 0);
`

export function partitionPath(logDir: string, day: string): string {
  return join(logDir, `${day}.db`)
}

/** Days that have a partition, oldest first. */
export function listDays(logDir: string): string[] {
  let names: string[]
  try {
    names = readdirSync(logDir)
  } catch (error) {
    // No folder yet: nothing was ever appended.
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
  return names.flatMap((name) => PARTITION_NAME.exec(name)?.[1] ?? []).sort()
}

const OPTIONS = { pageSizeBytes: PAGE_SIZE_BYTES, checkpointPages: CHECKPOINT_PAGES, busyTimeoutMs: 250 }

/** What SQLite may leave beside a file. */
const COMPANIONS = ['', '-journal', '-wal', '-shm']

/** Opens a day's partition for appending, making it if it is new. */
export function openPartition(logDir: string, day: string): Connection {
  const path = partitionPath(logDir, day)
  if (!existsSync(path)) makePartition(logDir, day)
  return openWithTables(path)
}

/**
 * Lets go of what a kill left of the making of a file: a journal that only a writer can roll back, so that no reader
 * could open the partition. Files that were made whole before they got their name never have one.
 */
export function healPartition(logDir: string, day: string): void {
  if (existsSync(`${partitionPath(logDir, day)}-journal`)) openPartition(logDir, day).close()
}

/** Makes the file under another name, so that under its own it is whole at every instant, whoever is killed. */
function makePartition(logDir: string, day: string): void {
  const draft = join(logDir, `${day}.new`)
  for (const end of COMPANIONS) rmSync(draft + end, { force: true })
  // The last connection takes the write-ahead log with it.
  openWithTables(draft).close()
  renameSync(draft, partitionPath(logDir, day))
  const folder = openSync(logDir, 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}

function openWithTables(path: string): Connection {
  const db = openConnection({ path, ...OPTIONS })
  try {
    db.transaction(() => db.exec(TABLES)).immediate()
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

/**
 * Makes durable whatever stands in the write-ahead log. After a failed sync, or a kill between writing and syncing, it
 * may hold whole transactions that are not on the disk, and syncing it again proves nothing: the system may have given
 * up on its pages. Written once more, into the file itself, they are.
 * @throws Error (SQLite's, or `SQLITE_BUSY` while somebody reads) when it could not be done; then they count for nothing
 */
export function settlePartition(db: Connection): void {
  const [result] = db.pragma('wal_checkpoint(TRUNCATE)') as { busy: number }[]
  if (result?.busy !== 0) {
    throw Object.assign(new Error('The write-ahead log is being read.'), { code: 'SQLITE_BUSY' })
  }
}
