/** Owns reading what Amazon Data Firehose delivers to an HTTP endpoint: records in base64, each JSON in any of its forms. */
import { parseGuarded } from '@/lib/ingest/formats/guarded-json'
import { PartReader } from '@/lib/ingest/formats/parts'
import { tooManyRecords, undecodable } from '@/lib/ingest/formats/undecodable'
import { isObject, type JsonObject, own, parseObject } from '@/lib/ingest/json-value'
import type { BodyReader } from '@/lib/ingest/read-records'

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/

/**
 * A reader of one delivery.
 * @param attributes  text of the header `X-Amz-Firehose-Common-Attributes`, or null: names model, version and
 *   environment of records that name none
 */
export function createFirehoseReader(attributes: string | null): BodyReader {
  const shared = sharedOf(attributes)
  return function* (bytes, limits, sink) {
    const delivery = parseGuarded(bytes, limits, 4)
    const records = isObject(delivery) ? own(delivery, 'records') : undefined
    if (!Array.isArray(records))
      throw undecodable('The body is no delivery: {"requestId", "timestamp", "records": […]}.')
    if (records.length > limits.maxRecords) throw tooManyRecords(limits)
    const parts = new PartReader(limits, sink, shared)
    for (const record of records) {
      const data = isObject(record) ? own(record, 'data') : undefined
      if (typeof data === 'string' && BASE64.test(data)) yield* parts.read(Buffer.from(data, 'base64'))
      else {
        const message = 'A record of a delivery is {"data": "…"} in base64.'
        sink.refuse({ code: 'wrong_shape', field: 'data', message }, JSON.stringify(record))
      }
    }
  }
}

/** The id of a delivery, for its answer, where no header tells it. */
export function deliveryId(bytes: Buffer): string | null {
  const found = /"requestId"\s*:\s*"([\x21\x23-\x5b\x5d-\x7e]{1,128})"/.exec(
    bytes.toString('latin1', 0, 4_096),
  )
  return found?.[1] ?? null
}

function sharedOf(attributes: string | null): JsonObject | null {
  const parsed = attributes === null ? undefined : parseObject(attributes)
  const common = parsed && own(parsed, 'commonAttributes')
  return isObject(common) ? common : null
}
