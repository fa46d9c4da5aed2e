/** Owns the shape of one HTTP exchange as handlers see it: neither Node's nor the web's request types are known here. */
import type { Context, Logger } from '@/lib/access/context'
import type { Principal } from '@/lib/access/principal'
import type { Limits } from '@/lib/domain/limits'
import type { EventBus } from '@/lib/runtime/events'

/** The bytes of a body. `collect` is a quicker way through all of them, where a door offers one. */
export interface BodyStream extends AsyncIterable<Uint8Array> {
  /** Gives every chunk to `take`; rejects with what `take` throws, or when the body breaks off. */
  collect?(take: (chunk: Uint8Array) => void): Promise<void>
}

/** A request as a door hands it to `dispatch`. */
export interface Incoming {
  readonly method: string
  /** Request target as it came over the wire: path and query, still encoded. */
  readonly target: string
  header(name: string): string | null
  readonly body: BodyStream
  readonly remoteAddress: string
  /** Aborted when the client went away. */
  readonly signal: AbortSignal
}

/** A request as a handler sees it: routed, authenticated, allowed. */
export interface Exchange {
  readonly method: string
  /** Decoded once, validated. */
  readonly path: string
  readonly query: URLSearchParams
  readonly params: Readonly<Record<string, string>>
  header(name: string): string | null
  readonly body: BodyStream
  readonly remoteAddress: string
  readonly requestId: string
  readonly principal: Principal
  readonly signal: AbortSignal
}

export interface Reply {
  readonly status: number
  readonly headers?: Readonly<Record<string, string | readonly string[]>>
  readonly body?: string | Uint8Array | AsyncIterable<Uint8Array | string>
}

/** Counts what this process does, for `/metrics`. */
export interface Meter {
  /** A request was answered. `route` is its pattern, so that names in addresses make no series. */
  answered(route: string, method: string, status: number, durationMs: number): void
  /** Everything counted so far, in the format that Prometheus reads. */
  text(): Promise<string>
}

/** What HTTP needs of the composition root; `lib/runtime/app.ts` satisfies it. */
export interface HttpApp {
  readonly logger: Logger
  readonly limits: Limits
  readonly publicUrl: string
  /** Uploads are spooled below `dataDir`; with `trustProxy` the nearest proxy says who asks. */
  readonly settings?: { readonly dataDir: string; readonly trustProxy: boolean }
  /** The use-case context for who asks, with the clock read now. */
  contextFor(principal: Principal): Context
  /**
   * Who sent these headers: an API key in `Authorization` (Bearer, Basic, ApiKey, Splunk) or `X-API-Key`, else a session cookie.
   * @returns the anonymous principal when there are no credentials at all
   * @throws AppError `unauthorized` for wrong or revoked ones, `limited` after too many of them
   */
  authenticate(request: Pick<Incoming, 'header' | 'remoteAddress'>): Principal | Promise<Principal>
  /** Called after records or labels were made durable, so that the worker starts at once. */
  wakeWorker?(): void
  /** Only where requests are counted. */
  readonly meter?: Meter | null
  /** Room left where the data lies; null where it cannot be told. */
  storageRoom?(): Promise<{ readonly freeBytes: number; readonly totalBytes: number } | null>
  /** What changed, for pages that are open. */
  readonly events: EventBus
}

export type Handler = (app: HttpApp, exchange: Exchange) => Promise<Reply>
