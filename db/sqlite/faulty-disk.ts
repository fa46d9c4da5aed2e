/** Owns a disk that fails on demand or forgets what was never synced, for tests: what `faulty-disk.c` does to a process. */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const SOURCE = fileURLToPath(new URL('./faulty-disk.c', import.meta.url))
const LIBRARY = fileURLToPath(new URL('../../.cache/faulty-disk', import.meta.url))

/** Numbers of Linux. */
const ERRNO = { EIO: 5, EROFS: 30, ENOSPC: 28 } as const

export interface DiskFault {
  /** `open` is opening for writing. */
  readonly call: 'sync' | 'write' | 'resize' | 'open'
  readonly errno: keyof typeof ERRNO
  /** Part of the paths that it strikes, without blanks. */
  readonly on: string
}

/** Why such a disk cannot be had here, or null. */
export const NO_FAULTY_DISK: string | null = findObstacle()

function findObstacle(): string | null {
  if (process.platform !== 'linux') return 'needs Linux'
  try {
    execFileSync('cc', ['--version'], { stdio: 'ignore' })
    return null
  } catch {
    return 'needs a C compiler'
  }
}

function buildLibrary(): string {
  mkdirSync(LIBRARY, { recursive: true })
  const library = join(LIBRARY, `${process.pid}.so`)
  if (!existsSync(library)) {
    execFileSync('cc', ['-O1', '-shared', '-fPIC', '-o', `${library}.draft`, SOURCE, '-ldl'])
    renameSync(`${library}.draft`, library)
    process.once('exit', () => rmSync(library, { force: true }))
  }
  return library
}

/** What a file system below `path` does that was turned read-only, as Linux does after errors. */
export function readOnlyFrom(path: string): DiskFault[] {
  return (['open', 'write', 'resize', 'sync'] as const).map((call) => ({ call, errno: 'EROFS', on: path }))
}

export interface FaultyDisk {
  /** Environment of the process that shall live on it. */
  readonly env: Readonly<Record<string, string>>
  /** From now on these calls fail; they replace those of before. */
  fail(...faults: readonly DiskFault[]): void
  heal(): void
}

/**
 * A disk that is healthy until `fail` is called.
 * @param controlDir  folder outside of what may fail
 * @param shadowed  what is below `root` is kept below `shadow` as a power cut would leave it
 */
export function createFaultyDisk(
  controlDir: string,
  shadowed?: { readonly root: string; readonly shadow: string },
): FaultyDisk {
  const rules = join(controlDir, 'faults')
  const draft = `${rules}.draft`
  return {
    env: {
      LD_PRELOAD: buildLibrary(),
      FAULTY_DISK_RULES: rules,
      ...(shadowed ? { FAULTY_DISK_ROOT: shadowed.root, FAULTY_DISK_SHADOW: shadowed.shadow } : {}),
    },
    fail(...faults) {
      const lines = faults.map(({ call, errno, on }) => `${call} ${ERRNO[errno]} ${on}\n`)
      writeFileSync(draft, lines.join(''))
      renameSync(draft, rules)
    },
    heal: () => rmSync(rules, { force: true }),
  }
}
