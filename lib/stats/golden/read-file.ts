/** Owns reading a golden file: JSON with the published shape, or one sentence that says what is wrong with it. */
import type { GoldenFile } from '@/lib/stats/golden/case'

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function problemOfCase(golden: unknown, index: number): string | null {
  if (!isObject(golden)) return `case ${index} is no object`
  if (typeof golden.id !== 'string') return `case ${index} has no id`
  if (!isObject(golden.inputs)) return `case ${golden.id} has no inputs`
  if (!isObject(golden.expected)) return `case ${golden.id} has no expected answer`
  return null
}

function problemOf(content: unknown): string | null {
  if (!isObject(content)) return 'it is no JSON object'
  if (typeof content.method !== 'string') return 'it names no method'
  if (!Array.isArray(content.cases)) return 'it has no list of cases'
  for (const [index, golden] of content.cases.entries()) {
    const problem = problemOfCase(golden, index)
    if (problem) return problem
  }
  return null
}

/**
 * @param text of the file
 * @returns the file, or what is wrong with it
 */
export function readGoldenFile(text: string): GoldenFile | string {
  let content: unknown
  try {
    content = JSON.parse(text)
  } catch {
    return 'it is no JSON'
  }
  const problem = problemOf(content)
  if (problem) return problem
  const file = content as GoldenFile
  // A method without parameters or tolerances of its own may leave them out; then numbers must be equal.
  const cases = file.cases.map((golden) => ({ ...golden, params: golden.params ?? {} }))
  return { ...file, tolerance: file.tolerance ?? {}, cases }
}
