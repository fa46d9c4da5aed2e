/** Owns real stores in a temporary folder for tests of higher floors. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openWriterStores, type WriterStoreOptions, type WriterStores } from '@/db/sqlite/open'

export interface TestStores extends WriterStores {
  readonly dir: string
  /** Closes the stores and removes the folder: `await using stores = await openTestStores()`. */
  [Symbol.asyncDispose](): Promise<void>
}

/** Real SQLite stores, migrated and empty, in a folder of their own. */
export async function openTestStores(options: Partial<WriterStoreOptions> = {}): Promise<TestStores> {
  const dir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'plumbline-test-')))
  const stores = await openWriterStores({
    nowMs: Date.UTC(2026, 0, 1),
    ballastBytes: 0,
    ...options,
    dataDir: dir,
  })
  let isClosed = false
  const close = async () => {
    if (isClosed) return
    isClosed = true
    await stores.close()
  }
  return {
    ...stores,
    dir,
    close,
    async [Symbol.asyncDispose]() {
      await close()
      await rm(dir, { recursive: true, force: true })
    },
  }
}
