/** Owns reading OTLP's AnyValue and KeyValue from protobuf (opentelemetry-proto: common/v1). */
import { ALIAS_OF, FIELD } from '@/lib/ingest/field-aliases'
import { LikeObjects } from '@/lib/ingest/formats/like-objects'
import type { ProtobufReader } from '@/lib/ingest/formats/protobuf-reader'
import { undecodable } from '@/lib/ingest/formats/undecodable'
import { type JsonObject, type JsonValue, setOwn } from '@/lib/ingest/json-value'

/** What protobuf's own libraries stop at. */
const MAX_NESTING = 100

/** Reads values where a cursor stands on a field that holds one. */
export class OtlpValueReader {
  /** How deep the values go that were read since this was set to 0. */
  deepest = 0
  /** Of the entry that was read last. */
  private key = ''
  private readonly likes = new LikeObjects()

  constructor(private readonly reader: ProtobufReader) {}

  /** Adds the entry of this field to `into`. */
  keyValue(into: JsonObject): void {
    const value = this.entry(1)
    setOwn(into, this.key, value)
  }

  /** Reads the entry of this field; answers its value, and leaves its key in `key`. */
  private entry(depth: number): JsonValue {
    const { reader } = this
    const outer = reader.enter()
    let key = ''
    let value: JsonValue | undefined
    while (reader.next()) {
      if (reader.field === 1) key = reader.name()
      else if (reader.field === 2) value = this.anyValue(depth, key)
      else reader.skip()
    }
    reader.leave(outer)
    this.key = key
    return value ?? null
  }

  /** @param key  under which it stands: an id that no double can hold is wanted as text */
  anyValue(depth = 1, key = ''): JsonValue {
    const { reader } = this
    if (depth > MAX_NESTING) throw undecodable(`Values are nested more than ${MAX_NESTING} levels deep.`)
    if (depth > this.deepest) this.deepest = depth
    const outer = reader.enter()
    let value: JsonValue = null
    while (reader.next()) {
      switch (reader.field) {
        case 1:
          value = reader.text()
          break
        case 2:
          value = reader.bool()
          break
        case 3:
          value = reader.int64()
          if (!Number.isSafeInteger(value) && ALIAS_OF.get(key)?.field === FIELD.id)
            value = reader.lastInt64()
          break
        case 4: {
          const number = reader.double()
          value = Number.isFinite(number) ? number : null
          break
        }
        case 5:
          value = this.arrayValue(depth + 1)
          break
        case 6:
          value = this.kvlistValue(depth + 1)
          break
        case 7:
          value = reader.base64()
          break
        default:
          reader.skip()
      }
    }
    reader.leave(outer)
    return value
  }

  private arrayValue(depth: number): JsonValue[] {
    const { reader } = this
    const values: JsonValue[] = []
    const outer = reader.enter()
    while (reader.next()) {
      if (reader.field === 1) values.push(this.anyValue(depth, ''))
      else reader.skip()
    }
    reader.leave(outer)
    return values
  }

  private kvlistValue(depth: number): JsonObject {
    const { reader } = this
    const keys: string[] = []
    const values: JsonValue[] = []
    const outer = reader.enter()
    while (reader.next()) {
      if (reader.field === 1) {
        values.push(this.entry(depth))
        keys.push(this.key)
      } else reader.skip()
    }
    reader.leave(outer)
    return this.likes.make(keys, values)
  }
}
