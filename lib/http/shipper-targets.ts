/**
 * Owns which addresses outside `/api` belong to the protocols of shippers, and under which one name the table of routes
 * knows them: what Elasticsearch's clients ask of the root is under `/es` as well.
 */
import type { IncomingHttpHeaders } from 'node:http'

/** What only clients of Elasticsearch ask of the root: `_bulk`, `_cluster` …; what Next keeps for itself is not. */
const ELASTIC = /^_(?!next$|not-found$)[a-z][a-z_-]*$/
/** What they ask of an index. */
const OF_INDEX = /^\/[^/]+\/(_bulk|_refresh)$/
const OTHERS = /^\/(es|loki|services\/collector|v1\/logs|ready)(\/|$)/
/** Clients that have no header of their own for what they are. */
const ELASTIC_AGENT = /elastic|opensearch|filebeat|metricbeat|logstash|vector\/|fluent|rsyslog/i

/** The target of a shipper's request as the API knows it, or null for all others. */
export function shipperTarget(request: {
  readonly method?: string | undefined
  readonly url?: string | undefined
  readonly headers: IncomingHttpHeaders
}): string | null {
  const target = request.url ?? '/'
  // What most senders ask, and as long as no index is.
  if (target.startsWith('/api/v1/')) return null
  const mark = target.indexOf('?')
  const path = mark < 0 ? target : target.slice(0, mark)
  const query = mark < 0 ? '' : target.slice(mark)
  if (path === '/') return isElasticClient(request.headers) ? `/es${query}` : null
  if (path === '/es/') return `/es${query}`
  if (OTHERS.test(path)) return target
  const first = path.slice(1).split('/', 1)[0] ?? ''
  if (ELASTIC.test(first)) return `/es${target}`
  // Pages can only be read: a model may be called as it likes.
  const isPage = (request.method === 'GET' || request.method === 'HEAD') && !isElasticClient(request.headers)
  return OF_INDEX.test(path) && !isPage ? `/es${target}` : null
}

/** The root is a page for people: only who says so is answered as by Elasticsearch. */
function isElasticClient(headers: IncomingHttpHeaders): boolean {
  const accept = headers.accept ?? ''
  if (accept.includes('text/html')) return false
  return accept.includes('application/vnd.elasticsearch+') || ELASTIC_AGENT.test(headers['user-agent'] ?? '')
}
