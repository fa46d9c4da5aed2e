/**
 * Owns decoding MessagePack (https://github.com/msgpack/msgpack/blob/master/spec.md) into values of JSON. Sizes are
 * checked before anything is made, and depth before anything is entered: a few bytes may announce billions.
 */
import { isUtf8 } from 'node:buffer'
import { LikeObjects } from '@/lib/ingest/formats/like-objects'
import { undecodable } from '@/lib/ingest/formats/undecodable'
import type { JsonObject, JsonValue } from '@/lib/ingest/json-value'

/** Levels that are entered; records may be nested far less, and say so by themselves. */
const MAX_LEVELS = 64

/** Values in one value of the body: an empty list takes a byte there, and fifty here. */
const MAX_VALUES = 3_000_000

/** Fluentd's EventTime, an extension of type 0: seconds and nanoseconds. It becomes seconds as text, so that no digit is lost. */
const EVENT_TIME = 0

export class MsgpackReader {
  private readonly likes = new LikeObjects()
  at = 0
  /** Whether a text of the value that was read last was no UTF-8. */
  isGarbled = false
  private values = 0

  constructor(private readonly bytes: Buffer) {}

  get isAtEnd(): boolean {
    return this.at >= this.bytes.length
  }

  /** The next value. @throws AppError `invalid` (`undecodable`) */
  next(level = 0): JsonValue {
    this.values = level === 0 ? 0 : this.values + 1
    if (this.values > MAX_VALUES) throw undecodable('One value of the body holds too many values.')
    const byte = this.uint(1)
    if (byte < 0x80) return byte
    if (byte < 0x90) return this.map(byte & 0x0f, level)
    if (byte < 0xa0) return this.list(byte & 0x0f, level)
    if (byte < 0xc0) return this.text(byte & 0x1f)
    if (byte >= 0xe0) return byte - 0x100
    return this.long(byte, level)
  }

  private long(byte: number, level: number): JsonValue {
    switch (byte) {
      case 0xc0:
        return null
      case 0xc2:
      case 0xc3:
        return byte === 0xc3
      case 0xc4:
      case 0xc5:
      case 0xc6:
        return this.text(this.uint(2 ** (byte - 0xc4)))
      case 0xc7:
      case 0xc8:
      case 0xc9:
        return this.extension(this.uint(2 ** (byte - 0xc7)))
      case 0xca:
        return finite(this.take(4).readFloatBE(0))
      case 0xcb:
        return finite(this.take(8).readDoubleBE(0))
      case 0xcc:
      case 0xcd:
      case 0xce:
        return this.uint(2 ** (byte - 0xcc))
      case 0xcf:
        return Number(this.take(8).readBigUInt64BE(0))
      case 0xd0:
      case 0xd1:
      case 0xd2: {
        const width = 2 ** (byte - 0xd0)
        return this.take(width).readIntBE(0, width)
      }
      case 0xd3:
        return Number(this.take(8).readBigInt64BE(0))
      case 0xd4:
      case 0xd5:
      case 0xd6:
      case 0xd7:
      case 0xd8:
        return this.extension(2 ** (byte - 0xd4))
      case 0xd9:
      case 0xda:
      case 0xdb:
        return this.text(this.uint(2 ** (byte - 0xd9)))
      case 0xdc:
      case 0xdd:
        return this.list(this.uint(2 ** (byte - 0xdb)), level)
      case 0xde:
      case 0xdf:
        return this.map(this.uint(2 ** (byte - 0xdd)), level)
      default:
        throw undecodable('The body is no MessagePack: it holds a byte that means nothing.')
    }
  }

  private list(count: number, level: number): JsonValue[] {
    this.enter(count, level)
    const list: JsonValue[] = []
    for (let i = 0; i < count; i++) list.push(this.next(level + 1))
    return list
  }

  private map(count: number, level: number): JsonObject {
    this.enter(2 * count, level)
    const keys: string[] = []
    const values: JsonValue[] = []
    for (let i = 0; i < count; i++) {
      const key = this.next(level + 1)
      keys.push(typeof key === 'object' ? JSON.stringify(key) : String(key))
      values.push(this.next(level + 1))
    }
    return this.likes.make(keys, values)
  }

  /** Every value takes a byte at least. */
  private enter(count: number, level: number): void {
    if (count > this.bytes.length - this.at) throw cutOff()
    if (level >= MAX_LEVELS) throw undecodable('The body is nested too deep.')
  }

  private text(size: number): string {
    const bytes = this.take(size)
    const text = bytes.toString('utf8')
    if (text.includes('\ufffd') && !isUtf8(bytes)) this.isGarbled = true
    return text
  }

  private extension(size: number): JsonValue {
    const type = this.take(1).readInt8(0)
    const body = this.take(size)
    if (type === EVENT_TIME && size === 8)
      return `${body.readUInt32BE(0)}.${String(body.readUInt32BE(4)).padStart(9, '0')}`
    return null
  }

  private uint(width: number): number {
    return this.take(width).readUIntBE(0, width)
  }

  private take(size: number): Buffer {
    const end = this.at + size
    if (end > this.bytes.length) throw cutOff()
    const part = this.bytes.subarray(this.at, end)
    this.at = end
    return part
  }
}

/** As shippers write in JSON what JSON cannot hold. */
function finite(value: number): JsonValue {
  return Number.isFinite(value) ? value : String(value)
}

function cutOff() {
  return undecodable('The MessagePack ends too early.')
}
