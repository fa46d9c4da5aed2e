/**
 * Owns the life of the renderer: the process that renders pages and answers questions which only read. A page that takes
 * long, or ends its process, thereby costs no sender anything. It listens where only its own user can reach it.
 */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createServer, Server } from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import next from 'next'
import { isApiTarget } from '@/lib/http/dispatch'
import { createNodeDoor } from '@/lib/http/node-door'
import { createPageLine } from '@/lib/http/page-line'
import { REMOTE_HEADER } from '@/lib/http/renderer-proxy'
import { openRendererApp, registerApp } from '@/lib/runtime/app'
import { stepBehindSenders } from '@/lib/runtime/priority'
import { isWhere, RENDERER_BEAT_MS, type RendererListening } from '@/lib/runtime/renderer-messages'
import { parseSettings } from '@/lib/runtime/settings'
import { BEAT } from '@/lib/runtime/worker-messages'

const development = process.env.NODE_ENV === 'development'

/** Addresses of sockets are short by law: 108 bytes with the end. */
const LONGEST_PATH_BYTES = 107
/** Longer than the server keeps a connection that it does not use. */
const KEEP_ALIVE_MS = 120_000

async function main(): Promise<void> {
  const app = await openRendererApp(parseSettings(process.env))
  registerApp(Promise.resolve(app))
  // Next listens for upgrades on the server of its first request, and would leave them without an answer for ever.
  const httpServer = development ? undefined : new Server()
  const pages = next({ dev: development, dir: process.cwd(), httpServer })
  await pages.prepare()
  const render = pages.getRequestHandler()
  const answer = createNodeDoor(app, { addressOf: ({ headers }) => String(headers[REMOTE_HEADER] ?? '') })
  const inLine = createPageLine()
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS, requestTimeout: 0 }, (request, response) => {
    if (isApiTarget(request.url ?? '')) answer(request, response)
    // Development renders for one person, and keeps requests open.
    else if (development) render(request, response)
    else inLine(response, () => render(request, response))
  })
  // Only live reload uses web sockets; without a listener Node answers an upgrade as a plain request.
  if (development) server.on('upgrade', pages.getUpgradeHandler())

  const socket = freeSocket(app.settings.dataDir)
  const stop = async () => {
    server.close()
    server.closeAllConnections()
    await app.close()
    if (!socket.startsWith(app.settings.dataDir))
      rmSync(path.dirname(socket), { recursive: true, force: true })
    process.exit(0)
  }
  process.on('SIGTERM', stop)
  // Ctrl-C reaches the whole process group; the server decides when the renderer ends.
  process.on('SIGINT', () => {})
  // The server is gone, however it went: its next incarnation starts a renderer of its own.
  process.on('disconnect', stop)
  process.on('unhandledRejection', (error) => {
    // A page whose reader went away leaves these behind: no reason to end.
    app.logger.error({ err: error }, 'a promise failed and nobody was waiting for it')
  })
  if (process.connected === false) {
    await stop()
    return
  }

  const sayWhere = () => {
    process.send?.({ kind: 'listening', socket } satisfies RendererListening, () => {})
  }
  // Not before: somebody waits for it to start.
  stepBehindSenders()
  server.listen(socket, sayWhere)
  process.on('message', (message) => {
    if (server.listening && isWhere(message)) sayWhere()
  })
  setInterval(() => process.connected && process.send?.(BEAT, () => {}), RENDERER_BEAT_MS).unref()
}

/** An address of our own in the data folder, which is closed to others; what a killed process left there is taken away. */
function freeSocket(dataDir: string): string {
  for (const name of readdirSync(dataDir)) {
    if (/^renderer-\d+\.sock$/.test(name)) rmSync(path.join(dataDir, name), { force: true })
  }
  const inside = path.join(dataDir, `renderer-${process.pid}.sock`)
  if (Buffer.byteLength(inside) <= LONGEST_PATH_BYTES) return inside
  return path.join(mkdtempSync(path.join(tmpdir(), 'plumbline-renderer-')), 'renderer.sock')
}

main().catch((error: unknown) => {
  process.stderr.write(
    `The renderer cannot start: ${error instanceof Error ? error.message : String(error)}\n`,
  )
  process.exit(1)
})
