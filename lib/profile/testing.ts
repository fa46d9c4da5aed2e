/** Owns what tests of profiles need: a folder of their own and files in it. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { ColumnMapping, Profile } from '@/lib/domain/profile'
import { buildProfile } from '@/lib/profile/build-profile'
import { openReference } from '@/lib/profile/read-rows'
import { REFERENCE_LIMITS, type ReferenceLimits } from '@/lib/profile/rows'

export interface TestFolder {
  readonly dir: string
  /** Writes a file and returns its path. */
  write(name: string, content: string | Uint8Array): Promise<string>
  /** Profiles a file that is there. */
  profile(file: string, mapping?: ColumnMapping, limits?: ReferenceLimits): Promise<Profile>
  [Symbol.asyncDispose](): Promise<void>
}

export async function testFolder(): Promise<TestFolder> {
  const dir = await mkdtemp(path.join(tmpdir(), 'plumbline-test-'))
  const tempDir = path.join(dir, 'tmp')
  await mkdir(tempDir)
  return {
    dir,
    async write(name, content) {
      const file = path.join(dir, name)
      await writeFile(file, content)
      return file
    },
    async profile(file, mapping = {}, limits = REFERENCE_LIMITS) {
      const reference = await openReference(file, tempDir, limits)
      const source = { kind: 'file' as const, name: path.basename(file) }
      try {
        return await buildProfile(reference.open, { mapping, source, nowMs: 0, tempDir, limits })
      } finally {
        await reference.dispose()
      }
    },
    async [Symbol.asyncDispose]() {
      await rm(dir, { recursive: true, force: true })
    },
  }
}
