/** Owns the literals of a Zstandard block (RFC 8878, 3.1.1.3.1). */
import { cutOff, damaged } from '@/lib/http/zstd/bits'
import { decodeHuffman, type HuffmanTable, readHuffman } from '@/lib/http/zstd/huffman'

export const MAX_BLOCK_BYTES = 128 * 1024

/** Literals of one block after another; a block may use the codes of the one before in its frame. */
export class Literals {
  /** The literals of the block read last are its first `size` bytes. */
  readonly bytes = new Uint8Array(MAX_BLOCK_BYTES)
  size = 0
  private table: HuffmanTable | null = null

  /** Forgets the codes of the frame before. */
  beginFrame(): void {
    this.table = null
  }

  /** @returns the position after the literals */
  read(from: Uint8Array, start: number, end: number): number {
    if (start >= end) throw cutOff()
    const first = from[start] as number
    const type = first & 3
    const format = (first >> 2) & 3
    return type < 2
      ? this.plain(from, start, end, type === 1, format)
      : this.coded(from, start, end, type === 3, format)
  }

  private plain(from: Uint8Array, start: number, end: number, isRun: boolean, format: number): number {
    const width = format === 3 ? 3 : format === 1 ? 2 : 1
    const header = littleEndian(from, start, width, end)
    const size = width === 1 ? header >>> 3 : header >>> 4
    const at = start + width
    const after = at + (isRun ? 1 : size)
    if (size > MAX_BLOCK_BYTES) throw damaged()
    if (after > end) throw cutOff()
    if (isRun) this.bytes.fill(from[at] as number, 0, size)
    else this.bytes.set(from.subarray(at, after))
    this.size = size
    return after
  }

  private coded(from: Uint8Array, start: number, end: number, isOldTable: boolean, format: number): number {
    const width = format < 2 ? 3 : format + 2
    const bits = format < 2 ? 10 : format === 2 ? 14 : 18
    // Up to 40 bits: more than shifts can do.
    const header = Math.floor(littleEndian(from, start, width, end) / 16)
    const size = header % 2 ** bits
    const after = start + width + Math.floor(header / 2 ** bits)
    let at = start + width
    if (size > MAX_BLOCK_BYTES) throw damaged()
    if (after > end) throw cutOff()
    if (!isOldTable) ({ table: this.table, at } = readHuffman(from, at, after))
    const { table } = this
    if (table === null) throw damaged()
    this.size = size
    if (format === 0) {
      decodeHuffman(from, at, after, table, this.bytes, 0, size)
      return after
    }
    const part = (size + 3) >> 2
    let next = at + 6
    if (next > after || part * 3 > size) throw damaged()
    for (let i = 0; i < 4; i++) {
      const streamEnd = i === 3 ? after : next + littleEndian(from, at + 2 * i, 2, after)
      if (streamEnd > after) throw cutOff()
      decodeHuffman(from, next, streamEnd, table, this.bytes, i * part, i === 3 ? size : (i + 1) * part)
      next = streamEnd
    }
    return after
  }
}

/** A number of `width` bytes, which must lie before `end`. */
export function littleEndian(bytes: Uint8Array, at: number, width: number, end: number): number {
  if (at + width > end) throw cutOff()
  let value = 0
  for (let i = width - 1; i >= 0; i--) value = value * 256 + (bytes[at + i] as number)
  return value
}
