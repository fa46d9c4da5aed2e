/** Owns one HTTP request to a receiver that may be hostile: addresses checked, no redirects, bounded time and answer. */
import http, { type IncomingMessage } from 'node:http'
import https from 'node:https'
import { checkDestination } from '@/lib/channels/address-policy'
import { type DeliveryResult, readStatus } from '@/lib/channels/delivery-result'
import type { Attempt, HttpCall, SendOptions } from '@/lib/channels/destination'
import { pinnedLookup, resolveBySystem } from '@/lib/channels/pinned-lookup'
import { startStopwatch } from '@/lib/channels/stopwatch'
import { isAppError } from '@/lib/domain/errors'

export const TIMEOUT_MS = 15_000
/** Of the answer, which is only kept to show an administrator what a test met. */
const MAX_ANSWER_BYTES = 64 * 1024
/** Once a status is here the body is a courtesy. */
const ANSWER_GRACE_MS = 1_000
const MAX_HEADER_BYTES = 16 * 1024

/**
 * Calls once. Never throws: a refused address, a silent or lying receiver are results.
 * Redirects are not followed; every address is checked at the moment of connecting.
 *
 * @param read what an answer means where the common table does not know; null leaves it to the table
 */
export async function sendHttp(
  call: HttpCall,
  nowMs: number,
  options: SendOptions,
  read: (status: number, answer: string) => DeliveryResult | null = () => null,
): Promise<Attempt> {
  const elapsedMs = startStopwatch()
  const done = (result: DeliveryResult, answer = ''): Attempt => ({
    ...result,
    durationMs: Math.round(elapsedMs()),
    answer,
  })
  try {
    const url = checkDestination(call.url, options.policy)
    const { status, retryAfter, answer } = await post(url, call, options)
    return done(read(status, answer) ?? readStatus(status, retryAfter, nowMs), answer)
  } catch (error) {
    const refused = isAppError(error)
    return done({ outcome: 'retry', status: null, reason: reasonOf(error), afterMs: null, slow: refused })
  }
}

interface Answer {
  readonly status: number
  readonly retryAfter: string | undefined
  readonly answer: string
}

function post(url: URL, call: HttpCall, options: SendOptions): Promise<Answer> {
  const { request } = url.protocol === 'https:' ? https : http
  const body = Buffer.from(call.body)
  const timeout = AbortSignal.timeout(options.timeoutMs ?? TIMEOUT_MS)
  return new Promise((resolve, reject) => {
    const sent = request(url, {
      method: call.method ?? 'POST',
      // No shared agent: connections of one destination must not hold up another's.
      agent: false,
      lookup: pinnedLookup(options.policy, options.resolveAll ?? resolveBySystem),
      maxHeaderSize: MAX_HEADER_BYTES,
      signal: options.signal ? AbortSignal.any([timeout, options.signal]) : timeout,
      headers: {
        ...(call.method === 'GET'
          ? {}
          : { 'content-type': 'application/json', 'content-length': body.length }),
        'user-agent': 'Plumbline',
        ...call.headers,
      },
    })
    let hasStatus = false
    sent.on('error', (error) => {
      if (!hasStatus) reject(timeout.aborted ? new Error('timeout', { cause: error }) : error)
    })
    // Whoever listens to no upgrade hears nothing at all: neither an answer nor an error nor the time limit.
    sent.on('upgrade', ({ statusCode = 101 }, socket) => {
      socket.destroy()
      resolve({ status: statusCode, retryAfter: undefined, answer: '' })
    })
    sent.on('response', async (response) => {
      // From here on the status counts, however the connection ends.
      hasStatus = true
      const answer = await readStart(response)
      resolve({ status: response.statusCode ?? 0, retryAfter: response.headers['retry-after'], answer })
      sent.destroy()
    })
    sent.end(call.method === 'GET' ? undefined : body)
  })
}

/** The first 64 KiB of an answer, or what came of them until the connection broke or a second passed. */
function readStart(response: IncomingMessage): Promise<string> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    let size = 0
    const finish = () => {
      clearTimeout(timer)
      resolve(Buffer.concat(chunks).subarray(0, MAX_ANSWER_BYTES).toString('utf8'))
    }
    const timer = setTimeout(finish, ANSWER_GRACE_MS)
    response.on('data', (chunk: Buffer) => {
      chunks.push(chunk)
      size += chunk.length
      if (size >= MAX_ANSWER_BYTES) finish()
    })
    response.on('end', finish)
    response.on('error', finish)
    response.on('close', finish)
  })
}

/** A short word for why there was no answer; addresses and secrets stay out of it. */
export function reasonOf(error: unknown): string {
  if (isAppError(error)) return error.details.reason ?? 'refused'
  if (!(error instanceof Error)) return 'failed'
  if (error.message === 'timeout') return 'timeout'
  const code = 'code' in error && typeof error.code === 'string' ? error.code : null
  return code ? code.toLowerCase() : 'failed'
}
