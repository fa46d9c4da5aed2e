import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { GOLDEN_METHODS } from '@/lib/stats/golden/methods'
import { DRIFT_METHODS } from '@/lib/stats/methods'
import { FAMILIES } from '@/lib/stats/registry/kernel'
import { KERNELS } from '@/lib/stats/registry/kernels'

const STATS = fileURLToPath(new URL('..', import.meta.url))

/** Families whose methods hold a window against its reference. */
const COMPARED: ReadonlySet<string> = new Set(['two_sample', 'category', 'rows', 'stream'])

/** The comment that a file begins with, on one line. */
function headerOf(file: string): string {
  const [header = ''] = /^\/\*\*[\s\S]*?\*\//.exec(readFileSync(`${STATS}${file}.ts`, 'utf8')) ?? []
  return header.replaceAll(/\s*\n \* ?/g, ' ')
}

const sources = readdirSync(STATS, { recursive: true })
  .map(String)
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
  .map((name) => name.slice(0, -'.ts'.length))

describe('the table of kernels', () => {
  it('names every kernel once, in a file that exists', () => {
    const ids = KERNELS.map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    for (const { file } of KERNELS) expect(existsSync(`${STATS}${file}.ts`), file).toBe(true)
    for (const family of Object.keys(FAMILIES)) {
      expect(KERNELS.filter((kernel) => kernel.family === family).length, family).toBeGreaterThan(0)
    }
  })

  it('holds every kernel against golden vectors, and leaves out no vectors that are run', () => {
    const named = new Set(KERNELS.flatMap(({ golden }) => golden))
    expect([...named].sort()).toEqual(Object.keys(GOLDEN_METHODS).sort())
    for (const { id, golden } of KERNELS) expect(golden.length, id).toBeGreaterThan(0)
  })

  it('has a row for every method that judges windows', () => {
    const rows = KERNELS.flatMap(({ method }) => (method === undefined ? [] : [method]))
    expect(rows.sort()).toEqual(DRIFT_METHODS.map(({ id }) => id).sort())
  })

  it.each(KERNELS)('agrees with the header of $file', ({ file, golden, family }) => {
    const header = headerOf(file)
    expect(header, 'what it computes, in a sentence').toMatch(/^\/\*\* \S.{20,}?\./)
    expect(header, 'who described it').toMatch(/Source(?: and proof)?:/)
    expect(header, 'a worked example').toContain('Example:')
    if (COMPARED.has(family)) {
      expect(header, 'what it reacts to').toContain('Sensitive to:')
      expect(header, 'what it takes').toContain('Kinds:')
    }
    for (const vectors of golden) expect(header).toContain(`\`${vectors}\``)
  })

  it('misses no file whose header names golden vectors', () => {
    const files = KERNELS.map(({ file }) => file)
    const unnamed = sources.filter(
      (file) => /golden(?: file)? `/i.test(headerOf(file)) && !files.includes(file),
    )
    // Parts of a kernel name the vectors of the whole.
    expect(unnamed.sort()).toEqual([
      'estimation/binary-estimate',
      'estimation/expected-curves',
      'estimation/realised-thresholds',
      'estimation/sampling-error',
      'profile/infer-kind',
      'profile/suggest-constraints',
      'special/kolmogorov',
    ])
  })

  it.each(sources)('opens %s by saying what it owns, or what it computes and after whom', (file) => {
    expect(headerOf(file)).toMatch(/^\/\*\* .*(?:\bOwns |Source(?: and proof)?: )/)
  })
})
