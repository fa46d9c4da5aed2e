/** Owns running one golden file: every case against its method, failures as sentences. */
import type { GoldenFile } from '@/lib/stats/golden/case'
import { differencesIn } from '@/lib/stats/golden/compare'
import { materialiseInputs } from '@/lib/stats/golden/materialise'
import { GOLDEN_METHODS } from '@/lib/stats/golden/methods'

export interface GoldenResult {
  readonly method: string
  readonly implemented: boolean
  readonly passed: number
  /** One line for each case that fails: its id and what differs. */
  readonly failures: readonly string[]
}

/** Runs all cases of a file; a method that is not implemented has no result but its name. */
export function runGoldenFile(file: GoldenFile): GoldenResult {
  const method = GOLDEN_METHODS[file.method]
  if (!method) return { method: file.method, implemented: false, passed: 0, failures: [] }
  let passed = 0
  const failures: string[] = []
  for (const golden of file.cases) {
    const { columns, differing } = materialiseInputs(golden)
    const differences = [
      ...differing.map((name) => `input ${name} has another check sum`),
      ...differencesIn(method(columns, golden), golden.expected, golden.tolerance ?? file.tolerance),
    ]
    if (differences.length === 0) passed++
    else failures.push(`${golden.id}: ${differences.join('; ')}`)
  }
  return { method: file.method, implemented: true, passed, failures }
}
