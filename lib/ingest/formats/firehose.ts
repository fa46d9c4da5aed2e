/** Owns reading what Amazon Data Firehose delivers to an HTTP endpoint: records in base64, each JSON in any of its forms. */
import { isUtf8 } from 'node:buffer'
import { isAppError } from '@/lib/domain/errors'
import { readCloudWatch } from '@/lib/ingest/formats/cloudwatch'
import { parseGuarded } from '@/lib/ingest/formats/guarded-json'
import { type InflateRoom, Inflater, isGzip } from '@/lib/ingest/formats/inflate'
import { PartReader } from '@/lib/ingest/formats/parts'
import { tooManyRecords, undecodable } from '@/lib/ingest/formats/undecodable'
import { isObject, type JsonObject, own, parseObject } from '@/lib/ingest/json-value'
import type { BodyReader, ReadLimits } from '@/lib/ingest/read-records'

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/
const NO_DATA = 'A record of a delivery is {"data": "…"} in base64.'
const DAMAGED = 'The data of the record are gzip, and damaged or cut off.'
const TOO_LARGE = 'The data of the record are gzip, and unpacked they are larger than the limit.'

/**
 * A reader of one delivery. Data may be packed with gzip once more, as CloudWatch Logs does, whose envelope is opened.
 * @param attributes  text of the header `X-Amz-Firehose-Common-Attributes`, or null: names model, version and
 *   environment of records that name none
 */
export function createFirehoseReader(attributes: string | null, room: InflateRoom): BodyReader {
  const shared = sharedOf(attributes)
  return function* (bytes, limits, sink) {
    const delivery = parseGuarded(bytes, limits, 4)
    const records = isObject(delivery) ? own(delivery, 'records') : undefined
    if (!Array.isArray(records))
      throw undecodable('The body is no delivery: {"requestId", "timestamp", "records": […]}.')
    if (records.length > limits.maxRecords) throw tooManyRecords(limits)
    const parts = new PartReader(limits, sink, shared)
    const inflater = new Inflater(room)
    for (const record of records) {
      const data = isObject(record) ? own(record, 'data') : undefined
      if (typeof data !== 'string' || !BASE64.test(data)) {
        parts.refuse({ code: 'wrong_shape', field: 'data', message: NO_DATA }, JSON.stringify(record))
        continue
      }
      const sent = Buffer.from(data, 'base64')
      const part = isGzip(sent) ? inflater.gunzip(sent) : sent
      if (part === 'damaged') parts.refuse({ code: 'malformed_json', field: 'data', message: DAMAGED }, '')
      else if (part === 'too_large')
        parts.refuse({ code: 'record_too_large', field: 'data', message: TOO_LARGE }, '')
      else yield* readPart(part, parts, limits)
      if (part !== sent) yield
    }
  }
}

function* readPart(part: Buffer, parts: PartReader, limits: ReadLimits): Generator<void> {
  const lines = isUtf8(part) ? cloudWatchLines(part, limits) : null
  if (lines === null) yield* parts.read(part)
  else for (const line of lines) parts.record(line)
}

function cloudWatchLines(part: Buffer, limits: ReadLimits) {
  try {
    return readCloudWatch(part, limits)
  } catch (error) {
    // Nested too deep: read as any other part, it is refused by itself.
    if (isAppError(error) && error.code === 'invalid') return null
    throw error
  }
}

function sharedOf(attributes: string | null): JsonObject | null {
  const parsed = attributes === null ? undefined : parseObject(attributes)
  const common = parsed && own(parsed, 'commonAttributes')
  return isObject(common) ? common : null
}
