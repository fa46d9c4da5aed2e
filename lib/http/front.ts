/** Owns the way of a request before any route: health, shutting down, host names, then the API door or the pages. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { AppError } from '@/lib/domain/errors'
import { allowedHosts } from '@/lib/http/allowed-hosts'
import { commonHeaders, INERT } from '@/lib/http/common-headers'
import { isApiTarget, refuse } from '@/lib/http/dispatch'
import type { Reply } from '@/lib/http/exchange'
import type { NodeHandler, RequestRules } from '@/lib/http/node-server'
import { pageHeaders } from '@/lib/http/page-headers'
import { createPageLine } from '@/lib/http/page-line'
import { shipperTarget } from '@/lib/http/shipper-targets'
import type { App } from '@/lib/runtime/app'

/** Headers that steer Next from inside; nobody outside has a reason to send them. */
const INNER_HEADERS =
  /^(x-middleware-|x-nextjs-(?!data$)|x-action-|next-resume$|next-action$|x-now-|x-invoke-)/

/**
 * In development each page asks by these ids for the notes that React sends it over the web socket; the answer to a
 * live reload waits for them for ever when they are missing.
 */
const LIVE_RELOAD_HEADERS: readonly string[] = ['x-nextjs-request-id', 'x-nextjs-html-request-id']

/** Tells a page its own address, for the way back after signing in. Always set here, never taken from outside. */
const TARGET_HEADER = 'x-plumbline-target'

const MINUTE_MS = 60_000
/** An upload of a reference file may take long, as long as it keeps moving. */
const UPLOAD_LIMIT_MS = 30 * MINUTE_MS

const CLOSING = 'The instance is shutting down. Try again shortly.'

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
 * @param options `pages` is Next's handler once it is prepared, or null when only the API is served
 */
export function createFront(options: {
  app: Pick<App, 'settings' | 'limits' | 'publicUrl' | 'problems' | 'logger'>
  api: NodeHandler
  pages: Promise<NodeHandler> | null
  development: boolean
}): Front {
  const { app, api, pages, development } = options
  const isAllowedHost = allowedHosts(app.settings)
  const active = new Set<ServerResponse>()
  const inLine = createPageLine()
  let shuttingDown = false
  let arePagesReady = pages === null
  // A failure to prepare ends the process elsewhere; here it only means that they never become ready.
  pages?.then(
    () => {
      arePagesReady = true
    },
    () => {},
  )

  function problemsNow(): readonly string[] {
    if (shuttingDown) return ['The instance is shutting down.']
    return arePagesReady ? app.problems() : ['The pages are being prepared.', ...app.problems()]
  }

  const isSecure = () => app.publicUrl.startsWith('https:')
  const answerJson = (response: ServerResponse, status: number, body: object) =>
    answer(response, status, 'application/json', body, isSecure())
  const answerProblem = (response: ServerResponse, status: number, code: string, message: string) => {
    const problem = { status, code, title: message, detail: message }
    answer(response, status, 'application/problem+json', problem, isSecure())
  }
  /** Shippers judge a refusal by its form: some lose what they sent when it is not that of their protocol. */
  const answerClosing = (request: IncomingMessage, response: ServerResponse) => {
    const header = (name: string) => [request.headers[name]].flat().join(', ') || null
    const error = new AppError('unavailable', CLOSING, { reason: 'closing', retryAfterSeconds: 5 })
    const { status, headers, body }: Reply = refuse(app, { target: request.url ?? '/', header }, error)
    response.writeHead(status, { ...commonHeaders(isSecure()), ...INERT, ...headers, connection: 'close' })
    response.end(typeof body === 'string' || body instanceof Uint8Array ? body : undefined)
  }

  function health(response: ServerResponse): void {
    const problems = problemsNow()
    answerJson(response, problems.length === 0 ? 200 : 503, { ready: problems.length === 0, problems })
  }

  function page(request: IncomingMessage, response: ServerResponse): void {
    if (!pages) {
      answerProblem(response, 404, 'not_found', 'This instance serves the API only.')
      return
    }
    // Pages only show; every change goes through the API. Server Actions are thereby closed as well.
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('allow', 'GET, HEAD')
      answerProblem(response, 405, 'method_not_allowed', 'Pages can only be read.')
      return
    }
    for (const name of Object.keys(request.headers)) {
      if (development && LIVE_RELOAD_HEADERS.includes(name)) continue
      if (INNER_HEADERS.test(name)) delete request.headers[name]
    }
    const { policy, headers } = pageHeaders({ secure: isSecure(), development })
    request.headers['content-security-policy'] = policy
    // Two slashes would lead to another host.
    request.headers[TARGET_HEADER] = /^\/(?![/\\])/.test(request.url ?? '') ? request.url : '/'
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
    // Built files carry a hash in their name; Next marks them as never changing, unless something is set already.
    const isFile = request.url?.startsWith('/_next/static/') === true
    if (isFile) response.removeHeader('cache-control')
    pages.then(
      (handle) => {
        // Development renders for one person, and keeps requests open.
        if (isFile || development) handle(request, response)
        else inLine(response, () => handle(request, response))
      },
      () => response.destroy(),
    )
  }

  return {
    handle(request, response) {
      const shipper = shipperTarget(request)
      if (shipper !== null) request.url = shipper
      const target = request.url ?? '/'
      if (target === '/livez') return answerJson(response, 200, { alive: true })
      if (target === '/readyz') return health(response)
      if (shuttingDown) return answerClosing(request, response)
      if (!isAllowedHost(request.headers.host)) {
        const message =
          'This instance does not answer under that host name. Set PLUMBLINE_URL or PLUMBLINE_ALLOWED_HOSTS.'
        return answerProblem(response, 400, 'host_not_allowed', message)
      }
      // Only what is read may stream. A set that all senders enter and leave is rebuilt every few dozen requests, and
      // the old one would keep those that were under way.
      if (request.method === 'GET') {
        active.add(response)
        response.once('close', () => active.delete(response))
      }
      const isForApi = shipper !== null || isApiTarget(target)
      return isForApi ? api(request, response) : page(request, response)
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

function answer(response: ServerResponse, status: number, type: string, body: object, secure: boolean): void {
  response.writeHead(status, { ...commonHeaders(secure), ...INERT, 'content-type': type })
  response.end(`${JSON.stringify(body)}\n`)
}
