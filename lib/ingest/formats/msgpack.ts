/**
 * Owns reading MessagePack as Fluent Bit and Fluentd send it: records one after another, `[time, record]`,
 * `[[time, metadata], record]`, and the messages of the forward protocol.
 */

import { AppError } from '@/lib/domain/errors'
import { REFUSAL_CODES } from '@/lib/ingest/fault'
import { isDeeper, isLonger } from '@/lib/ingest/formats/depth'
import { MsgpackReader } from '@/lib/ingest/formats/msgpack-values'
import { tooManyRecords } from '@/lib/ingest/formats/undecodable'
import { isObject, type JsonObject, type JsonValue } from '@/lib/ingest/json-value'
import type { BodyReader, ReadLimits, RecordSink } from '@/lib/ingest/read-records'

const BYTES_A_TURN = 256 * 1024
const PACKED = 'Entries of the forward protocol are read as a list, not packed into bytes.'
/** What stands where bytes were no UTF-8. */
const REPLACEMENT = '\ufffd'

export const readMsgpack: BodyReader = function* (bytes, limits, sink) {
  if (bytes.length === 0)
    throw new AppError('invalid', 'The body is empty: send at least one record.', { reason: 'empty_body' })
  const reader = new MsgpackReader(bytes)
  const entries = new Entries(limits, sink)
  let turnAt = BYTES_A_TURN
  while (!reader.isAtEnd) {
    const start = reader.at
    reader.isGarbled = false
    const value = reader.next()
    const size = reader.at - start
    entries.add(value, size, reader.isGarbled)
    if (reader.at < turnAt) continue
    turnAt = reader.at + BYTES_A_TURN
    yield
  }
}

class Entries {
  private count = 0
  /** Whether a text of the value that is taken is no UTF-8. */
  private isGarbled = false

  constructor(
    private readonly limits: ReadLimits,
    private readonly sink: RecordSink,
  ) {}

  /** One value of the body: a record, an entry with its time, or a list of them. */
  add(value: JsonValue, size: number, isGarbled: boolean): void {
    this.isGarbled = isGarbled
    if (Array.isArray(value)) this.list(value, size)
    else if (isObject(value)) this.record(value, null, size)
    else this.refuse('wrong_shape', REFUSAL_CODES.wrong_shape)
  }

  private list(value: readonly JsonValue[], size: number): void {
    const [first, second, third] = value
    if (typeof first === 'string' && !isTime(first)) this.message(second, third, size)
    else if (isObject(second) && (isTime(first) || (Array.isArray(first) && isTime(first[0]))))
      this.record(second, Array.isArray(first) ? first[0] : first, size)
    else for (const item of value) this.item(item, size)
  }

  /** A message of the forward protocol: `[tag, [[time, record], …], …]` or `[tag, time, record, …]`. */
  private message(second: JsonValue | undefined, third: JsonValue | undefined, size: number): void {
    if (Array.isArray(second)) for (const item of second) this.item(item, size)
    else if (isObject(third) && isTime(second)) this.record(third, second, size)
    else this.refuse('wrong_shape', isPacked(second) ? PACKED : REFUSAL_CODES.wrong_shape)
  }

  /** @param size  of the list that it is in, in bytes */
  private item(item: JsonValue, size: number): void {
    if (Array.isArray(item)) {
      const [time, record] = item
      const at = Array.isArray(time) ? time[0] : time
      if (isObject(record)) this.record(record, at, this.sizeIn(record, size))
      else this.refuse('wrong_shape', REFUSAL_CODES.wrong_shape)
    } else if (isObject(item)) this.record(item, null, this.sizeIn(item, size))
    else this.refuse('wrong_shape', REFUSAL_CODES.wrong_shape)
  }

  /** Something that lies on the right side of the limit: a record of a short list cannot be too long. */
  private sizeIn(record: JsonObject, listSize: number): number {
    const { maxRecordBytes } = this.limits
    return listSize > maxRecordBytes && isLonger(record, maxRecordBytes) ? listSize : 0
  }

  /** @param time  counts where the record tells none */
  private record(record: JsonObject, time: JsonValue | undefined, size: number): void {
    if (size > this.limits.maxRecordBytes && Object.keys(record).length > 0)
      this.refuse('record_too_large', REFUSAL_CODES.record_too_large)
    else if (this.isGarbled && JSON.stringify(record).includes(REPLACEMENT))
      this.refuse('invalid_unicode', 'A text is not valid UTF-8.')
    else if (isDeeper(record, this.limits.maxDepth)) this.refuse('too_deep', REFUSAL_CODES.too_deep)
    else {
      this.counted()
      this.sink.record(
        time === null || time === undefined ? record : { '@timestamp': time, event: record },
        null,
      )
    }
  }

  private refuse(code: keyof typeof REFUSAL_CODES, message: string): void {
    this.counted()
    this.sink.refuse({ code, field: null, message }, '')
  }

  private counted(): void {
    if (++this.count > this.limits.maxRecords) throw tooManyRecords(this.limits)
  }
}

/** Whether the entries of a message came as bytes. */
function isPacked(entries: JsonValue | undefined): boolean {
  return typeof entries === 'string'
}

/** Seconds as a number, or an EventTime as our decoder writes it. */
function isTime(value: JsonValue | undefined): boolean {
  return typeof value === 'number' || (typeof value === 'string' && /^\d+\.\d{9}$/.test(value))
}
