/** Owns undoing content encodings, with a cap while decompressing, and refusing what is not exactly one stream. */
import zlib from 'node:zlib'
import { AppError } from '@/lib/domain/errors'
import { tooLarge } from '@/lib/http/body-too-large'
import { DamagedStream } from '@/lib/http/damaged-stream'
import { snappyParts } from '@/lib/http/decompress-snappy'
import { decompressZstd } from '@/lib/http/zstd/decompress'

/** What is offered, in the order of `Accept-Encoding`. */
export const ENCODINGS = ['gzip', 'deflate', 'br', 'zstd', 'snappy', 'identity'] as const
export type Encoding = (typeof ENCODINGS)[number]

/** Other names under which clients send them. */
const OTHER_NAMES: Readonly<Record<string, Encoding>> = {
  '': 'identity',
  none: 'identity',
  'x-gzip': 'gzip',
  zlib: 'deflate',
  'x-snappy-framed': 'snappy',
}

const OUTPUT_CHUNK_BYTES = 128 * 1024

/**
 * The encoding named by a Content-Encoding header.
 * @throws AppError `unsupported` for others, and for more than one
 */
export function readEncoding(header: string | null): Encoding {
  if (header === null) return 'identity'
  const name = header.trim().toLowerCase()
  const found = ENCODINGS.find((encoding) => encoding === name)
  const encoding = found ?? (Object.hasOwn(OTHER_NAMES, name) ? OTHER_NAMES[name] : undefined)
  if (encoding !== undefined) return encoding
  throw new AppError('unsupported', `Send the body with Content-Encoding ${ENCODINGS.join(', ')}, once.`, {
    reason: 'unsupported_encoding',
  })
}

/**
 * The decompressed bytes.
 * @param claim  told the size of every part before it is kept; what it throws ends the work
 * @throws AppError `too_large` as soon as `maxBytes` is passed; `invalid` (`bad_compression`) for a stream that is
 *   damaged, cut off, or followed by anything
 */
export async function decompress(
  bytes: Buffer,
  encoding: Exclude<Encoding, 'identity'>,
  maxBytes: number,
  claim: (bytes: number) => void = () => {},
): Promise<Buffer> {
  if (bytes.length === 0) return bytes
  try {
    if (encoding === 'zstd') return await decompressZstd(bytes, maxBytes, claim)
    const parts = new Parts(maxBytes, claim)
    if (encoding === 'snappy') await snappyParts(bytes, maxBytes, parts.take)
    else await zlibParts(bytes, encoding, parts.take)
    return parts.join()
  } catch (error) {
    if (!(error instanceof DamagedStream)) throw error
    throw new AppError('invalid', `${error.message} (Content-Encoding: ${encoding})`, {
      reason: 'bad_compression',
    })
  }
}

/** What was decompressed so far. */
class Parts {
  private readonly parts: Uint8Array[] = []
  private size = 0

  constructor(
    private readonly maxBytes: number,
    private readonly claim: (bytes: number) => void,
  ) {}

  readonly take = (part: Uint8Array) => {
    this.size += part.length
    if (this.size > this.maxBytes) throw tooLarge('decompressed', this.maxBytes)
    this.claim(part.length)
    this.parts.push(part)
  }

  join(): Buffer {
    const [only] = this.parts
    if (only !== undefined && this.parts.length === 1)
      return Buffer.from(only.buffer, only.byteOffset, only.byteLength)
    return Buffer.concat(this.parts, this.size)
  }
}

async function zlibParts(
  bytes: Buffer,
  encoding: 'gzip' | 'deflate' | 'br',
  take: (part: Uint8Array) => void,
): Promise<void> {
  const engine = engineOf(bytes, encoding)
  await new Promise<void>((resolve, reject) => {
    engine.on('data', (part: Uint8Array) => {
      try {
        take(part)
      } catch (error) {
        engine.destroy()
        reject(error)
      }
    })
    engine.once('end', resolve)
    engine.once('error', () => reject(new DamagedStream('The stream is damaged or cut off.')))
    engine.end(bytes)
  })
  if (engine.bytesWritten !== bytes.length)
    throw new DamagedStream('There are bytes after the end of the stream.')
}

function engineOf(bytes: Buffer, encoding: 'gzip' | 'deflate' | 'br') {
  const options = { chunkSize: OUTPUT_CHUNK_BYTES }
  if (encoding === 'br') return zlib.createBrotliDecompress(options)
  if (encoding === 'gzip') return zlib.createGunzip(options)
  return hasZlibHeader(bytes) ? zlib.createInflate(options) : zlib.createInflateRaw(options)
}

/** `deflate` means zlib's format, but some clients send the bare stream. */
function hasZlibHeader(bytes: Buffer): boolean {
  const first = bytes[0] ?? 0
  return (first & 0x0f) === 8 && ((first << 8) | (bytes[1] ?? 0)) % 31 === 0
}
