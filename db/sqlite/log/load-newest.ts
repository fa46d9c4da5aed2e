/** Owns loading the identities of the newest part of the log, and keeping up with it. */
import type { LogPosition } from '@/db/contracts/log-store'
import type { PartitionReaders } from '@/db/sqlite/log/partition-readers'
import type { RecordIdentities } from '@/db/sqlite/log/record-identities'

/** Loads whole partitions so that at least the newest `horizon` records are known; returns the last block's position. */
export function loadNewest(
  identities: RecordIdentities,
  readers: PartitionReaders,
  horizon: number,
): LogPosition | null {
  const days = readers.listDays()
  let records = 0
  let first = days.length
  while (first > 0 && records < horizon) {
    first--
    records += Number(
      readers
        .get(days[first] as string)
        ?.prepare('SELECT records FROM span')
        .pluck()
        .get() ?? 0,
    )
  }
  identities.reserve(records)
  const from = days[first]
  return from === undefined ? null : loadAfter(identities, readers, { day: from, seq: 0 })
}

/** Loads every block after a position; returns the new position. */
export function loadAfter(
  identities: RecordIdentities,
  readers: PartitionReaders,
  position: LogPosition,
): LogPosition {
  let last = position
  for (const day of readers.listDays()) {
    if (day < position.day) continue
    const db = readers.get(day)
    if (db) last = { day, seq: identities.load(db, day, day === position.day ? position.seq : 0) }
  }
  return last
}
