/** Owns the door from web requests (Next's route handlers) to the API. */
import { dispatch } from '@/lib/http/dispatch'
import type { BodyStream, HttpApp, Reply } from '@/lib/http/exchange'

/** Answers a web request. */
export async function handleWebRequest(app: HttpApp, request: Request): Promise<Response> {
  const url = new URL(request.url)
  const reply = await dispatch(app, {
    method: request.method,
    target: url.pathname + url.search,
    header: (name) => request.headers.get(name),
    body: (request.body ?? nothing()) as BodyStream,
    // The address of the peer is not known here; only the brakes on sign-ins and wrong keys use it.
    remoteAddress: 'unknown',
    signal: request.signal,
  })
  return toResponse(reply)
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

function toResponse(reply: Reply): Response {
  const headers = new Headers()
  for (const [name, value] of Object.entries(reply.headers ?? {})) {
    if (typeof value === 'string') headers.set(name, value)
    else for (const one of value) headers.append(name, one)
  }
  return new Response(toBody(reply.body), { status: reply.status, headers })
}

function toBody(body: Reply['body']): BodyInit | null {
  if (body === undefined) return null
  if (typeof body === 'string') return body
  if (body instanceof Uint8Array) return Buffer.from(body)
  const parts = body[Symbol.asyncIterator]()
  const encoder = new TextEncoder()
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const part = await parts.next()
      if (part.done) controller.close()
      else controller.enqueue(typeof part.value === 'string' ? encoder.encode(part.value) : part.value)
    },
    async cancel() {
      await parts.return?.()
    },
  })
}
