/** Owns how much room is left where the data lies. */
import { statfs } from 'node:fs/promises'

/** Free bytes for this process and size of the file system of a folder; null where the system does not say. */
export async function readStorageRoom(
  folder: string,
): Promise<{ readonly freeBytes: number; readonly totalBytes: number } | null> {
  try {
    const { bavail, blocks, bsize } = await statfs(folder)
    return { freeBytes: bavail * bsize, totalBytes: blocks * bsize }
  } catch {
    return null
  }
}
