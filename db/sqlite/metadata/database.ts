/** Owns the handle that the metadata files share: Drizzle over one connection, and units of work on it. */
import { type BetterSQLite3Database, drizzle } from 'drizzle-orm/better-sqlite3'
import type { Connection } from '@/db/sqlite/connection'
import type { Units } from '@/db/sqlite/unit-of-work'

export interface Handle {
  readonly db: Connection
  readonly orm: BetterSQLite3Database
  readonly units: Units
}

export function createHandle(db: Connection, units: Units): Handle {
  return { db, orm: drizzle(db), units }
}

/** JSON that this program wrote itself: the schema of the column is the guarantee. */
export function fromJson<T>(text: string): T {
  return JSON.parse(text) as T
}
