/** Owns the command `npm run golden`: checks our statistics against golden vectors and prints a line a method. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { GoldenFile } from '@/lib/stats/golden/case'
import { runGoldenFile } from '@/lib/stats/golden/run-file'

const DEFAULT_FOLDER = '../shared/reference/golden'

/**
 * @param argv arguments after the command: the folder with the vectors, or none for `../shared/reference/golden`
 * @returns the exit code: 0 when every implemented method agrees or there are no vectors, 1 otherwise
 */
export async function main(argv: readonly string[]): Promise<number> {
  const folder = resolve(argv[0] ?? DEFAULT_FOLDER)
  if (!existsSync(folder)) {
    console.log(`Golden vectors are absent: there is no folder ${folder}.`)
    console.log('0 passed, 0 failed')
    return argv[0] === undefined ? 0 : 1
  }
  let passed = 0
  let failed = 0
  const missing: string[] = []
  for (const name of readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .sort()) {
    const file = JSON.parse(readFileSync(join(folder, name), 'utf8')) as GoldenFile
    const startedMs = performance.now()
    const result = runGoldenFile(file)
    if (!result.implemented) {
      missing.push(file.method)
      continue
    }
    passed += result.passed
    failed += result.failures.length
    const state = result.failures.length === 0 ? 'ok' : 'FAILED'
    const tookMs = (performance.now() - startedMs).toFixed(0)
    console.log(
      `${state.padEnd(7)}${file.method.padEnd(28)}${result.passed} of ${file.cases.length} cases, ${tookMs} ms`,
    )
    for (const failure of result.failures) console.log(`       ${failure}`)
  }
  if (missing.length > 0) console.log(`not implemented yet: ${missing.join(', ')}`)
  console.log(`${passed} passed, ${failed} failed`)
  return failed === 0 ? 0 : 1
}
