/** Owns noticing that an open file was deleted or replaced under us: writes would go to a file nobody can find. */
import { statSync } from 'node:fs'
import { basename } from 'node:path'

/**
 * Remembers which file each path leads to now; the answer says of each path that leads elsewhere since, or that a
 * failing disk does not let us look at, what is wrong.
 */
export function rememberFiles(paths: readonly string[]): () => string[] {
  const known = paths.flatMap((path) => {
    const identity = identityOf(path)
    return identity === null ? [] : [{ path, identity }]
  })
  return () => known.flatMap(({ path, identity }) => problemOf(path, identity) ?? [])
}

function problemOf(path: string, identity: string): string | null {
  try {
    return identityOf(path) === identity ? null : `The database file ${basename(path)} was moved or replaced.`
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    return `The database file ${basename(path)} cannot be looked at: the disk answers ${code ?? 'with an error'}.`
  }
}

function identityOf(path: string): string | null {
  const stat = statSync(path, { throwIfNoEntry: false })
  return stat ? `${stat.dev}:${stat.ino}` : null
}
