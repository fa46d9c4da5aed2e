/** Owns the composition root: the one object that holds settings, stores and identity. Knows no HTTP and no page. */
import type { Logger as PinoLogger } from 'pino'
import type { LogReader, LogWriter } from '@/db/contracts/log-store'
import type { MetadataStore } from '@/db/contracts/metadata-store'
import type { SeriesStore } from '@/db/contracts/series-store'
import type { Context, Retention } from '@/lib/access/context'
import type { Principal } from '@/lib/access/principal'
import type { SignInThrottle } from '@/lib/access/sign-in-throttle'
import type { Limits } from '@/lib/domain/limits'
import type { EventBus } from '@/lib/runtime/events'
import type { Settings } from '@/lib/runtime/settings'

export interface Stores {
  readonly log: LogReader
  /** Only in the server, which owns the log. */
  readonly logWriter: LogWriter | null
  readonly series: SeriesStore
  readonly metadata: MetadataStore
}

/** Request headers, as far as identity needs them: `Headers` fits, and so does a node request behind one function. */
export interface HeaderSource {
  get(name: string): string | null
}

/** Whether the instance can do its work; `problems` is empty when `ready`. */
export interface Readiness {
  readonly ready: boolean
  readonly problems: readonly string[]
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
  readonly signInThrottle: SignInThrottle
  /** Now, in epoch milliseconds. */
  now(): number
  /** The argument for services and queries on behalf of `principal`, at this instant. */
  contextFor(principal: Principal): Context
  /** Who is asking, by API key or session cookie; anonymous when there is neither or it is not valid. */
  authenticate(headers: HeaderSource): Promise<Principal>
  /** Tells the worker that there is something to do; cheap, may be called after every append. */
  wakeWorker(): void
  readiness(): Promise<Readiness>
  close(): Promise<void>
}

/** Where the one App of the process is kept: bundles share globalThis, not modules. */
const REGISTRY = Symbol.for('plumbline.app')

/** Puts the App of this process where every bundle finds it; null takes it away. */
export function registerApp(app: Promise<App> | null): void {
  Object.assign(globalThis, { [REGISTRY]: app })
}

/**
 * The App of this process, opened on first use.
 * @throws Error during `next build`: nothing may be opened then.
 */
export function getApp(): Promise<App> {
  const registered = (globalThis as { [REGISTRY]?: Promise<App> | null })[REGISTRY]
  if (registered) return registered
  throw new Error('No App is open in this process.')
}
