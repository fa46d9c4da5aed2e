/** Owns `npm run dev`: the same server with Next's live reload; server and worker start again when their sources change. */
import { spawn } from 'node:child_process'
import { ensureInstalled, ROOT, requireNode } from './prepare.mjs'

requireNode()
process.chdir(ROOT)
await ensureInstalled({ development: true })
// Only now: esbuild may just have been installed.
const { watch } = await import('./build.mjs')

/** @type {import('node:child_process').ChildProcess | null} */
let server = null
let stopping = false

/** Starts the server, or asks the running one to end and starts the next after it. */
function restart() {
  if (stopping) return
  if (server) {
    server.kill('SIGTERM')
    return
  }
  const child = spawn(process.execPath, ['--enable-source-maps', 'dist/server.js'], {
    stdio: 'inherit',
    env: { ...process.env, NODE_ENV: 'development', NEXT_TELEMETRY_DISABLED: '1' },
  })
  server = child
  child.on('exit', (code, signal) => {
    const wasAsked = child.killed || signal !== null
    server = null
    if (stopping) process.exit(code ?? 0)
    if (wasAsked) restart()
    else console.error(`The server ended with code ${code}; it starts again when a source changes.`)
  })
}

let isFirst = true
// Pages reload by themselves; only a change of a bundle that is running needs a restart.
const RUNNING = ['server.js', 'log-thread.js', 'worker.js', 'renderer.js']
const watching = await watch((changed) => {
  if (isFirst || RUNNING.some((name) => changed.includes(name))) restart()
  isFirst = false
})

for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
  process.on(signal, async () => {
    stopping = true
    await watching.dispose()
    if (server) server.kill('SIGTERM')
    else process.exit(0)
  })
}
