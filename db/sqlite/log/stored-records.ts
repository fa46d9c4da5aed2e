/** Owns reading single stored records by their place, each block once. */

import { pickRecords } from '@/db/sqlite/log/block-codec'
import type { RecordPlace } from '@/db/sqlite/log/block-directory'
import type { PartitionReaders } from '@/db/sqlite/log/partition-readers'

/** A record as stored. */
export interface StoredRecord {
  readonly model: string
  readonly version: string
  /** JSON of the record. */
  readonly text: string
}

export function placeKey(place: RecordPlace): string {
  return `${place.day}/${place.seq}/${place.index}`
}

/** Records at these places by `placeKey`; places in dropped partitions are absent. */
export function readStoredRecords(
  readers: PartitionReaders,
  places: readonly RecordPlace[],
): Map<string, StoredRecord> {
  const blocks = new Map<string, { day: string; seq: number; indexes: Set<number> }>()
  for (const { day, seq, index } of places) {
    const key = `${day}/${seq}`
    const block = blocks.get(key)
    if (block) block.indexes.add(index)
    else blocks.set(key, { day, seq, indexes: new Set([index]) })
  }
  const records = new Map<string, StoredRecord>()
  for (const { day, seq, indexes } of blocks.values()) {
    const row = readers
      .get(day)
      ?.prepare<[number], { model: string; version: string; body: Buffer }>(
        'SELECT model, version, body FROM record_block WHERE seq = ?',
      )
      .get(seq)
    if (!row) continue
    const sorted = [...indexes].sort((a, b) => a - b)
    for (const [index, text] of pickRecords(row.body, sorted)) {
      records.set(placeKey({ day, seq, index }), { model: row.model, version: row.version, text })
    }
  }
  return records
}
