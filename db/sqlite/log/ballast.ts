/** Owns a file that only takes up room: deleted when the disk fills, so that retention has space to work in. */
import { closeSync, fsyncSync, openSync, rmSync, statfsSync, statSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { isStorageFull } from '@/db/sqlite/storage-errors'

const CHUNK_BYTES = 1024 * 1024

export class Ballast {
  private readonly path: string

  /** @param sizeBytes 0 for none; otherwise at least what a checkpoint may add to a file */
  constructor(
    private readonly dataDir: string,
    private readonly sizeBytes: number,
  ) {
    this.path = join(dataDir, 'ballast')
  }

  /** Makes the file if it is not there and leaves twice its size free. */
  restore(): void {
    if (this.sizeBytes === 0 || this.freeBytes() < 3 * this.sizeBytes) return
    if (statSync(this.path, { throwIfNoEntry: false })?.size === this.sizeBytes) return
    const file = openSync(this.path, 'w', 0o600)
    try {
      const chunk = Buffer.alloc(CHUNK_BYTES)
      for (let written = 0; written < this.sizeBytes; written += chunk.length) {
        writeSync(file, chunk, 0, Math.min(chunk.length, this.sizeBytes - written))
      }
      fsyncSync(file)
    } catch (error) {
      // Others may have taken the room meanwhile: a part of a reserve is none, and no reason to stop.
      this.release()
      if (!isStorageFull(error)) throw error
    } finally {
      closeSync(file)
    }
  }

  /** Gives the room back. */
  release(): void {
    rmSync(this.path, { force: true })
  }

  /** Whether there is room for appends again, beyond what the ballast gave back for retention. */
  hasRoom(): boolean {
    return this.freeBytes() > 2 * this.sizeBytes
  }

  private freeBytes(): number {
    const { bavail, bsize } = statfsSync(this.dataDir)
    return bavail * bsize
  }
}
