/** Owns the way of a request before any route: health, shutting down, host names, then the API door or the pages. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { startStopwatch } from '@/lib/channels/stopwatch'
import { AppError } from '@/lib/domain/errors'
import { allowedHosts } from '@/lib/http/allowed-hosts'
import { answerPlainly, answerProblem } from '@/lib/http/answer-plainly'
import { commonHeaders, INERT } from '@/lib/http/common-headers'
import { isApiTarget, readingRoute, refuse } from '@/lib/http/dispatch'
import type { Reply } from '@/lib/http/exchange'
import type { NodeHandler, RequestRules } from '@/lib/http/node-server'
import { createPageDoor, type Pages } from '@/lib/http/page-door'
import { shipperTarget } from '@/lib/http/shipper-targets'
import { createUnderWay } from '@/lib/http/under-way'
import type { App } from '@/lib/runtime/app'

const MINUTE_MS = 60_000
/** An upload of a reference file may take long, as long as it keeps moving. */
const UPLOAD_LIMIT_MS = 30 * MINUTE_MS

const SILENT = 'This question cannot be answered at this moment. Ask again shortly.'
const CLOSING = 'The instance is shutting down. Try again shortly.'

/**
 * More than there may be connections: only who sends many requests ahead on one gets here. Each waits with all it holds
 * until those before it are answered.
 */
const MAX_UNDER_WAY = 2_000
const CROWDED = 'Too many requests are under way. Send fewer ahead on each connection.'

const unavailable = (reason: string, message: string, retryAfterSeconds: number) =>
  new AppError('unavailable', message, { reason, retryAfterSeconds })

const isUpload = ({ method, url }: IncomingMessage) => method === 'PUT' && isApiTarget(url ?? '')

export interface Front {
  readonly handle: NodeHandler
  readonly rules: RequestRules
  /** From now on new requests are answered 503, and `/readyz` says no. */
  beginShutdown(): void
  /** Event streams that are open: they never end by themselves. */
  openStreams(): ServerResponse[]
}

/**
 * The front of the server.
 * @param options `pages` is null when only the API is served
 */
export function createFront(options: {
  app: Pick<App, 'settings' | 'limits' | 'publicUrl' | 'problems' | 'logger' | 'events'> &
    Partial<Pick<App, 'meter'>>
  api: NodeHandler
  pages: Pages | null
  development: boolean
}): Front {
  const { app, api, pages, development } = options
  const isAllowedHost = allowedHosts(app.settings)
  const active = new Set<ServerResponse>()
  let shuttingDown = false
  const underWayWith = createUnderWay()

  function problemsNow(): readonly string[] {
    if (shuttingDown) return ['The instance is shutting down.']
    return app.problems()
  }

  const isSecure = () => app.publicUrl.startsWith('https:')
  const answerJson = (response: ServerResponse, status: number, body: object) =>
    answerPlainly(response, status, 'application/json', body, isSecure())
  const page = createPageDoor({ logger: app.logger, events: app.events, isSecure, pages, development })
  /** Shippers judge a refusal by its form: some lose what they sent when it is not that of their protocol. */
  const answerUnavailable = (
    request: IncomingMessage,
    response: ServerResponse,
    error: AppError,
    closes = false,
  ) => {
    const header = (name: string) => [request.headers[name]].flat().join(', ') || null
    const { status, headers, body }: Reply = refuse(app, { target: request.url ?? '/', header }, error)
    const content = typeof body === 'string' || body instanceof Uint8Array ? body : ''
    const length = { 'content-length': Buffer.byteLength(content) }
    const last = closes ? { connection: 'close' } : {}
    response.writeHead(status, { ...commonHeaders(isSecure()), ...INERT, ...headers, ...length, ...last })
    response.end(content)
  }
  /** The connection stays: those behind on it would be left without any answer, and might be stored or not. */
  const answerCrowded = (request: IncomingMessage, response: ServerResponse) => {
    request.resume()
    answerUnavailable(request, response, unavailable('overloaded', CROWDED, 1))
  }

  function health(response: ServerResponse): void {
    const problems = problemsNow()
    answerJson(response, problems.length === 0 ? 200 : 503, { ready: problems.length === 0, problems })
  }

  function answerApi(request: IncomingMessage, response: ServerResponse): void {
    const target = request.url ?? '/'
    const route = pages?.renderer.isStanding() ? readingRoute(request.method ?? '', target) : null
    if (!pages || route === null || !pages.renderer.canTake(request)) {
      api(request, response)
      return
    }
    const elapsedMs = startStopwatch()
    pages.renderer.hand(
      request,
      response,
      // The same answer can be had here; it only takes the thread that takes records. A body is used up by then.
      () =>
        request.method === 'POST'
          ? answerUnavailable(request, response, unavailable('renderer', SILENT, 2))
          : api(request, response),
      (status) => app.meter?.answered(route, request.method ?? '', status, elapsedMs()),
    )
  }

  return {
    handle(request, response) {
      const underWay = underWayWith(response)
      const shipper = shipperTarget(request)
      if (shipper !== null) request.url = shipper
      const target = request.url ?? '/'
      if (underWay > MAX_UNDER_WAY) return answerCrowded(request, response)
      if (target === '/livez') return answerJson(response, 200, { alive: true })
      if (target === '/readyz') return health(response)
      if (shuttingDown) return answerUnavailable(request, response, unavailable('closing', CLOSING, 5), true)
      if (!isAllowedHost(request.headers.host)) {
        const message =
          'This instance does not answer under that host name. Set PLUMBLINE_URL or PLUMBLINE_ALLOWED_HOSTS.'
        return answerProblem(response, 400, 'host_not_allowed', message, isSecure())
      }
      // Only what is read may stream. A set that all senders enter and leave is rebuilt every few dozen requests, and
      // the old one would keep those that were under way.
      if (request.method === 'GET') {
        active.add(response)
        response.once('close', () => active.delete(response))
      }
      const isForApi = shipper !== null || isApiTarget(target)
      if (!isForApi) return page(request, response)
      return shipper === null ? answerApi(request, response) : api(request, response)
    },
    rules: {
      refusesExpected(request) {
        return !isUpload(request) && Number(request.headers['content-length'] ?? 0) > app.limits.maxBodyBytes
      },
      arrivalLimitMs: (request) => (isUpload(request) ? UPLOAD_LIMIT_MS : MINUTE_MS),
    },
    beginShutdown() {
      shuttingDown = true
    },
    openStreams() {
      return [...active].filter((response) =>
        String(response.getHeader('content-type')).startsWith('text/event-stream'),
      )
    },
  }
}
