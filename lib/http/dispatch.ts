/** Owns the way of a request through the API: match, authenticate, allow, run; failures become problem documents. */
import { requireCsrfToken } from '@/lib/access/csrf'
import { ANONYMOUS, type Principal, requireScope } from '@/lib/access/principal'
import { startStopwatch } from '@/lib/channels/stopwatch'
import { AppError } from '@/lib/domain/errors'
import { brakeWrongKeys } from '@/lib/http/brake-wrong-keys'
import { apiHeaders } from '@/lib/http/common-headers'
import type { BodyStream, Exchange, HttpApp, Incoming, Reply } from '@/lib/http/exchange'
import { createMatcher, type MatchResult, type RouteMatch } from '@/lib/http/match-route'
import { type ProblemForm, problemReply, protocolReply } from '@/lib/http/problem'
import { nextRequestId } from '@/lib/http/request-id'
import type { RouteAccess } from '@/lib/http/route'
import { ROUTES } from '@/lib/http/routes'
import { keyInUrl, parseTarget, type Target } from '@/lib/http/target'

/** Whether a request target belongs to the API; all else is Next's. */
export function isApiTarget(target: string): boolean {
  if (target === '/metrics' || target.startsWith('/metrics?') || target.startsWith('/act/')) return true
  return target === '/api' || target.startsWith('/api/') || target.startsWith('/api?')
}

const match = createMatcher(ROUTES)

/** An answer with the headers that every answer carries; they are its own, and the door may add to them. */
export interface Dispatched extends Reply {
  readonly headers: Record<string, string | readonly string[]>
}

/** Answers any request under `/api`; never throws. */
export async function dispatch(app: HttpApp, incoming: Incoming): Promise<Dispatched> {
  const requestId = nextRequestId()
  const elapsedMs = app.meter ? startStopwatch() : null
  let reply: Reply
  let pattern = 'unknown'
  try {
    const asked = findRoute(incoming.method, incoming.target)
    // Names in addresses are no business of counters.
    if (asked.found.kind === 'found') pattern = asked.found.route.path
    reply = await answer(app, incoming, asked, requestId)
  } catch (error) {
    reply = failed(app, incoming, error, requestId)
  }
  if (app.meter && elapsedMs) app.meter.answered(pattern, incoming.method, reply.status, elapsedMs())
  const { status, body } = reply
  const headers = apiHeaders(app.publicUrl.startsWith('https:'))
  headers['x-request-id'] = requestId
  for (const name in reply.headers) headers[name] = reply.headers[name] ?? ''
  return body === undefined || incoming.method === 'HEAD' ? { status, headers } : { status, headers, body }
}

/** The answer for a request that comes to nothing before it is looked at, in the form of the protocol it is meant for. */
export function refuse(
  app: Pick<HttpApp, 'logger'>,
  incoming: Pick<Incoming, 'target' | 'header'>,
  error: AppError,
): Reply {
  return failed(app, incoming, error, nextRequestId())
}

/** How a protocol words failures, by the first segment of its addresses: also where no route was found. */
const FORMS: ReadonlyMap<string, ProblemForm> = new Map(
  ROUTES.flatMap(({ path, problem }) => (problem === undefined ? [] : [[firstSegment(path), problem]])),
)

function firstSegment(target: string): string {
  return /^\/([^/?]*)/.exec(target)?.[1] ?? ''
}

function failed(
  app: Pick<HttpApp, 'logger'>,
  { target, header }: Pick<Incoming, 'target' | 'header'>,
  error: unknown,
  requestId: string,
): Reply {
  const form = FORMS.get(firstSegment(target))
  if (form === undefined) return problemReply(error, requestId, app.logger)
  return protocolReply(form, header, error, requestId, app.logger)
}

const API_NAME = /^\/api\/v1\/([^/?]*)/
/** Where questions are that come with a body: senders are not to wait until a route was looked up twice. */
const ASKED_WITH_BODY: ReadonlySet<string | undefined> = new Set(
  ROUTES.filter(({ readsOnly, method }) => readsOnly && method === 'POST').map(
    ({ path }) => API_NAME.exec(path)?.[1],
  ),
)

/** The pattern of the route when it only reads the stores, so that another process may answer as well; else null. */
export function readingRoute(method: string, target: string): string | null {
  const first = API_NAME.exec(target)?.[1]
  if (method === 'POST' && !ASKED_WITH_BODY.has(first)) return null
  try {
    const { found } = findRoute(method, target)
    return found.kind === 'found' && found.route.readsOnly ? found.route.path : null
  } catch {
    return null
  }
}

