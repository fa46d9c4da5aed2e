/** Owns telling what a reference file is from its bytes; names and declared types are never believed. */
import { open } from 'node:fs/promises'
import { createGunzip } from 'node:zlib'
import { AppError } from '@/lib/domain/errors'
import { emptyReference } from '@/lib/profile/rows'

export interface FileFormat {
  readonly format: 'csv' | 'json-lines' | 'json' | 'parquet'
  readonly gzip: boolean
}

const HEAD_BYTES = 64 * 1024

/** First bytes of formats that are refused by name. */
const REFUSED: readonly (readonly [string, readonly number[]])[] = [
  ['a zip archive or an Excel workbook', [0x50, 0x4b, 0x03, 0x04]],
  ['an empty zip archive', [0x50, 0x4b, 0x05, 0x06]],
  ['an old Excel or Word document', [0xd0, 0xcf, 0x11, 0xe0]],
  ['compressed with zstd', [0x28, 0xb5, 0x2f, 0xfd]],
  ['compressed with bzip2', [0x42, 0x5a, 0x68]],
  ['compressed with xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a]],
  ['a 7z archive', [0x37, 0x7a, 0xbc, 0xaf]],
  ['an Arrow or Feather file', [0x41, 0x52, 0x52, 0x4f, 0x57, 0x31]],
  ['a Feather file', [0x46, 0x45, 0x41, 0x31]],
  ['an encrypted Parquet file', [0x50, 0x41, 0x52, 0x45]],
  ['a PDF document', [0x25, 0x50, 0x44, 0x46]],
  ['an SQLite database', [0x53, 0x51, 0x4c, 0x69, 0x74, 0x65, 0x20]],
  ['text in UTF-16; save it as UTF-8', [0xff, 0xfe]],
  ['text in UTF-16; save it as UTF-8', [0xfe, 0xff]],
]

/**
 * Looks at the first bytes of a file.
 * @throws AppError `unsupported` for anything but CSV, JSON Lines, JSON and Parquet (plain or gzip); `invalid` for an empty file
 */
export async function sniffFormat(path: string): Promise<FileFormat> {
  const head = await readHead(path)
  if (head.length === 0) throw emptyReference(false)
  if (head[0] !== 0x1f || head[1] !== 0x8b) return { format: formatOf(head), gzip: false }
  const inside = await gunzipHead(head)
  if (inside.length === 0) throw emptyReference(false)
  if (inside[0] === 0x1f && inside[1] === 0x8b) throw unsupported('compressed twice with gzip')
  return { format: formatOf(inside), gzip: true }
}

function formatOf(head: Buffer): FileFormat['format'] {
  if (head.subarray(0, 4).toString('latin1') === 'PAR1') return 'parquet'
  for (const [what, magic] of REFUSED) {
    if (magic.every((byte, index) => head[index] === byte)) throw unsupported(what)
  }
  if (head.includes(0)) throw unsupported('a binary file of an unknown kind')
  const text = head
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .trimStart()
  if (text === '') throw emptyReference(false)
  if (text.startsWith('{')) return 'json-lines'
  if (text.startsWith('[')) return 'json'
  return 'csv'
}

function unsupported(what: string): AppError {
  return new AppError(
    'unsupported',
    `The file is ${what}. Send CSV, JSON Lines or Parquet, plain or compressed with gzip.`,
    { reason: 'unsupported_file' },
  )
}

async function readHead(path: string): Promise<Buffer> {
  const file = await open(path, 'r')
  try {
    const buffer = Buffer.alloc(HEAD_BYTES)
    const { bytesRead } = await file.read(buffer, 0, HEAD_BYTES, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}

/** What the first bytes of a gzip stream hold; the rest is not read, so a bomb costs nothing. */
function gunzipHead(head: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const gunzip = createGunzip()
    const chunks: Buffer[] = []
    let size = 0
    const finish = () => {
      gunzip.removeAllListeners('data')
      gunzip.destroy()
      resolve(Buffer.concat(chunks))
    }
    gunzip.on('data', (chunk: Buffer) => {
      chunks.push(chunk)
      size += chunk.length
      if (size >= 4_096) finish()
    })
    gunzip.on('end', finish)
    gunzip.on('error', () => {
      // The head is cut on purpose, so an unexpected end is fine; anything before the first byte is not gzip.
      if (size > 0) finish()
      else reject(new AppError('invalid', 'The gzip data is damaged.', { reason: 'corrupt_gzip' }))
    })
    gunzip.write(head)
    gunzip.flush(finish)
  })
}
