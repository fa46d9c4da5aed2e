/** Owns reading a text file as a bounded stream of bytes, unpacked on the way; knows nothing of rows. */
import { createReadStream } from 'node:fs'
import { createGunzip } from 'node:zlib'
import { AppError } from '@/lib/domain/errors'

/**
 * Bytes of the file, unpacked if it is gzip, without a byte order mark.
 * @throws AppError `invalid` for damaged gzip, `too_large` over `maxBytes`
 */
export async function* readBytes(path: string, gzip: boolean, maxBytes: number): AsyncGenerator<Buffer> {
  const file = createReadStream(path, { highWaterMark: 256 * 1024 })
  const stream = gzip ? file.pipe(createGunzip({ chunkSize: 256 * 1024 })) : file
  file.on('error', (error) => stream.destroy(error))
  let total = 0
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      const bytes = total === 0 && chunk.indexOf('\uFEFF') === 0 ? chunk.subarray(3) : chunk
      total += chunk.length
      if (total > maxBytes) {
        throw new AppError('too_large', `The unpacked file is larger than ${maxBytes} bytes.`, {
          reason: 'file_too_large',
          limit: maxBytes,
        })
      }
      yield bytes
    }
  } catch (error) {
    if (gzip && isZlibError(error)) {
      throw new AppError('invalid', 'The gzip data is damaged or cut short.', { reason: 'corrupt_gzip' })
    }
    throw error
  } finally {
    file.destroy()
    stream.destroy()
  }
}

function isZlibError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && /^Z_/.test(String(error.code))
}
