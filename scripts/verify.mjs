/** Owns `npm run verify`: the quick part of the tests, for before each commit. */
import { ensureInstalled, ROOT, requireNode } from './prepare.mjs'
import { finish, runChecks, STATIC_CHECKS, vitestCheck } from './run-checks.mjs'

requireNode()
process.chdir(ROOT)
await ensureInstalled({ development: true })
// The floors test is one of the unit tests.
finish(await runChecks([...STATIC_CHECKS, vitestCheck('unit and conformance tests', 'unit')]))
