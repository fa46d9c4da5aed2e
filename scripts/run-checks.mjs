/** Owns running checks one after the other, counting what passed and failed, and showing what a failed one said. */
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { run } from './prepare.mjs'

/**
 * @typedef {{ passed: number, failed: number }} Counts
 * @typedef {{
 *   name: string, command: string, args: readonly string[], env?: Record<string, string>,
 *   count?: (exitCode: number) => Counts,
 * }} Check `count` reads a report; without it the check counts as one test
 */

/** A test that loops for ever must not hold up the others: each suite takes a fraction of this. */
const LONGEST_CHECK_MS = 10 * 60_000

/** Colour codes make a log unreadable. */
const PLAIN_OUTPUT = process.stdout.isTTY ? {} : { NO_COLOR: '1' }

/**
 * Runs all checks, also after one failed.
 * @param {readonly Check[]} checks
 * @returns {Promise<Counts>}
 */
export async function runChecks(checks) {
  const total = { passed: 0, failed: 0 }
  const failures = []
  for (const check of checks) {
    const started = performance.now()
    console.log(`\n── ${check.name}`)
    const env = { ...process.env, ...PLAIN_OUTPUT, ...check.env }
    const code = await run(check.command, check.args, { env, limitMs: LONGEST_CHECK_MS })
    const counts = countsOf(check, code)
    total.passed += counts.passed
    total.failed += counts.failed
    const seconds = ((performance.now() - started) / 1_000).toFixed(1)
    console.log(`── ${check.name}: ${counts.passed} passed, ${counts.failed} failed (${seconds} s)`)
    if (counts.failed > 0) failures.push(check.name)
  }
  if (failures.length > 0) console.log(`\nFailed: ${failures.join(', ')}. The output of each stands above.`)
  return total
}

/** A check whose process failed never counts as passed, whatever its report says. */
function countsOf(check, code) {
  const counts = check.count?.(code) ?? { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1 }
  return code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts
}

/** Runs one vitest project; the answer's counts are those of its report. */
export function vitestCheck(name, project) {
  const report = reportFile(project)
  return {
    name,
    command: 'node',
    args: [
      'node_modules/vitest/vitest.mjs',
      'run',
      '--project',
      project,
      '--passWithNoTests',
      '--reporter=dot',
      '--reporter=json',
      `--outputFile.json=${report}`,
    ],
    count() {
      const result = readReport(report)
      if (!result) return { passed: 0, failed: 1 }
      // A file that cannot be loaded has no tests, and is a failed suite all the same.
      const unloadable = result.testResults.filter(
        (file) => file.status === 'failed' && file.assertionResults.length === 0,
      )
      return { passed: result.numPassedTests, failed: result.numFailedTests + unloadable.length }
    },
  }
}

/** Runs the browser tests. */
export function playwrightCheck(name) {
  const report = reportFile('playwright')
  return {
    name,
    command: 'node',
    args: ['node_modules/@playwright/test/cli.js', 'test', '--pass-with-no-tests'],
    env: { PLAYWRIGHT_JSON_OUTPUT_FILE: report },
    count() {
      const result = readReport(report)
      if (!result) return { passed: 0, failed: 1 }
      return {
        passed: result.stats.expected + result.stats.flaky,
        failed: result.stats.unexpected + result.errors.length,
      }
    },
  }
}

/** @type {readonly Check[]} */
export const STATIC_CHECKS = [
  { name: 'format and lint', command: 'node', args: ['node_modules/@biomejs/biome/bin/biome', 'check'] },
  { name: 'types', command: 'node', args: ['node_modules/typescript/bin/tsc', '--noEmit'] },
  { name: 'doc references', command: 'node', args: ['scripts/check-doc-references.mjs'] },
]

/** Ends the process as a test run must: the counts alone on the last line. */
export function finish({ passed, failed }) {
  console.log(`\n${passed} passed, ${failed} failed`)
  process.exit(failed > 0 ? 1 : 0)
}

function reportFile(name) {
  return path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'plumbline-report-')), `${name}.json`)
}

function readReport(file) {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8'))
  } catch {
    return null
  } finally {
    fs.rmSync(path.dirname(file), { recursive: true, force: true })
  }
}
