/** Owns running one golden file: every case against its method, failures as sentences. */
import type { GoldenCase, GoldenFile, GoldenMethod, Tolerances } from '@/lib/stats/golden/case'
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

/** What differs in one case; a case that cannot be computed differs too, and the others go on. */
function differencesOf(method: GoldenMethod, golden: GoldenCase, tolerance: Tolerances): string[] {
  try {
    const { columns, differing } = materialiseInputs(golden)
    return [
      ...differing.map((name) => `input ${name} has another check sum`),
      ...differencesIn(method(columns, golden), golden.expected, golden.tolerance ?? tolerance),
    ]
  } catch (error) {
    return [`cannot be computed (${error instanceof Error ? error.message : String(error)})`]
  }
}

/** Runs all cases of a file; a method that is not implemented has no result but its name. */
export function runGoldenFile(file: GoldenFile): GoldenResult {
  const method = Object.hasOwn(GOLDEN_METHODS, file.method) ? GOLDEN_METHODS[file.method] : undefined
  if (!method) return { method: file.method, implemented: false, passed: 0, failures: [] }
  let passed = 0
  const failures: string[] = []
  for (const golden of file.cases) {
    const differences = differencesOf(method, golden, file.tolerance)
    if (differences.length === 0) passed++
    else failures.push(`${golden.id}: ${differences.join('; ')}`)
  }
  return { method: file.method, implemented: true, passed, failures }
}
