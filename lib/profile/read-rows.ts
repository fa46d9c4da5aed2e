/** Owns opening a reference file on disk, whatever its format, as a source of rows. */
import { createWriteStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { readBytes } from '@/lib/profile/open-text'
import { readCsv } from '@/lib/profile/read-csv'
import { readJsonLines } from '@/lib/profile/read-json-lines'
import { readParquet } from '@/lib/profile/read-parquet'
import { type OpenRows, REFERENCE_LIMITS, type ReferenceLimits } from '@/lib/profile/rows'
import { sniffFormat } from '@/lib/profile/sniff-format'

/** A reference file that may be read more than once. */
export interface ReferenceFile {
  readonly open: OpenRows
  /** Removes what was unpacked. The file itself is left alone. */
  dispose(): Promise<void>
}

/**
 * Recognises the file by its content and prepares reading it.
 * @param tempDir existing folder for a Parquet file that must be unpacked first
 * @throws AppError as `sniffFormat`; the readers throw when rows are read
 */
export async function openReference(
  file: string,
  tempDir: string,
  limits: ReferenceLimits = REFERENCE_LIMITS,
): Promise<ReferenceFile> {
  const { format, gzip } = await sniffFormat(file)
  const nothing = async () => {}
  switch (format) {
    case 'csv':
      return { open: () => readCsv(file, gzip, limits), dispose: nothing }
    case 'json-lines':
      return { open: () => readJsonLines(file, gzip, false, limits), dispose: nothing }
    case 'json':
      return { open: () => readJsonLines(file, gzip, true, limits), dispose: nothing }
    case 'parquet': {
      if (!gzip) return { open: () => readParquet(file, limits), dispose: nothing }
      // Parquet is read from its end, so a gzip around it must come off first.
      const folder = await mkdtemp(path.join(tempDir, 'unpacked-'))
      const dispose = () => rm(folder, { recursive: true, force: true })
      try {
        const unpacked = path.join(folder, 'reference.parquet')
        await pipeline(readBytes(file, true, limits.maxBytes), createWriteStream(unpacked))
        return { open: () => readParquet(unpacked, limits), dispose }
      } catch (error) {
        await dispose()
        throw error
      }
    }
  }
}
