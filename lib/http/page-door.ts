/** Owns what a request for a page may carry, and who answers it: a built file, or the process that renders. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Logger } from '@/lib/access/context'
import { isAppError } from '@/lib/domain/errors'
import { answerProblem } from '@/lib/http/answer-plainly'
import { commonHeaders } from '@/lib/http/common-headers'
import type { NodeHandler } from '@/lib/http/node-server'
import { pageHeaders } from '@/lib/http/page-headers'
import type { RendererProxy } from '@/lib/http/renderer-proxy'
import type { EventBus } from '@/lib/runtime/events'

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

const FILES = '/_next/static/'

/** Tells a page up to where it knows what changed, for the stream that it opens later. Always set here, too. */
const POSITION_HEADER = 'x-plumbline-position'

/** The pages as the server sees them: built files, and the renderer. */
export interface Pages {
  /** Answers a request for a built file and says true, or says false. */
  readonly files: (request: IncomingMessage, response: ServerResponse) => Promise<boolean>
  readonly renderer: Pick<RendererProxy, 'hand' | 'isStanding' | 'canTake'>
}

/** @param options `pages` is null when only the API is served; `events` says what pages that are rendered now know */
export function createPageDoor(options: {
  readonly logger: Logger
  readonly events: Pick<EventBus, 'position'>
  readonly pages: Pages | null
  readonly isSecure: () => boolean
  readonly development: boolean
}): NodeHandler {
  const { logger, events, pages, isSecure, development } = options

  /** The renderer cannot be asked: a sentence for a person, who need only wait, or for a program. */
  function answerSilence(request: IncomingMessage, response: ServerResponse, error: unknown): void {
    logger.warn({ err: error }, 'the renderer could not be asked')
    const sentence = isAppError(error) ? error.message : 'The pages do not answer at this moment.'
    response.setHeader('retry-after', '5')
    if (!String(request.headers.accept).includes('text/html')) {
      answerProblem(response, 503, 'unavailable', sentence, isSecure())
      return
    }
    response.writeHead(503, { ...commonHeaders(isSecure()), 'content-type': 'text/html; charset=utf-8' })
    response.end(silencePage(sentence))
  }

  return (request, response) => {
    if (!pages) {
      answerProblem(response, 404, 'not_found', 'This instance serves the API only.', isSecure())
      return
    }
    // Pages only show; every change goes through the API. Server Actions are thereby closed as well.
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('allow', 'GET, HEAD')
      answerProblem(response, 405, 'method_not_allowed', 'Pages can only be read.', isSecure())
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
    // Before anything is read for it: what changes meanwhile is told once too often, never once too little.
    request.headers[POSITION_HEADER] = events.position()
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
    const ask = () =>
      pages.renderer.hand(request, response, (error) => answerSilence(request, response, error))
    if (request.url?.startsWith(FILES) !== true) {
      ask()
      return
    }
    // Built files carry a hash in their name and are marked as never changing, unless something is set already.
    response.removeHeader('cache-control')
    pages.files(request, response).then((isAnswered) => isAnswered || ask(), ask)
  }
}

function silencePage(sentence: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="refresh" content="5">
<link rel="icon" href="data:,">
<title>One moment · Plumbline</title>
<h1>One moment</h1>
<p>${sentence} Records are taken all the while. This page tries again by itself.</p>
<p><a href="">Try again now</a></p>
</html>
`
}
