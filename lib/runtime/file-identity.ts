/** Owns noticing that an open file was deleted or replaced under us: writes would go to a file nobody can find. */
import { statSync } from 'node:fs'

/** Remembers which file each path leads to now; the answer lists the paths that lead elsewhere since. */
export function rememberFiles(paths: readonly string[]): () => string[] {
  const known = paths.flatMap((path) => {
    const identity = identityOf(path)
    return identity === null ? [] : [{ path, identity }]
  })
  return () => known.filter(({ path, identity }) => identityOf(path) !== identity).map(({ path }) => path)
}

function identityOf(path: string): string | null {
  const stat = statSync(path, { throwIfNoEntry: false })
  return stat ? `${stat.dev}:${stat.ino}` : null
}
