/** Owns undoing content encodings, with a cap while decompressing, and refusing what is not exactly one stream. */
import { promisify } from 'node:util'
import zlib from 'node:zlib'
import { AppError } from '@/lib/domain/errors'
import { tooLarge } from '@/lib/http/body-too-large'

export type Encoding = 'identity' | 'gzip' | 'deflate'

const OUTPUT_CHUNK_BYTES = 128 * 1024

/**
 * The encoding named by a Content-Encoding header.
 * @throws AppError `unsupported` for others, and for more than one
 */
export function readEncoding(header: string | null): Encoding {
  const name = (header ?? '').trim().toLowerCase()
  if (name === '' || name === 'identity') return 'identity'
  if (name === 'gzip' || name === 'x-gzip') return 'gzip'
  if (name === 'deflate') return 'deflate'
  throw new AppError('unsupported', 'Send the body with Content-Encoding gzip, deflate or identity, once.', {
    reason: 'unsupported_encoding',
  })
}

/** What zlib's callback forms give with `info: true`. */
interface Inflated {
  readonly buffer: Buffer
  readonly engine: { readonly bytesWritten: number }
}
type Inflate = (bytes: Buffer, options: zlib.ZlibOptions & { info: true }) => Promise<Inflated>

// The types of Node leave out `info`, which is documented.
const gunzip = promisify(zlib.gunzip) as unknown as Inflate
const inflate = promisify(zlib.inflate) as unknown as Inflate
const inflateRaw = promisify(zlib.inflateRaw) as unknown as Inflate

/**
 * The decompressed bytes.
 * @throws AppError `too_large` as soon as `maxBytes` is passed; `invalid` (`bad_compression`) for a stream that is
 *   damaged, cut off, or followed by anything
 */
export async function decompress(
  bytes: Buffer,
  encoding: 'gzip' | 'deflate',
  maxBytes: number,
): Promise<Buffer> {
  if (bytes.length === 0) return bytes
  const run = encoding === 'gzip' ? gunzip : hasZlibHeader(bytes) ? inflate : inflateRaw
  let result: Inflated
  try {
    result = await run(bytes, { info: true, maxOutputLength: maxBytes, chunkSize: OUTPUT_CHUNK_BYTES })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE')
      throw tooLarge('decompressed', maxBytes)
    throw bad(`The ${encoding} stream is damaged or cut off.`)
  }
  if (result.engine.bytesWritten !== bytes.length)
    throw bad(`There are bytes after the end of the ${encoding} stream.`)
  return result.buffer
}

/** `deflate` means zlib's format, but some clients send the bare stream. */
function hasZlibHeader(bytes: Buffer): boolean {
  const first = bytes[0] ?? 0
  return (first & 0x0f) === 8 && ((first << 8) | (bytes[1] ?? 0)) % 31 === 0
}

function bad(message: string): AppError {
  return new AppError('invalid', message, { reason: 'bad_compression' })
}
