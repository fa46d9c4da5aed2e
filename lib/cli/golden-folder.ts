/** Owns checking a folder of golden vectors, file by file; it must not print. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readGoldenFile } from '@/lib/stats/golden/read-file'
import { runGoldenFile } from '@/lib/stats/golden/run-file'

export interface GoldenReport {
  /** A line a method, and below it one for each case that fails. */
  readonly lines: readonly string[]
  readonly passed: number
  /** Cases that fail, and files that cannot be read. */
  readonly failed: number
}

/** Checks one file; `null` when its method is not implemented. */
function checkFile(path: string, name: string): GoldenReport | null {
  const file = readGoldenFile(readFileSync(path, 'utf8'))
  if (typeof file === 'string') {
    return { lines: [`${'FAILED'.padEnd(7)}${name} cannot be read: ${file}`], passed: 0, failed: 1 }
  }
  const startedMs = performance.now()
  const { implemented, passed, failures } = runGoldenFile(file)
  if (!implemented) return null
  const state = failures.length === 0 ? 'ok' : 'FAILED'
  const tookMs = (performance.now() - startedMs).toFixed(0)
  const line = `${state.padEnd(7)}${file.method.padEnd(28)}${passed} of ${file.cases.length} cases, ${tookMs} ms`
  return {
    lines: [line, ...failures.map((failure) => `       ${failure}`)],
    passed,
    failed: failures.length,
  }
}

/**
 * Runs every `.json` file of a folder in the order of names. Files of methods that are not implemented count nothing and are
 * named at the end.
 * @returns null when there is no such folder, or nothing in it to check
 */
export function checkGoldenFolder(
  folder: string,
  onLines: (lines: readonly string[]) => void,
): GoldenReport | null {
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.json')) : []
  if (names.length === 0) return null
  const missing: string[] = []
  const all = { lines: [] as string[], passed: 0, failed: 0 }
  const tell = (lines: readonly string[]) => {
    all.lines.push(...lines)
    onLines(lines)
  }
  for (const name of names.sort()) {
    const report = checkFile(join(folder, name), name)
    if (!report) {
      missing.push(name.slice(0, -'.json'.length))
      continue
    }
    all.passed += report.passed
    all.failed += report.failed
    tell(report.lines)
  }
  if (missing.length > 0) tell([`not implemented: ${missing.join(', ')}`])
  return all
}
