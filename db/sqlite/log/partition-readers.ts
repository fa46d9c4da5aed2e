/** Owns the read-only connections to log partitions of one process: opened when needed, closed when the file is gone. */
import { type Connection, openConnection } from '@/db/sqlite/connection'
import { listDays, partitionPath } from '@/db/sqlite/log/partition'

/** Kept open at once; the oldest used one is closed beyond that. */
const MAX_OPEN = 16

export class PartitionReaders {
  private readonly connections = new Map<string, Connection>()

  constructor(readonly logDir: string) {}

  /** Days with a partition, oldest first; connections to dropped ones are closed. */
  listDays(): string[] {
    const days = listDays(this.logDir)
    for (const day of this.connections.keys()) if (!days.includes(day)) this.forget(day)
    return days
  }

  /** The connection to a day's partition, or null when there is none (any more). */
  get(day: string): Connection | null {
    let db = this.connections.get(day)
    if (db) {
      // Most recently used last.
      this.connections.delete(day)
    } else {
      if (!listDays(this.logDir).includes(day)) return null
      db = openConnection({ path: partitionPath(this.logDir, day), readonly: true, cacheKib: 2_048 })
      if (!hasTables(db)) {
        db.close()
        return null
      }
    }
    this.connections.set(day, db)
    if (this.connections.size > MAX_OPEN) this.forget(this.connections.keys().next().value ?? day)
    return db
  }

  close(): void {
    for (const day of [...this.connections.keys()]) this.forget(day)
  }

  private forget(day: string): void {
    this.connections.get(day)?.close()
    this.connections.delete(day)
  }
}

/** A partition exists as a file a moment before its tables do. */
function hasTables(db: Connection): boolean {
  return db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'span'").get() !== undefined
}
