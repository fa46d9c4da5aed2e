/** Owns reading a column mapping from the command line: JSON as it is, or the name of a file that holds it. */
import { readFile } from 'node:fs/promises'
import type { ColumnMapping } from '@/lib/domain/profile'
import { parseMapping } from '@/lib/profile/profile-schema'

/** @returns the name of the file that a mapping is given by; undefined where it is JSON itself, or none is given */
export function mappingFile(argument: string | undefined): string | undefined {
  return argument?.trimStart().startsWith('{') ? undefined : argument
}

/** @throws AppError `invalid` for a mapping that is none */
export async function readMapping(argument: string | undefined): Promise<ColumnMapping> {
  if (argument === undefined) return {}
  const file = mappingFile(argument)
  return parseMapping(file === undefined ? argument : await readFile(file, 'utf8'))
}
