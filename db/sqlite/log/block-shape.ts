/** Owns finding out the shape of a block's first record: its keys, and the bytes that stand between its values. */

export interface Shape {
  /** In order; names of features stand apart from those of the record itself. */
  readonly keys: readonly { readonly name: string; readonly isFeature: boolean }[]
  /** What stands before the first value, between values, and after the last, one after another. */
  readonly between: Uint8Array
  /** Where each of those pieces begins, and where the last one ends. */
  readonly ends: Int32Array
}

const QUOTE = 0x22
const COMMA = 0x2c
const COLON = 0x3a
const OPEN_LIST = 0x5b
const BACKSLASH = 0x5c
const OPEN = 0x7b
const CLOSE = 0x7d

const isBlank = (byte: number | undefined) => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09

/** The shape of the record that begins at byte 1 of a valid block; null when it holds lists, or objects beside its features. */
export function readShape(body: Buffer): Shape | null {
  return new ShapeReader(body).read()
}

class ShapeReader {
  private at = 1
  private readonly keys: { name: string; isFeature: boolean }[] = []
  private readonly pieces: Uint8Array[] = []

  constructor(private readonly body: Buffer) {}

  read(): Shape | null {
    const { body } = this
    let isFeature = false
    let from = this.at
    if (body[this.at++] !== OPEN) return null
    for (;;) {
      this.skipBlank()
      const byte = body[this.at]
      if (byte === COMMA) this.at++
      else if (byte === CLOSE) {
        this.at++
        if (!isFeature) break
        isFeature = false
      } else if (byte === QUOTE) {
        const name = this.key()
        const value = body[this.at]
        if (name === null || value === OPEN_LIST) return null
        if (value === OPEN) {
          if (isFeature || name !== 'f') return null
          isFeature = true
          this.at++
          continue
        }
        this.pieces.push(body.subarray(from, this.at))
        this.keys.push({ name, isFeature })
        this.skipValue()
        from = this.at
      } else return null
    }
    this.pieces.push(body.subarray(from, this.at))
    return this.shape()
  }

  private shape(): Shape | null {
    // Of a key that stands twice only the last value counts.
    if (new Set(this.keys.map(({ name, isFeature }) => `${isFeature} ${name}`)).size < this.keys.length)
      return null
    const ends = new Int32Array(this.pieces.length + 1)
    this.pieces.forEach((piece, i) => {
      ends[i + 1] = (ends[i] ?? 0) + piece.length
    })
    return { keys: this.keys, between: new Uint8Array(Buffer.concat(this.pieces)), ends }
  }

  /** Reads a key and goes on to the beginning of its value. */
  private key(): string | null {
    const start = this.at
    this.skipText()
    const text = this.body.toString('utf8', start, this.at)
    this.skipBlank()
    if (this.body[this.at++] !== COLON) return null
    this.skipBlank()
    return JSON.parse(text) as string
  }

  private skipValue(): void {
    const { body } = this
    if (body[this.at] === QUOTE) this.skipText()
    else {
      for (
        let byte = body[this.at];
        byte !== undefined && byte !== COMMA && byte !== CLOSE && !isBlank(byte);
      )
        byte = body[++this.at]
    }
  }

  private skipText(): void {
    const { body } = this
    for (this.at++; this.at < body.length && body[this.at] !== QUOTE; this.at++)
      if (body[this.at] === BACKSLASH) this.at++
    this.at++
  }

  private skipBlank(): void {
    while (isBlank(this.body[this.at])) this.at++
  }
}
