/** Owns the comparison of an answer with an expected one, within the tolerances of the golden file. */
import type { Tolerances } from '@/lib/stats/golden/case'

const SPECIAL: Readonly<Record<string, number>> = {
  Infinity: Number.POSITIVE_INFINITY,
  '-Infinity': Number.NEGATIVE_INFINITY,
}

function isClose(actual: number, expected: number, field: string, tolerances: Tolerances): boolean {
  const { rtol, atol } = tolerances[field] ?? tolerances.default ?? { rtol: 0, atol: 0 }
  return actual === expected || Math.abs(actual - expected) <= atol + rtol * Math.abs(expected)
}

function differencesAt(
  actual: unknown,
  expected: unknown,
  path: string,
  field: string,
  tolerances: Tolerances,
): string[] {
  const differs = () => [`${path}: ${JSON.stringify(actual)} instead of ${JSON.stringify(expected)}`]
  if (typeof actual === 'number') {
    const wanted = typeof expected === 'string' ? SPECIAL[expected] : expected
    return typeof wanted === 'number' && isClose(actual, wanted, field, tolerances) ? [] : differs()
  }
  if (Array.isArray(actual) && Array.isArray(expected)) {
    if (actual.length !== expected.length) return differs()
    return actual.flatMap((value, i) => differencesAt(value, expected[i], `${path}[${i}]`, field, tolerances))
  }
  if (typeof actual === 'object' && actual !== null && typeof expected === 'object' && expected !== null) {
    return differencesIn(
      actual as Record<string, unknown>,
      expected as Record<string, unknown>,
      tolerances,
      `${path}.`,
    )
  }
  return actual === expected ? [] : differs()
}

/**
 * Where the answer is not the expected one, as sentences; empty when it passes. Fields the answer does not offer are
 * skipped, except `status`, `reason`, `statistic` and `p_value`; an expected null in a list column means "not recorded".
 */
export function differencesIn(
  actual: Readonly<Record<string, unknown>>,
  expected: Readonly<Record<string, unknown>>,
  tolerances: Tolerances,
  prefix = '',
): string[] {
  const required = ['status', 'reason', 'statistic', 'p_value']
  return Object.entries(expected).flatMap(([field, wanted]) => {
    const path = prefix + field
    if (!(field in actual)) return required.includes(field) ? [`${path} is absent`] : []
    const value = actual[field]
    if (wanted === null && Array.isArray(value)) return []
    return differencesAt(value, wanted, path, field, tolerances)
  })
}
