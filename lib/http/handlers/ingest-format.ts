/** Owns telling the wire format of a request to ingest, by its headers alone. */
import { AppError } from '@/lib/domain/errors'
import type { Exchange } from '@/lib/http/exchange'
import type { EventAttributes } from '@/lib/ingest/formats/cloud-events'
import { createFirehoseReader } from '@/lib/ingest/formats/firehose'
import { readForm } from '@/lib/ingest/formats/form'
import type { InflateRoom } from '@/lib/ingest/formats/inflate'
import { readLabelTable } from '@/lib/ingest/formats/label-table'
import { readMsgpack } from '@/lib/ingest/formats/msgpack'
import type { BodyReader } from '@/lib/ingest/read-records'

/** Shippers send NDJSON under almost any type; only what can be no JSON at all is refused by its type. */
const NEVER_JSON =
  /^(text\/html|text\/xml|application\/(xml|pdf|zip|x-protobuf|protobuf)|multipart\/|image\/|audio\/|video\/)/i
const MSGPACK = /^application\/(x-|vnd\.)?msgpack\b/i
const FORM = /^application\/x-www-form-urlencoded\b/i

const TABLE = /^(text\/(csv|tab-separated-values)|application\/csv)\b/i

const EVENTS = /^application\/cloudevents(-batch)?(\+json)?\b/i

export interface IngestFormat {
  /** Absent for JSON in any of its forms. */
  readonly read?: (room: InflateRoom) => BodyReader
  /** Whether the body is no text. */
  readonly isBinary: boolean
  /** Present for CloudEvents: attributes that stand in headers, or null where the body holds whole events. */
  readonly events?: EventAttributes | null
}

const JSON_TEXT: IngestFormat = { isBinary: false }
const TABLE_TEXT: IngestFormat = { isBinary: false, read: () => readLabelTable }
const FORM_TEXT: IngestFormat = { isBinary: false, read: () => readForm }
const MSGPACK_BYTES: IngestFormat = { isBinary: true, read: () => readMsgpack }

/** The same for labels, which may come as a table too. @throws AppError as `formatOf` does */
export function labelFormatOf(exchange: Exchange): IngestFormat {
  const type = exchange.header('content-type')
  return type !== null && TABLE.test(type) ? TABLE_TEXT : formatOf(exchange)
}

/** @throws AppError `unsupported` (`unsupported_type`) */
export function formatOf(exchange: Exchange): IngestFormat {
  if (isFirehose(exchange.header)) {
    const attributes = exchange.header('x-amz-firehose-common-attributes')
    return { isBinary: false, read: (room) => createFirehoseReader(attributes, room) }
  }
  const type = exchange.header('content-type')
  if (exchange.header('ce-type') !== null) return { isBinary: false, events: eventHeaders(exchange.header) }
  if (type !== null && EVENTS.test(type)) return { isBinary: false, events: null }
  if (type === null || type === 'application/json') return JSON_TEXT
  if (MSGPACK.test(type)) return MSGPACK_BYTES
  if (FORM.test(type)) return FORM_TEXT
  if (!NEVER_JSON.test(type)) return JSON_TEXT
  throw new AppError('unsupported', `Send JSON: the type ${type.split(';')[0]} cannot be read here.`, {
    reason: 'unsupported_type',
  })
}

/** Attributes of an event in binary mode; what is not printable ASCII comes in per cent encoding. */
function eventHeaders(header: Exchange['header']): EventAttributes {
  return (name) => {
    const value = header(`ce-${name}`)
    if (value === null || !value.includes('%')) return value
    try {
      return decodeURIComponent(value)
    } catch {
      return value
    }
  }
}

/** Whether a delivery of Amazon Data Firehose has these headers: it sends both, and what stands between may keep one. */
export function isFirehose(header: Exchange['header']): boolean {
  return header('x-amz-firehose-request-id') !== null || header('x-amz-firehose-protocol-version') !== null
}

/** The id of a delivery: from its header, or from its body, which says the same. Null where neither tells one. */
export function deliveryId(header: Exchange['header'], text: Buffer): string | null {
  const told = header('x-amz-firehose-request-id')
  if (told !== null) return told
  // Its data is base64, so the first such key is that of the envelope.
  return /"requestId"\s*:\s*"([\x21\x23-\x5b\x5d-\x7e]{1,255})"/.exec(text.toString('latin1'))?.[1] ?? null
}

/**
 * What names a delivery of Firehose among its retries: its records and where they go. It may be stamped with another
 * time, or compressed anew, each time it is sent.
 */
export function firehoseIdentity(
  text: Buffer,
  header: Exchange['header'],
): { wire: Buffer; destination: string } {
  // Its data is base64, so the first such key is that of the envelope.
  const records = text.toString('latin1').replace(/"timestamp"\s*:\s*\d+/, '')
  return {
    wire: Buffer.from(records, 'latin1'),
    destination: header('x-amz-firehose-common-attributes') ?? '',
  }
}
