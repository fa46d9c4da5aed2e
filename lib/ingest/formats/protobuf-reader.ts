/**
 * Owns reading the wire format of protobuf (https://protobuf.dev/programming-guides/encoding) from hostile bytes:
 * every length is checked before it is followed, and nothing is copied but texts. Knows no message.
 */
import { isUtf8 } from 'node:buffer'
import { undecodable } from '@/lib/ingest/formats/undecodable'

export const VARINT = 0
export const FIXED64 = 1
export const LENGTH = 2
export const FIXED32 = 5

const MAX_VARINT_BYTES = 10
const BACKSLASH = 0x5c
const MAX_NAMES = 4_096
const MAX_NAME = 64
const TWO_32 = 2 ** 32

/** A cursor over one message; `enter` and `leave` move it into the messages inside. */
export class ProtobufReader {
  /** Number and wire type of the field that `next` has come to. */
  field = 0
  private wire = 0
  /** Whether all texts read so far are visible ASCII and blanks, without a backslash. */
  isPlain = true
  private at = 0
  private end: number
  private readonly view: DataView
  /** Names seen before, by a hash of their bytes: most messages say the same few over and over. */
  private readonly names = new Map<number, string>()

  constructor(private readonly bytes: Buffer) {
    this.end = bytes.length
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  }

  get position(): number {
    return this.at
  }

  /** Moves to the next field of the message; false at its end. @throws AppError `invalid` for what can be no field */
  next(): boolean {
    if (this.at >= this.end) return false
    const tag = this.varint()
    this.field = Math.floor(tag / 8)
    this.wire = tag % 8
    // Groups (3 and 4) are in no message that is read here.
    if (
      this.field < 1 ||
      this.field > 536_870_911 ||
      this.wire > FIXED32 ||
      this.wire === 3 ||
      this.wire === 4
    )
      throw undecodable('The protobuf message holds a tag that is none.')
    return true
  }

  /** Passes over the field that `next` has come to. */
  skip(): void {
    if (this.wire === VARINT) this.varint()
    else if (this.wire === LENGTH) this.move(this.varint())
    else this.move(this.wire === FIXED64 ? 8 : 4)
  }

  /** Goes into the message of this field. @returns what `leave` wants back */
  enter(): number {
    this.expect(LENGTH)
    const length = this.varint()
    if (length > this.end - this.at) throw cutOff()
    const outer = this.end
    this.end = this.at + length
    return outer
  }

  /** Goes out of a message whose fields were all read. */
  leave(outer: number): void {
    this.at = this.end
    this.end = outer
  }

  /** Bytes of the message that is being read, from here on. */
  get left(): number {
    return this.end - this.at
  }

  /** Goes to a place where `enter` has been before, to read it again. @returns what `leave` wants back */
  reenter(from: number, to: number): number {
    const outer = this.end
    this.at = from
    this.end = to
    return outer
  }

  bool(): boolean {
    this.expect(VARINT)
    return this.varint() !== 0
  }

  uint(): number {
    this.expect(VARINT)
    return this.varint()
  }

  /** A signed 64-bit number, rounded to a double. */
  int64(): number {
    this.expect(VARINT)
    const value = this.varint()
    return value >= 2 ** 63 ? Number(this.lastSigned()) : value
  }

  /** What int64 just read, to the last digit. */
  lastInt64(): string {
    return String(this.lastSigned())
  }

  fixed64(): number {
    this.expect(FIXED64)
    const at = this.move(8)
    return this.view.getUint32(at, true) + this.view.getUint32(at + 4, true) * TWO_32
  }

  double(): number {
    this.expect(FIXED64)
    return this.view.getFloat64(this.move(8), true)
  }

  /** @throws AppError `invalid` for bytes that are not UTF-8 */
  text(): string {
    this.expect(LENGTH)
    const from = this.move(this.varint())
    const to = this.at
    for (let i = from; i < to; i++) {
      const byte = this.bytes[i] as number
      if (byte < 0x20 || byte > 0x7e || byte === BACKSLASH) this.isPlain = false
      if (byte < 0x80) continue
      if (!isUtf8(this.bytes.subarray(from, to))) throw undecodable('A text of the message is not UTF-8.')
      return this.bytes.toString('utf8', from, to)
    }
    return this.bytes.toString('latin1', from, to)
  }

  /** The same, for a text that is likely to come again. */
  name(): string {
    this.expect(LENGTH)
    const from = this.at
    const length = this.varint()
    const start = this.move(length)
    let hash = length
    for (let i = start; i < this.at; i++) hash = (Math.imul(hash, 31) + (this.bytes[i] as number)) | 0
    const known = this.names.get(hash)
    if (known !== undefined && this.isText(known, start)) return known
    this.at = from
    const text = this.text()
    if (text.length === length && length <= MAX_NAME && this.names.size < MAX_NAMES)
      this.names.set(hash, text)
    return text
  }

  /** Whether the bytes from `start` to here are this text, which is ASCII. */
  private isText(text: string, start: number): boolean {
    if (text.length !== this.at - start) return false
    for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) !== this.bytes[start + i]) return false
    return true
  }

  hex(): string {
    this.expect(LENGTH)
    const from = this.move(this.varint())
    return this.bytes.toString('hex', from, this.at)
  }

  base64(): string {
    this.expect(LENGTH)
    const from = this.move(this.varint())
    return this.bytes.toString('base64', from, this.at)
  }

  private varint(): number {
    const first = this.at < this.end ? (this.bytes[this.at] as number) : 0x80
    if (first < 0x80) {
      this.at++
      return first
    }
    let value = 0
    let scale = 1
    for (let i = 0; i < MAX_VARINT_BYTES; i++) {
      if (this.at >= this.end) throw cutOff()
      const byte = this.bytes[this.at++] as number
      value += (byte & 0x7f) * scale
      if (byte < 0x80) return value
      scale *= 128
    }
    throw undecodable('A number of the protobuf message is longer than ten bytes.')
  }

  /** The varint that was just read, as two's complement: exact near zero, where the doubles of huge numbers are not. */
  private lastSigned(): bigint {
    let at = this.at - 1
    while (at > 0 && (this.bytes[at - 1] as number) >= 0x80 && this.at - at < MAX_VARINT_BYTES) at--
    let value = 0n
    for (let i = this.at - 1; i >= at; i--) value = (value << 7n) | BigInt((this.bytes[i] as number) & 0x7f)
    return BigInt.asIntN(64, value)
  }

  /** Passes `length` bytes; answers where they begin. */
  private move(length: number): number {
    const from = this.at
    if (length > this.end - from) throw cutOff()
    this.at = from + length
    return from
  }

  private expect(wire: number): void {
    if (this.wire !== wire) throw undecodable(`Field ${this.field} of the message has a wrong wire type.`)
  }
}

function cutOff() {
  return undecodable('The protobuf message is cut off.')
}
