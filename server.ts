/** Owns the life of the server process: start, the worker beside it, shutting down. Everything else is handed on. */
import type { Server } from 'node:http'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { SYSTEM } from '@/lib/access/principal'
import { isAppError } from '@/lib/domain/errors'
import { createFront, type Front } from '@/lib/http/front'
import { createNodeDoor } from '@/lib/http/node-door'
import { createNodeServer, drainServer } from '@/lib/http/node-server'
import type { Pages } from '@/lib/http/page-door'
import { createRendererProxy, type RendererProxy } from '@/lib/http/renderer-proxy'
import { createStaticFiles } from '@/lib/http/static-files'
import { type App, openServerApp } from '@/lib/runtime/app'
import type { LiveEvent } from '@/lib/runtime/events'
import { logThreadBeside } from '@/lib/runtime/log-thread'
import { type RendererSupervisor, superviseRenderer } from '@/lib/runtime/renderer-supervisor'
import { parseSettings, printableSettings, SettingsError } from '@/lib/runtime/settings'
import { startStageLoop } from '@/lib/runtime/stage-loop'
import { superviseWorker, type WorkerSupervisor } from '@/lib/runtime/worker-supervisor'
import { claimHeadless, offerClaim } from '@/lib/services/access/claim-instance'
import { sweepRetention } from '@/lib/services/retention/sweep-retention'

const development = process.env.NODE_ENV === 'development'

/** Below the 11 seconds after which we promise to have ended. Somebody who has just changed a file waits for nobody. */
const DRAIN_MS = development ? 300 : 8_000
const WORKER_STOP_MS = 9_500
const RENDERER_STOP_MS = 500
const GIVE_UP_MS = 10_500
const SWEEP_EVERY_MS = 3_600_000

async function main(): Promise<void> {
  const settings = parseSettings(process.env)
  let isRendererStarted = false
  const app = await openServerApp(settings, logThreadBeside(import.meta.url))
  app.logger.info({ settings: printableSettings(settings), node: process.versions.node }, 'starting')
  const system = () => app.contextFor(SYSTEM)
  if (settings.adminPassword !== null) await claimHeadless(system(), settings.adminPassword)

  let port = settings.port
  const beside = {
    env: () => ({ ...process.env, PORT: String(port) }),
    logger: app.logger,
    now: () => performance.now(),
  }
  const renderer = settings.pages
    ? superviseRenderer({
        ...beside,
        path: programBeside('./renderer.js'),
        restMs: development ? 0 : settings.rendererRestMs,
        isWatched: () => proxy?.isAsked() === true || front.openStreams().length > 0,
      })
    : null
  const proxy: RendererProxy | null = renderer && createRendererProxy(renderer, settings.trustProxy)
  const front = createFront({
    app,
    api: createNodeDoor(app),
    pages: proxy && { files: builtFiles(), renderer: proxy },
    development,
  })
  const server = createNodeServer(front.handle, front.rules)
  // Only live reload uses web sockets; without a listener Node answers an upgrade as a plain request.
  if (development && proxy) server.on('upgrade', proxy.handUpgrade)
  port = await listen(server, settings.port, settings.bind)
  app.setPort(port)
  app.logger.info({ listening: port }, 'listening')
  const worker = superviseWorker({
    ...beside,
    path: programBeside('./worker.js'),
    onReport: (report) => {
      publish(app, report.worked)
      // Not before: both at once would only make each other slow.
      if (!isRendererStarted) renderer?.start()
      isRendererStarted = true
    },
  })
  app.attachWorker(worker)
  const sweeping = startStageLoop({
    stages: [{ name: 'drop old partitions', everyMs: SWEEP_EVERY_MS, run: () => sweepRetention(system()) }],
    restMs: SWEEP_EVERY_MS / 60,
    now: Date.now,
    logger: app.logger,
    onRound: () => {},
  })
  handleSignals({ app, server, front, worker, renderer, stopSweeping: () => sweeping.stop() })

  print(`Plumbline answers at ${app.publicUrl}`)
  const token = await offerClaim(system())
  if (token !== null) print(`Nobody has claimed it yet. Set it up: ${app.publicUrl}/setup?token=${token}`)
}

/** What open pages show again after a stage of the worker found work. */
const CHANGED_BY: Readonly<Record<string, readonly LiveEvent['type'][]>> = {
  summarise: ['records'],
  'join labels': ['records'],
  'rebuild summaries': ['models'],
  evaluate: ['evaluations', 'alerts'],
  deliver: ['alerts'],
}

function publish(app: App, worked: readonly string[]): void {
  for (const type of new Set(worked.flatMap((stage) => CHANGED_BY[stage] ?? []))) {
    app.events.publish({ type, model: null })
  }
}

const programBeside = (name: string) => fileURLToPath(new URL(name, import.meta.url))

/** The built files of the pages need nobody to render them; in development there are none. */
function builtFiles(): Pages['files'] {
  return development ? async () => false : createStaticFiles(path.join(process.cwd(), '.next/static'))
}

/** Answers the port that is listened on. */
function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ port, host, backlog: 1_024 }, () => {
      server.removeListener('error', reject)
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : port)
    })
  })
}

function handleSignals(parts: {
  app: App
  server: Server
  front: Front
  worker: WorkerSupervisor
  renderer: RendererSupervisor | null
  stopSweeping: () => Promise<void>
}): void {
  const { app, server, front, worker, renderer, stopSweeping } = parts
  let stopping = false
  const stop = async (signal: string) => {
    if (stopping) process.exit(1)
    stopping = true
    app.logger.info({ signal }, 'stopping')
    setTimeout(() => process.exit(0), GIVE_UP_MS).unref()
    front.beginShutdown()
    await Promise.all([
      drainServer(server, front.openStreams(), DRAIN_MS),
      worker.stop(WORKER_STOP_MS),
      stopSweeping(),
    ])
    await renderer?.stop(RENDERER_STOP_MS)
    await app.close()
    app.logger.info({}, 'stopped')
    process.exit(0)
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      stop(signal).catch((error: unknown) => {
        app.logger.fatal({ err: error }, 'stopping failed')
        process.exit(1)
      })
    })
  }
  process.on('uncaughtException', (error) => {
    // What is acknowledged is on the disk, so ending is safe; going on after an unknown error is not.
    app.logger.fatal({ err: error }, 'ending after an unexpected error')
    process.exit(1)
  })
  process.on('unhandledRejection', (error) => {
    // A page whose reader went away leaves these behind: no reason to stop taking records.
    app.logger.error({ err: error }, 'a promise failed and nobody was waiting for it')
  })
}

/** A line for people, between the log's lines for machines. */
function print(line: string): void {
  process.stdout.write(`${line}\n`)
}

/** One line that says why the server could not start. */
function startFailure(error: unknown): string {
  if (error instanceof SettingsError || isAppError(error)) return error.message
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'EADDRINUSE')
    return `The address is in use by another program: ${message}. Choose another PORT.`
  if (code === 'EACCES' || code === 'EROFS' || code === 'ENOTDIR') return `A file cannot be used: ${message}`
  return message ?? String(error)
}

main().catch((error: unknown) => {
  process.stderr.write(`Plumbline cannot start: ${startFailure(error).split('\n')[0]}\n`)
  process.exit(1)
})
