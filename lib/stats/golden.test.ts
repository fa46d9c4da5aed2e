import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import type { GoldenFile } from '@/lib/stats/golden/case'
import { GOLDEN_METHODS } from '@/lib/stats/golden/methods'
import { runGoldenFile } from '@/lib/stats/golden/run-file'

/** The vectors are read in place; a clone without them skips these tests and says so. */
const folder = fileURLToPath(new URL('../../../shared/reference/golden', import.meta.url))
const present = existsSync(folder)
if (!present) console.log(`golden vectors are absent (${folder}): their tests are skipped`)

describe('golden vectors', () => {
  for (const method of Object.keys(GOLDEN_METHODS)) {
    it.skipIf(!present)(`${method} agrees with the reference implementation`, { timeout: 60_000 }, () => {
      const result = runGoldenFile(JSON.parse(readFileSync(`${folder}/${method}.json`, 'utf8')) as GoldenFile)
      expect(result.failures).toEqual([])
      expect(result.passed).toBeGreaterThan(0)
    })
  }

  it.skipIf(!present)('has a file for every method of the table', () => {
    const files = readdirSync(folder)
    for (const method of Object.keys(GOLDEN_METHODS)) expect(files).toContain(`${method}.json`)
  })
})
