/** Owns looking at what a command was given to read before it begins, and saying in a sentence why it cannot be read. */
import { constants } from 'node:fs'
import { access, open, stat } from 'node:fs/promises'
import path from 'node:path'

const ABSENT = 'it does not exist'
const FORBIDDEN = 'whoever runs this command has no permission to read it'

const WHY: Readonly<Record<string, string>> = {
  ENOENT: ABSENT,
  ENOTDIR: ABSENT,
  EACCES: FORBIDDEN,
  EPERM: FORBIDDEN,
  ELOOP: 'its links lead in a circle',
  ENAMETOOLONG: 'its name is too long',
}

/**
 * @param files as they were given, relative to where the person stands; those that were not given are passed over
 * @throws Error with a sentence about the first that is absent, a folder, or must not be read
 */
export async function requireFiles(...files: readonly (string | undefined)[]): Promise<void> {
  for (const file of files) if (file !== undefined) await requireReadable(file, 'file')
}

/** @throws Error with a sentence when it is absent, a file, or must not be read */
export function requireFolder(folder: string): Promise<void> {
  return requireReadable(folder, 'folder')
}

async function requireReadable(name: string, wanted: 'file' | 'folder'): Promise<void> {
  const place = path.resolve(name)
  const why = await whyNot(place, wanted)
  if (why !== null) throw new Error(`The ${wanted} ${place} cannot be read: ${why}.`)
}

async function whyNot(place: string, wanted: 'file' | 'folder'): Promise<string | null> {
  try {
    const found = await stat(place)
    const isFolder = found.isDirectory()
    if (isFolder !== (wanted === 'folder')) return isFolder ? 'it is a folder' : 'it is a file'
    // Opening a pipe would take from it. A folder that may be listed but not entered gives no file.
    if (found.isFile()) await (await open(place)).close()
    else await access(place, isFolder ? constants.R_OK | constants.X_OK : constants.R_OK)
    return null
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException
    return WHY[code] ?? message
  }
}
