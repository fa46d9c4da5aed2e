/** Owns reading a column mapping from the command line: JSON as it is, or the name of a file that holds it. */
import { readFile } from 'node:fs/promises'
import type { ColumnMapping } from '@/lib/domain/profile'
import { parseMapping } from '@/lib/profile/profile-schema'

/** @throws AppError `invalid` for a mapping that is none */
export async function readMapping(argument: string | undefined): Promise<ColumnMapping> {
  if (argument === undefined) return {}
  const text = argument.trimStart().startsWith('{') ? argument : await readFile(argument, 'utf8')
  return parseMapping(text)
}