/** No async function: each costs a small request a hundredth of its time. @throws AppError, or rejects with one */
function answer(
  app: HttpApp,
  incoming: Incoming,
  { target, found }: Found,
  requestId: string,
): Promise<Reply> | Reply {
  if (target === null || found.kind === 'unknown')
    throw new AppError('not_found', 'There is no such address in the API.')
  if (found.kind === 'other_methods') {
    const allow = found.allow.join(', ')
    // Without a CORS grant: browsers then keep other sites out.
    if (incoming.method === 'OPTIONS') return { status: 204, headers: { allow } }
    throw new AppError('invalid', `This address takes ${allow}.`, { reason: 'method_not_allowed', allow })
  }
  const { route, params } = found
  const run = (principal: Principal) => {
    requireCsrfToken(principal, incoming.method, incoming.header)
    return route.handler(app, new RoutedExchange(incoming, target, params, requestId, principal))
  }
  const principal =
    target.key === null
      ? identify(app, incoming, route.access)
      : identifyByAddress(app, incoming, route.access, target.key)
  return principal instanceof Promise ? principal.then(run) : run(principal)
}

/**
 * A class, because V8 keeps the getter of an object literal, and all that its closure holds, in the shape of that object
 * until the next full collection: each request would outlive itself by thousands of others.
 */
class RoutedExchange implements Exchange {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly header: Exchange['header']
  readonly body: BodyStream
  readonly remoteAddress: string

  constructor(
    private readonly incoming: Incoming,
    target: Target,
    readonly params: RouteMatch['params'],
    readonly requestId: string,
    readonly principal: Principal,
  ) {
    this.method = incoming.method
    this.path = `/${target.segments.join('/')}`
    this.query = target.query
    this.header = incoming.header
    this.body = incoming.body
    this.remoteAddress = incoming.remoteAddress
  }

  get signal(): AbortSignal {
    return this.incoming.signal
  }
}

interface Found {
  readonly target: Target | null
  readonly found: MatchResult
}

/** Senders ask for few addresses, over and over: what those lead to is kept. */
const MAX_KNOWN_TARGETS = 256
const knownTargets = new Map<string, Found>()

/** @throws AppError as parseTarget does */
function findRoute(method: string, text: string): Found {
  const name = `${method} ${text}`
  const known = knownTargets.get(name)
  if (known) return known
  const target = parseTarget(text)
  const found: Found = { target, found: target ? match(method, target.segments) : { kind: 'unknown' } }
  // What stands in a query differs from call to call, and a key is not to be kept.
  const isCredential = target?.key !== null || text.startsWith('/act/')
  if (text.includes('?') || isCredential || found.found.kind !== 'found') return found
  if (knownTargets.size >= MAX_KNOWN_TARGETS) knownTargets.clear()
  knownTargets.set(name, found)
  return found
}

/** The same by a key that stood in the address: it may do nothing but send, as addresses end up in the logs of others. */
async function identifyByAddress(
  app: HttpApp,
  { remoteAddress }: Incoming,
  access: RouteAccess,
  key: string,
): Promise<Principal> {
  const header = (name: string) => (name === 'x-api-key' ? key : null)
  const principal = await identify(app, { header, remoteAddress }, access)
  if (principal.kind !== 'key' || principal.scopes.some((scope) => scope !== 'ingest')) throw keyInUrl()
  return principal
}

/** Who asks, once it is clear that they may call a route of this access. */
function identify(
  app: HttpApp,
  incoming: Pick<Incoming, 'header' | 'remoteAddress'>,
  access: RouteAccess,
): Principal | Promise<Principal> {
  if (access === 'public') return ANONYMOUS
  const asking = app.authenticate(incoming)
  if (!(asking instanceof Promise)) return allowed(asking, access)
  const found = asking.catch((error: unknown) => {
    throw brakeWrongKeys(app, incoming, error)
  })
  return found.then((principal) => allowed(principal, access))
}

/** @throws AppError `unauthorized`, `forbidden` */
function allowed(principal: Principal, access: Exclude<RouteAccess, 'public'>): Principal {
  if (access === 'any' || access === 'session') {
    if (principal.kind === 'anonymous') throw new AppError('unauthorized', 'Sign in or send an API key.')
    if (access === 'session' && principal.kind !== 'user')
      throw new AppError('forbidden', 'This is for signed-in people only.')
  } else requireScope(principal, access)
  return principal
}
