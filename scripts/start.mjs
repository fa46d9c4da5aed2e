/** Owns `npm start`: makes the tree ready, then becomes the server (same process, so signals and exit code are its own). */
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import {
  ensureBuilt,
  ensureInstalled,
  ROOT,
  refuseWhileRunning,
  registerRunning,
  requireNode,
} from './prepare.mjs'

requireNode()
process.chdir(ROOT)
await ensureInstalled()
refuseWhileRunning('server', 'pages')
await ensureBuilt('server')
if (process.env.PLUMBLINE_PAGES !== 'off') await ensureBuilt('pages')
registerRunning()

Object.assign(process.env, { NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' })
await import(pathToFileURL(path.join(ROOT, 'dist/server.js')).href)
