/** Owns the command `npm run golden`: checks our statistics against golden vectors and prints a line a method. */
import { resolve } from 'node:path'
import { checkGoldenFolder } from '@/lib/cli/golden-folder'
import { requireFolder } from '@/lib/cli/require-readable'

const DEFAULT_FOLDER = '../shared/reference/golden'

/**
 * @param argv arguments after the command: the folder with the vectors, or none for `../shared/reference/golden`
 * @returns the exit code: 0 when every implemented method agrees, or when no folder was named and the usual one is absent
 * @throws Error with a sentence when the folder that was named cannot be read
 */
export async function main(argv: readonly string[]): Promise<number> {
  const [named] = argv
  if (named !== undefined) await requireFolder(named)
  const folder = resolve(named ?? DEFAULT_FOLDER)
  const report = checkGoldenFolder(folder, (lines) => {
    for (const line of lines) console.log(line)
  })
  if (!report) console.log(`Golden vectors are absent: there are none in ${folder}.`)
  console.log(`${report?.passed ?? 0} passed, ${report?.failed ?? 0} failed`)
  const isWell = report ? report.failed === 0 : named === undefined
  return isWell ? 0 : 1
}
