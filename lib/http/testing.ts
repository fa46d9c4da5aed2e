/** Owns an instance of the API for tests: the stores they give behind the real doors, without the worker. */
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import type { LogReader, LogWriter } from '@/db/contracts/log-store'
import type { MetadataStore } from '@/db/contracts/metadata-store'
import type { SeriesStore } from '@/db/contracts/series-store'
import { createAuthenticator } from '@/lib/access/authenticate'
import { type Context, DEFAULT_RETENTION } from '@/lib/access/context'
import type { Principal } from '@/lib/access/principal'
import { DEFAULT_LIMITS, type Limits } from '@/lib/domain/limits'
import type { HttpApp } from '@/lib/http/exchange'
import { createNodeDoor } from '@/lib/http/node-door'
import { handleWebRequest } from '@/lib/http/web-door'
import { createEventBus } from '@/lib/runtime/events'

export const ADMIN_KEY = 'plb_test_admin_0123456789abcdef0123456789'
const QUIET = { info: () => {}, warn: () => {}, error: () => {} }

/** Real stores of a test, as `openTestStores` makes them. */
export interface GivenStores {
  readonly log: LogReader
  readonly logWriter: LogWriter
  readonly series: SeriesStore
  readonly metadata: MetadataStore
  [Symbol.asyncDispose](): Promise<void>
}

export interface TestApi {
  readonly app: HttpApp
  readonly stores: GivenStores
  readonly url: string
  readonly port: number
  /** Errors that were logged. */
  readonly logged: object[]
  contextFor(principal: Principal): Context
  /** fetch with the admin key through the node door. */
  fetch(path: string, init?: RequestInit): Promise<Response>
  /** The same through the door of Next's handlers. */
  fetchWeb(path: string, init?: RequestInit): Promise<Response>
  [Symbol.asyncDispose](): Promise<void>
}

/**
 * Starts the API on a port of its own.
 * @param stores closed together with it
 * @param options `limits` replaces some of the default limits, `nowMs` fixes the clock, `clock` is one that tests move, `writeTimeoutMs` is for clients that do not read
 */
export async function startTestApi(
  stores: GivenStores,
  options: {
    limits?: Partial<Limits>
    nowMs?: number
    clock?: () => number
    writeTimeoutMs?: number
    secretKey?: Uint8Array
  } = {},
): Promise<TestApi> {
  const now = options.clock ?? (() => options.nowMs ?? Date.now())
  const limits = { ...DEFAULT_LIMITS, ...options.limits }
  const logged: object[] = []
  const logger = { ...QUIET, error: (fields: object) => void logged.push(fields) }
  const publicUrl = 'http://localhost:3000'
  const authenticator = createAuthenticator({
    records: stores.metadata,
    adminKey: ADMIN_KEY,
    publicUrl: () => publicUrl,
  })
  const { log, logWriter, series, metadata } = stores
  const contextFor = (principal: Principal): Context => ({
    principal,
    nowMs: now(),
    publicUrl,
    secretKey: options.secretKey ?? null,
    limits,
    retention: DEFAULT_RETENTION,
    logger,
    log,
    logWriter,
    series,
    metadata,
  })
  const app: HttpApp = {
    logger,
    limits,
    publicUrl,
    contextFor,
    authenticate: ({ header }) => authenticator.authenticate(header, now()),
    events: createEventBus(),
  }
  const server = http.createServer(createNodeDoor(app, options))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const url = `http://127.0.0.1:${port}`
  const withKey = (init: RequestInit = {}): RequestInit => {
    const headers = new Headers(init.headers)
    if (!headers.has('authorization')) headers.set('authorization', `Bearer ${ADMIN_KEY}`)
    return { ...init, headers }
  }
  return {
    app,
    stores,
    url,
    port,
    logged,
    contextFor,
    fetch: (path, init) => fetch(url + path, withKey(init)),
    fetchWeb: (path, init) => handleWebRequest(app, new Request(url + path, withKey(init))),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await stores[Symbol.asyncDispose]()
    },
  }
}

/** Sends JSON with the admin key; `body` is what came back, null where nothing did. */
export async function sendJson(api: TestApi, method: string, path: string, body?: unknown) {
  const headers = { 'content-type': 'application/json' }
  const sent = body === undefined ? {} : { body: JSON.stringify(body) }
  const response = await api.fetch(path, { method, headers, ...sent })
  const text = await response.text()
  return { status: response.status, body: text === '' ? null : JSON.parse(text) }
}
