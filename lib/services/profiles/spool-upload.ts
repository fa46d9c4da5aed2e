/** Owns taking an upload to a temporary folder and taking the folder away again, whatever happens in between. */
import { mkdir, mkdtemp, open, readdir, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { AppError, isAppError } from '@/lib/domain/errors'
import { DAY_MS } from '@/lib/domain/time'

const PREFIX = 'upload-'

/**
 * Writes `body` to a file in a folder of its own and hands it to `use`; the folder is removed afterwards.
 * Folders that a killed process left behind are removed too, once they are a day old.
 * @throws AppError `too_large` over `maxBytes`, `unavailable` (`storage_full`, `storage_error`) when the disk is full or fails
 */
export async function withSpooled<T>(
  tempDir: string,
  body: AsyncIterable<Uint8Array>,
  options: { maxBytes: number; nowMs: number },
  use: (file: string, folder: string, sizeBytes: number) => Promise<T>,
): Promise<T> {
  const folder = await makeFolder(tempDir, options.nowMs).catch((error: unknown) => {
    throw asUnavailable(error)
  })
  try {
    const file = path.join(folder, 'upload')
    return await use(file, folder, await write(file, body, options.maxBytes))
  } catch (error) {
    throw asUnavailable(error)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function makeFolder(tempDir: string, nowMs: number): Promise<string> {
  await mkdir(tempDir, { recursive: true, mode: 0o700 })
  await sweep(tempDir, nowMs)
  return mkdtemp(path.join(tempDir, PREFIX))
}

async function write(file: string, body: AsyncIterable<Uint8Array>, maxBytes: number): Promise<number> {
  const handle = await open(file, 'wx')
  let size = 0
  try {
    for await (const chunk of body) {
      size += chunk.length
      if (size > maxBytes) {
        throw new AppError('too_large', `The file is larger than ${maxBytes} bytes.`, {
          reason: 'file_too_large',
          limit: maxBytes,
        })
      }
      await handle.writeFile(chunk)
    }
  } finally {
    await handle.close()
  }
  return size
}

async function sweep(tempDir: string, nowMs: number): Promise<void> {
  for (const name of await readdir(tempDir)) {
    if (!name.startsWith(PREFIX)) continue
    const folder = path.join(tempDir, name)
    const found = await stat(folder).catch(() => null)
    if (found && found.mtimeMs < nowMs - DAY_MS) await rm(folder, { recursive: true, force: true })
  }
}

/** What the system says of a disk that is full, and of one that fails or may not be written. */
const FULL = new Set(['ENOSPC', 'EDQUOT'])
const FAILING = new Set(['EIO', 'EROFS', 'EACCES'])

/** The AppError for a disk that cannot take the upload; any other error stays what it is. */
function asUnavailable(error: unknown): unknown {
  if (isAppError(error) || !(error instanceof Error) || !('code' in error)) return error
  if (FULL.has(String(error.code))) {
    return new AppError('unavailable', 'The disk is full. Nothing was stored.', {
      reason: 'storage_full',
      retryAfterSeconds: 30,
    })
  }
  if (!FAILING.has(String(error.code))) return error
  const failure = new AppError('unavailable', 'The storage failed. Nothing was stored.', {
    reason: 'storage_error',
    retryAfterSeconds: 5,
  })
  failure.cause = error
  return failure
}
