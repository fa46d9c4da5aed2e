/** Owns the reading side of the log in one process, over read-only connections. */

import { statSync } from 'node:fs'
import type { FoundRecord, LogPosition, LogReader, PartitionInfo } from '@/db/contracts/log-store'
import { decodeBlock } from '@/db/sqlite/log/block-codec'
import { RecordFinder } from '@/db/sqlite/log/find-records'
import { partitionPath } from '@/db/sqlite/log/partition'
import { PartitionReaders } from '@/db/sqlite/log/partition-readers'
import { readLabelBlocks, readRecordBlocks, readVersionBlocks } from '@/db/sqlite/log/read-blocks'
import { countRefusals, findRefusals, listRefusals } from '@/db/sqlite/log/read-refusals'
import { recordsBetween } from '@/db/sqlite/log/records-between'
import type { PredictionRecord } from '@/lib/domain/record'

type LatestRecord = Awaited<ReturnType<LogReader['latestRecords']>>[number]

interface LatestRow {
  readonly version: string
  readonly received_ms: number
  readonly body: Buffer
}

class SqliteLogReader implements LogReader {
  private readonly readers: PartitionReaders
  private readonly finder: RecordFinder

  constructor(logDir: string, horizon: number | undefined) {
    this.readers = new PartitionReaders(logDir)
    this.finder = new RecordFinder(this.readers, horizon)
  }

  async readRecords(position: LogPosition | null, maxRecords: number) {
    return readRecordBlocks(this.readers, position, maxRecords)
  }

  async readRecordsOf(
    model: string,
    version: string,
    position: LogPosition | null,
    until: LogPosition,
    maxRecords: number,
  ) {
    return readVersionBlocks(this.readers, { model, version }, position, until, maxRecords)
  }

  async readLabels(position: LogPosition | null, maxLabels: number) {
    return readLabelBlocks(this.readers, position, maxLabels)
  }

  async findRecords(model: string, ids: readonly string[]): Promise<Map<string, FoundRecord>> {
    return this.finder.find(model, ids)
  }

  async latestRecords(model: string, version: string | null, limit: number): Promise<LatestRecord[]> {
    const latest: LatestRecord[] = []
    for (const day of this.readers.listDays().reverse()) {
      const db = this.readers.get(day)
      if (!db) continue
      // Numbers first, from the index alone: sorting whole rows would read every body.
      const seqs = db
        .prepare<[string, string | null, string | null, number], number>(
          'SELECT seq FROM record_block WHERE model = ? AND (? IS NULL OR version = ?) ORDER BY seq DESC LIMIT ?',
        )
        .pluck()
        .all(model, version, version, limit)
      const read = db.prepare<[number], LatestRow>(
        'SELECT version, received_ms, body FROM record_block WHERE seq = ?',
      )
      for (const seq of seqs) {
        const row = read.get(seq)
        if (!row) continue
        const records = decodeBlock<PredictionRecord>(row.body).reverse()
        for (const record of records) {
          latest.push({ version: row.version, receivedMs: row.received_ms, record })
          if (latest.length >= limit) return latest
        }
      }
    }
    return latest
  }

  async recordsBetween(
    model: string,
    version: string,
    span: { readonly startMs: number; readonly endMs: number },
    limit: number,
  ): Promise<PredictionRecord[]> {
    return recordsBetween(this.readers, { model, version }, span, limit)
  }

  async listQuarantine(query: Parameters<LogReader['listQuarantine']>[0]) {
    return listRefusals(this.readers, query)
  }

  async findQuarantined(places: Parameters<LogReader['findQuarantined']>[0]) {
    return findRefusals(this.readers, places)
  }

  async countQuarantine(sinceMs: number) {
    return countRefusals(this.readers, sinceMs)
  }

  async listPartitions(): Promise<PartitionInfo[]> {
    return this.readers.listDays().flatMap((day) => {
      const span = this.readers
        .get(day)
        ?.prepare<[], Omit<PartitionInfo, 'day' | 'sizeBytes'>>(
          'SELECT records, min_ms AS minMs, max_ms AS maxMs FROM span',
        )
        .get()
      const path = partitionPath(this.readers.logDir, day)
      const sizeBytes = [path, `${path}-wal`].reduce(
        (sum, file) => sum + (statSync(file, { throwIfNoEntry: false })?.size ?? 0),
        0,
      )
      return span ? [{ day, sizeBytes, ...span }] : []
    })
  }

  async head(): Promise<LogPosition | null> {
    for (const day of this.readers.listDays().reverse()) {
      const seq = this.readers
        .get(day)
        ?.prepare<[], number | null>('SELECT max(seq) FROM record_block')
        .pluck()
        .get()
      if (seq) return { day, seq }
    }
    return null
  }

  async close(): Promise<void> {
    this.readers.close()
  }
}

/**
 * Opens the log for reading; partitions are opened when they are first needed.
 * @param horizon records that findRecords keeps in memory; older ones are scanned for
 */
export function openLogReader(logDir: string, horizon?: number): LogReader {
  return new SqliteLogReader(logDir, horizon)
}
