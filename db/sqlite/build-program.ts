/** Owns bundling a program that a test starts as a process or thread of its own. For tests only. */
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/**
 * The bundle lies below the project so that it finds its packages; whoever asked for it removes it.
 * @param entry  below the project
 * @returns its path
 */
export async function buildProgram(entry: string): Promise<string> {
  const outfile = `${ROOT}.cache/${basename(entry, '.ts')}.${process.pid}.mjs`
  await build({
    entryPoints: [ROOT + entry],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    alias: { '@': ROOT },
    logLevel: 'error',
  })
  return outfile
}
