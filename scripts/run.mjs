/** Owns `npm run profile`, `import`, `demo`, …: makes the command line ready and runs one of its commands. */
import { ensureBuilt, ensureInstalled, ROOT, requireNode, run } from './prepare.mjs'

requireNode()
const [command = 'help', ...args] = process.argv.slice(2)
await ensureInstalled({ development: command === 'bench' || command === 'screenshots' })
await ensureBuilt('server')
// The benches start the whole product.
if (command === 'bench') await ensureBuilt('pages')
process.on('SIGINT', () => {})
// File names on the command line are relative to where the person stands, not to the project; the data folder that
// replay reads is where the server has it.
const cwd = command === 'replay' ? ROOT : (process.env.INIT_CWD ?? process.cwd())
process.exitCode = await run('node', [`${ROOT}/dist/cli/main.js`, command, ...args], { cwd })
