/** Owns parsing a whole body that is one JSON document: its depth and size are looked at first, in linear time. */
import { isAscii } from 'node:buffer'
import { tooManyRecords, undecodable } from '@/lib/ingest/formats/undecodable'
import { type JsonValue, parseAny } from '@/lib/ingest/json-value'
import type { ReadLimits } from '@/lib/ingest/read-records'
import { scanJson } from '@/lib/ingest/scan-json'

/**
 * The document, or undefined for what is none.
 * @param maxDepth  levels that objects and lists may lie in one another
 * @throws AppError `invalid` (`undecodable`) for deeper ones; `too_large` for a list of more elements than records are taken
 */
export function parseGuarded(
  bytes: Buffer,
  { maxRecords }: ReadLimits,
  maxDepth: number,
): JsonValue | undefined {
  const scan = scanJson(bytes, { maxRecords, maxDepth })
  if (scan.state === 'too_many') throw tooManyRecords({ maxRecords })
  if (scan.state === 'broken' || scan.values.length !== 1) return undefined
  if (scan.tooDeep.size > 0 || (scan.values[0]?.depth ?? 0) > maxDepth)
    throw undecodable('The body is nested too deep.')
  return parseAny(bytes.toString(isAscii(bytes) ? 'latin1' : 'utf8'))
}
