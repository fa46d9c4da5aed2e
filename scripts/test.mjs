/** Owns `npm test`: installs what is missing, then runs every check there is. */
import { ensureChromium } from './chromium.mjs'
import { ensureDebianPackages } from './debian-packages.mjs'
import { ensureBuilt, ensureInstalled, ROOT, requireNode } from './prepare.mjs'
import { finish, playwrightCheck, runChecks, STATIC_CHECKS, vitestCheck } from './run-checks.mjs'

requireNode()
process.chdir(ROOT)
await ensureInstalled({ development: true })

const quick = await runChecks([...STATIC_CHECKS, vitestCheck('unit and conformance tests', 'unit')])
await ensureBuilt('server')
await ensureBuilt('pages')
await ensureDebianPackages()
const integration = await runChecks([
  vitestCheck('integration tests', 'integration'),
  vitestCheck('tests that need the machine to themselves', 'alone'),
])
const browser = (await ensureChromium())
  ? await runChecks([playwrightCheck('browser tests')])
  : { passed: 0, failed: 1 }

finish({
  passed: quick.passed + integration.passed + browser.passed,
  failed: quick.failed + integration.failed + browser.failed,
})
