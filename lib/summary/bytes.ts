/** Owns reading and writing of the primitive parts of an encoded summary: varints, doubles, texts. Knows no summary. */

const TWO_31 = 2 ** 31
const encoder = new TextEncoder()
const decoder = new TextDecoder()

/** Grows as needed; `finish` gives a copy of exactly what was written. */
export class ByteWriter {
  private bytes = new Uint8Array(2048)
  private view = new DataView(this.bytes.buffer)
  private at = 0

  byte(value: number): void {
    this.reserve(1)
    this.bytes[this.at++] = value
  }

  /** An integer 0 … 2^53 in 7-bit groups, lowest first. */
  varint(value: number): void {
    this.reserve(8)
    let rest = value
    while (rest >= TWO_31) {
      this.bytes[this.at++] = (rest % 128) | 128
      rest = Math.floor(rest / 128)
    }
    while (rest >= 128) {
      this.bytes[this.at++] = (rest & 127) | 128
      rest >>>= 7
    }
    this.bytes[this.at++] = rest
  }

  /** An integer of either sign, |value| ≤ 2^52: 0, -1, 1, -2 … become 0, 1, 2, 3 … */
  signed(value: number): void {
    this.varint(value < 0 ? -2 * value - 1 : 2 * value)
  }

  double(value: number): void {
    this.reserve(8)
    this.view.setFloat64(this.at, value, true)
    this.at += 8
  }

  text(value: string): void {
    const encoded = encoder.encode(value)
    this.varint(encoded.length)
    this.reserve(encoded.length)
    this.bytes.set(encoded, this.at)
    this.at += encoded.length
  }

  /** Bytes as they are, without their number. */
  raw(bytes: Uint8Array): void {
    this.reserve(bytes.length)
    this.bytes.set(bytes, this.at)
    this.at += bytes.length
  }

  finish(): Uint8Array {
    return this.bytes.slice(0, this.at)
  }

  private reserve(count: number): void {
    if (this.at + count <= this.bytes.length) return
    const larger = new Uint8Array(Math.max(this.bytes.length * 2, this.at + count))
    larger.set(this.bytes)
    this.bytes = larger
    this.view = new DataView(larger.buffer)
  }
}

/** Reads what ByteWriter wrote; throws a RangeError at the end of the bytes. */
export class ByteReader {
  private at = 0
  constructor(private readonly bytes: Uint8Array) {}

  byte(): number {
    const value = this.bytes[this.at++]
    if (value === undefined) throw new RangeError('an encoded summary ends too early')
    return value
  }

  varint(): number {
    const { bytes } = this
    let byte = bytes[this.at++] ?? this.tooShort()
    if (byte < 128) return byte
    let value = byte & 127
    let shift = 7
    for (; shift < 28; shift += 7) {
      byte = bytes[this.at++] ?? this.tooShort()
      value |= (byte & 127) << shift
      if (byte < 128) return value
    }
    let factor = 2 ** 28
    for (;;) {
      byte = bytes[this.at++] ?? this.tooShort()
      value += (byte & 127) * factor
      if (byte < 128) return value
      factor *= 128
    }
  }

  signed(): number {
    const value = this.varint()
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2
  }

  double(): number {
    const { bytes, at } = this
    if (at + 8 > bytes.length) this.tooShort()
    this.at = at + 8
    return new DataView(bytes.buffer, bytes.byteOffset + at, 8).getFloat64(0, true)
  }

  text(): string {
    const length = this.varint()
    if (this.at + length > this.bytes.length) this.tooShort()
    const value = decoder.decode(this.bytes.subarray(this.at, this.at + length))
    this.at += length
    return value
  }

  /** The next `length` bytes, not copied. */
  raw(length: number): Uint8Array {
    if (this.at + length > this.bytes.length) this.tooShort()
    const value = this.bytes.subarray(this.at, this.at + length)
    this.at += length
    return value
  }

  get atEnd(): boolean {
    return this.at >= this.bytes.length
  }

  private tooShort(): never {
    throw new RangeError('an encoded summary ends too early')
  }
}
