/** Owns making named builds (`server`, `pages`) when they are stale; for tests that start the real server. */
import { ensureBuilt } from './prepare.mjs'

for (const name of process.argv.slice(2)) {
  if (name !== 'server' && name !== 'pages') throw new Error(`there is no build named ${name}`)
  await ensureBuilt(name)
}
