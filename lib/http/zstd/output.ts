/** Owns the bytes that a decompressor makes: one buffer that grows, never beyond its cap. */
import { tooLarge } from '@/lib/http/body-too-large'
import { damaged } from '@/lib/http/zstd/bits'
import { MAX_BLOCK_BYTES } from '@/lib/http/zstd/literals'

const FIRST_BYTES = 64 * 1024

export class Output {
  private bytes = Buffer.allocUnsafe(FIRST_BYTES)
  size = 0
  /** Copies reach back to here. */
  private frameStart = 0
  /** Where the block that is being made must end at the latest. */
  private blockLimit = 0

  /** @param claim  told of bytes before they are made; what it throws ends the work */
  constructor(
    private readonly maxBytes: number,
    private readonly claim: (bytes: number) => void,
  ) {}

  beginFrame(): void {
    this.frameStart = this.size
  }

  beginBlock(): void {
    this.blockLimit = this.size + MAX_BLOCK_BYTES
  }

  /** Appends `from[start …end)`. */
  append(from: Uint8Array, start: number, end: number): void {
    const count = end - start
    this.reserve(count)
    // A call costs more than a few bytes.
    if (count > 24) this.bytes.set(from.subarray(start, end), this.size)
    else for (let i = 0; i < count; i++) this.bytes[this.size + i] = from[start + i] as number
    this.size += count
  }

  fill(byte: number, count: number): void {
    this.reserve(count)
    this.bytes.fill(byte, this.size, this.size + count)
    this.size += count
  }

  /** Copies `count` bytes that begin `distance` before the end; where they reach into themselves they repeat. */
  repeat(distance: number, count: number): void {
    if (distance > this.size - this.frameStart) throw damaged()
    this.reserve(count)
    const { bytes, size } = this
    const from = size - distance
    if (distance >= count && count > 24) bytes.copyWithin(size, from, from + count)
    else for (let i = 0; i < count; i++) bytes[size + i] = bytes[from + i] as number
    this.size += count
  }

  /** What was made are its first `size` bytes; replaced when it grows. */
  get all(): Buffer {
    return this.bytes
  }

  private reserve(count: number): void {
    const wanted = this.size + count
    if (wanted > this.blockLimit) throw damaged()
    if (wanted > this.maxBytes) throw tooLarge('decompressed', this.maxBytes)
    if (wanted <= this.bytes.length) return
    const grown = Buffer.allocUnsafe(Math.min(this.maxBytes, Math.max(2 * this.bytes.length, wanted)))
    this.claim(grown.length - this.bytes.length)
    this.bytes.copy(grown, 0, 0, this.size)
    this.bytes = grown
  }
}
