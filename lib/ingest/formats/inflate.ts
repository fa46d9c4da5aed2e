/** Owns undoing gzip inside a body: what a sender packed before it put it into the records that it sends. */
import zlib from 'node:zlib'
import { AppError } from '@/lib/domain/errors'

/** How much may be made while one body is read. */
export interface InflateRoom {
  /** Bytes of all that one body carries, unpacked. */
  readonly maxBytes: number
  /** Told of bytes once they are made; what it throws ends the work. */
  claim(bytes: number): void
}

/** What one part may grow to: senders put about a mebibyte, packed, into one. */
const MAX_PART_BYTES = 16 * 1024 * 1024

export function isGzip(bytes: Buffer): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b
}

/** Unpacks the parts of one body. */
export class Inflater {
  private made = 0

  constructor(private readonly room: InflateRoom) {}

  /**
   * @returns the bytes, or why there are none
   * @throws AppError `too_large` when all parts together would hold too much
   */
  gunzip(bytes: Buffer): Buffer | 'damaged' | 'too_large' {
    const left = this.room.maxBytes - this.made
    const part = unpack(bytes, Math.max(1, Math.min(left, MAX_PART_BYTES)))
    if (part === 'too_large' && left < MAX_PART_BYTES) {
      const limit = this.room.maxBytes
      const message = `Unpacked, the records of the body hold more than ${limit} bytes. Send smaller batches.`
      throw new AppError('too_large', message, { reason: 'body_too_large', limit })
    }
    if (typeof part === 'string') return part
    this.made += part.length
    this.room.claim(part.length)
    return part
  }
}

function unpack(bytes: Buffer, maxOutputLength: number): Buffer | 'damaged' | 'too_large' {
  try {
    return zlib.gunzipSync(bytes, { maxOutputLength })
  } catch (error) {
    const isTooLarge = error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE'
    return isTooLarge ? 'too_large' : 'damaged'
  }
}
