/** Owns the composition root: the one object that holds settings, stores and identity. Knows no HTTP and no page. */
import path from 'node:path'
import type { Logger as PinoLogger } from 'pino'
import type { LogReader, LogWriter } from '@/db/contracts/log-store'
import type { MetadataStore } from '@/db/contracts/metadata-store'
import type { SeriesStore } from '@/db/contracts/series-store'
import type { OpenScribe } from '@/db/sqlite/log/scribe'
import { openReaderStores, openWriterStores } from '@/db/sqlite/open'
import { createAuthenticator } from '@/lib/access/authenticate'
import type { Context, Retention } from '@/lib/access/context'
import type { HeaderReader } from '@/lib/access/credentials'
import { type Principal, SYSTEM } from '@/lib/access/principal'
import type { Limits } from '@/lib/domain/limits'
import { createEventBus, type EventBus } from '@/lib/runtime/events'
import { rememberFiles } from '@/lib/runtime/file-identity'
import { localUrl, removeAddress, writeAddress } from '@/lib/runtime/instance-address'
import { createLogger } from '@/lib/runtime/logger'
import { createMeter, PROGRAM_VERSION, type ProcessMeter } from '@/lib/runtime/meter'
import { readSecretKey } from '@/lib/runtime/secret-key'
import { parseSettings, type Settings } from '@/lib/runtime/settings'
import { readStorageRoom } from '@/lib/runtime/storage-room'
import type { WorkerSupervisor } from '@/lib/runtime/worker-supervisor'
import { releaseHalves } from '@/lib/services/log/release-halves'
import { writeFindings } from '@/lib/services/validation/count-findings'

export interface Stores {
  readonly log: LogReader
  /** Only in the server, which owns the log. */
  readonly logWriter: LogWriter | null
  readonly series: SeriesStore
  readonly metadata: MetadataStore
}

export interface App {
  readonly settings: Settings
  readonly logger: PinoLogger
  readonly limits: Limits
  readonly retention: Retention
  /** Public address without a trailing slash. */
  readonly publicUrl: string
  readonly stores: Stores
  readonly events: EventBus
  /** Counts what this process does; null in the worker. */
  readonly meter: ProcessMeter | null
  /** Now, in epoch milliseconds. */
  now(): number
  /** Room left where the data lies; null where it cannot be told. */
  storageRoom(): Promise<{ readonly freeBytes: number; readonly totalBytes: number } | null>
  /** The argument for services and queries on behalf of `principal`, at this instant. */
  contextFor(principal: Principal): Context
  /**
   * Who is asking, by API key or session cookie; anonymous when there are no credentials or the session is over.
   * @throws AppError `unauthorized` for an API key that is wrong or revoked
   */
  authenticate(request: { header: HeaderReader }): Principal | Promise<Principal>
  /** Tells the worker that there is something to do; cheap, may be called after every append. */
  wakeWorker(): void
  /** What keeps this instance from doing its work, as sentences; empty when it is ready. */
  problems(): readonly string[]
  /** Joins the worker to the App once it was started. */
  attachWorker(worker: WorkerSupervisor): void
  /** Tells the App the port it is reached at, where the system chose it; commands beside it find it by that. */
  setPort(port: number): void
  close(): Promise<void>
}

/** Used keys are written down this often, in one statement. */
const FLUSH_KEYS_EVERY_MS = 60_000
/** A log that failed is tried again this often; one that works costs nothing. */
const RECOVER_EVERY_MS = 1_000
/** Halves of predictions wait for minutes: seconds more do not matter. */
const RELEASE_EVERY_MS = 5_000

/**
 * Opens the App of the process that owns the data folder: takes the folder, migrates, opens the stores for writing.
 * @param openScribe who writes to the log; by default the thread that answers requests
 * @throws AppError `conflict` when another server owns the folder
 */
export async function openServerApp(settings: Settings, openScribe?: OpenScribe): Promise<App> {
  const { close, migrated, ...stores } = await openWriterStores({
    openScribe,
    dataDir: settings.dataDir,
    maxQuarantinePerDay: settings.limits.maxQuarantinePerDay,
    nowMs: Date.now(),
  })
  const app = assemble(settings, 'server', stores, close)
  if (migrated.applied.length > 0) app.logger.info({ migrated }, 'the database was migrated')
  return app
}

/**
 * Opens the App of the worker and of scripts: the log is read only.
 * @param programDir where the program lies, for scripts that run elsewhere
 */
export function openWorkerApp(settings: Settings, programDir = process.cwd()): Promise<App> {
  return openBeside(settings, 'worker', programDir)
}

/** Opens the App of the renderer: the log is read only. */
export function openRendererApp(settings: Settings): Promise<App> {
  return openBeside(settings, 'renderer', process.cwd())
}

async function openBeside(settings: Settings, part: string, programDir: string): Promise<App> {
  const migrationsDir = path.join(programDir, 'db/sqlite/migrations')
  const { close, ...stores } = await openReaderStores({ dataDir: settings.dataDir, migrationsDir })
  return assemble(settings, part, { ...stores, logWriter: null }, close)
}

function assemble(settings: Settings, part: string, opened: Stores, closeStores: () => Promise<void>): App {
  const meter = part === 'server' ? createMeter(PROGRAM_VERSION) : null
  const logWriter = opened.logWriter && meter ? meter.count(opened.logWriter) : opened.logWriter
  const stores: Stores = { ...opened, logWriter }
  const { limits, retention, sampleRows } = settings
  const logger = createLogger(settings, part)
  const events = createEventBus()
  const secretKey = readSecretKey(settings.dataDir)
  let worker: WorkerSupervisor | null = null
  let closed: Promise<void> | null = null
  const urlAt = (port: number) => settings.url ?? `http://${urlHost(settings.bind)}:${port}`
  let url = urlAt(settings.port)
  const publicUrl = () => url
  const authenticator = createAuthenticator({
    records: stores.metadata,
    adminKey: settings.adminKey,
    publicUrl,
  })
  const strayFiles = rememberFiles([path.join(settings.dataDir, 'plumbline.db')])
  const flush = () =>
    authenticator
      .flush()
      .catch((error: unknown) => logger.warn({ err: error }, 'the use of keys was not written down'))
  const flushing = setInterval(flush, FLUSH_KEYS_EVERY_MS)
  flushing.unref()
  const recovering = setInterval(() => stores.logWriter?.recover(Date.now()), RECOVER_EVERY_MS)
  recovering.unref()
  // Only the owner of the log has a writer, and so halves that wait.
  const pairing = stores.logWriter === null ? null : setInterval(releaseWaiting, RELEASE_EVERY_MS)
  pairing?.unref()

  let releasing = false
  async function releaseWaiting(): Promise<void> {
    if (releasing) return
    releasing = true
    try {
      if ((await releaseHalves(app.contextFor(SYSTEM))) > 0) app.wakeWorker()
    } catch (error) {
      logger.warn({ err: error }, 'halves of predictions could not be taken for whole ones; tried again')
    } finally {
      releasing = false
    }
  }

  async function close(): Promise<void> {
    clearInterval(flushing)
    clearInterval(recovering)
    if (pairing) clearInterval(pairing)
    await flush()
    await writeFindings(stores.metadata).catch((error: unknown) =>
      logger.warn({ err: error }, 'counts of validation were not written down'),
    )
    if (part === 'server') removeAddress(settings.dataDir)
    await closeStores()
  }

  const app: App = {
    settings,
    logger,
    limits,
    retention,
    stores,
    events,
    get publicUrl() {
      return publicUrl()
    },
    now: Date.now,
    meter,
    storageRoom: () => readStorageRoom(settings.dataDir),
    contextFor: (principal) => ({
      principal,
      outboundAllow: settings.outboundAllow,
      secretKey,
      nowMs: Date.now(),
      publicUrl: publicUrl(),
      hasPublicUrl: settings.url !== null,
      limits,
      retention,
      sampleRows,
      logger,
      ...stores,
    }),
    authenticate: ({ header }) => authenticator.authenticate(header, Date.now()),
    wakeWorker: () => worker?.wake(),
    problems() {
      if (closed) return ['The instance is shutting down.']
      const missing = strayFiles()
      const logProblem = problemOfLog(stores.logWriter)
      if (logProblem) missing.push(logProblem)
      const workerProblem = worker ? worker.problem() : 'The worker was not started.'
      return workerProblem === null ? missing : [...missing, workerProblem]
    },
    attachWorker(started) {
      worker = started
    },
    setPort(listening) {
      url = urlAt(listening)
      try {
        writeAddress(settings.dataDir, localUrl(settings.bind, listening))
      } catch (error) {
        // A full disk is no reason not to start.
        logger.warn({ err: error }, 'commands will not find this server by its data folder')
      }
    },
    close() {
      closed ??= close()
      return closed
    },
  }
  return app
}

/** A disk that fails may not even let the log look: that is an answer too, and whoever asks must get one. */
function problemOfLog(log: LogWriter | null): string | null {
  try {
    return log?.problem() ?? null
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    return `The files of the log cannot be looked at: the disk answers ${code ?? 'with an error'}.`
  }
}

/** What people on this machine put into their address bar for a bind address. */
function urlHost(bind: string): string {
  if (['127.0.0.1', '::1', '0.0.0.0', '::', 'localhost'].includes(bind)) return 'localhost'
  return bind.includes(':') ? `[${bind}]` : bind
}

/** Where the one App of the process is kept: bundles share globalThis, not modules. */
const REGISTRY = Symbol.for('plumbline.app')

type Registry = { [REGISTRY]?: Promise<App> }

/** Puts the App of this process where every bundle finds it. */
export function registerApp(app: Promise<App>): void {
  ;(globalThis as Registry)[REGISTRY] = app
}

/**
 * The App of this process, opened on first use, so that the Next app is complete without our server.
 * @throws Error during `next build`: nothing may be opened then
 */
export function getApp(): Promise<App> {
  if (process.env.NEXT_PHASE === 'phase-production-build') {
    throw new Error('A page reads the stores while it is built; it must wait for the request first.')
  }
  const registry = globalThis as Registry
  registry[REGISTRY] ??= openServerApp(parseSettings(process.env)).catch((error: unknown) => {
    // The next request may find what was missing, for example after the other owner of the folder ended.
    delete registry[REGISTRY]
    throw error
  })
  return registry[REGISTRY]
}
