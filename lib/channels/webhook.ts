/** Owns one attempt to deliver a signed message by HTTP POST. Knows no alerts and keeps no state. */
import http, { type IncomingMessage } from 'node:http'
import https from 'node:https'
import { type AddressPolicy, checkDestination } from '@/lib/channels/address-policy'
import { type DeliveryResult, readStatus } from '@/lib/channels/delivery-result'
import { pinnedLookup, type ResolveAll, resolveBySystem } from '@/lib/channels/pinned-lookup'
import { signatureHeaders } from '@/lib/channels/sign'
import { startStopwatch } from '@/lib/channels/stopwatch'
import { isAppError } from '@/lib/domain/errors'

const TIMEOUT_MS = 15_000
/** Of the answer, which is only kept to show an administrator what a test met. */
const MAX_ANSWER_BYTES = 64 * 1024
/** Once a status is here the body is a courtesy. */
const ANSWER_GRACE_MS = 1_000
const MAX_HEADER_BYTES = 16 * 1024

export interface WebhookMessage {
  readonly url: string
  /** `whsec_…` */
  readonly secret: string
  /** webhook-id: the same on every attempt. */
  readonly id: string
  readonly body: string
  readonly nowMs: number
}

export interface WebhookOptions {
  readonly policy: AddressPolicy
  readonly timeoutMs?: number
  readonly resolveAll?: ResolveAll
  readonly signal?: AbortSignal
}

/** What came of an attempt, and the start of the answer for the test button. */
export type WebhookAttempt = DeliveryResult & { readonly durationMs: number; readonly answer: string }

/**
 * Sends one message. Never throws: a refused address, a silent or lying receiver are results.
 * Redirects are not followed; every address is checked at the moment of connecting.
 */
export async function sendWebhook(message: WebhookMessage, options: WebhookOptions): Promise<WebhookAttempt> {
  const elapsedMs = startStopwatch()
  const done = (result: DeliveryResult, answer = ''): WebhookAttempt => ({
    ...result,
    durationMs: Math.round(elapsedMs()),
    answer,
  })
  try {
    const url = checkDestination(message.url, options.policy)
    const { status, retryAfter, answer } = await post(url, message, options)
    return done(readStatus(status, retryAfter, message.nowMs), answer)
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

function post(url: URL, message: WebhookMessage, options: WebhookOptions): Promise<Answer> {
  const { request } = url.protocol === 'https:' ? https : http
  const body = Buffer.from(message.body)
  const timeout = AbortSignal.timeout(options.timeoutMs ?? TIMEOUT_MS)
  return new Promise((resolve, reject) => {
    const call = request(url, {
      method: 'POST',
      // No shared agent: connections of one destination must not hold up another's.
      agent: false,
      lookup: pinnedLookup(options.policy, options.resolveAll ?? resolveBySystem),
      maxHeaderSize: MAX_HEADER_BYTES,
      signal: options.signal ? AbortSignal.any([timeout, options.signal]) : timeout,
      headers: {
        'content-type': 'application/json',
        'content-length': body.length,
        'user-agent': 'Plumbline',
        ...signatureHeaders(message.secret, message.id, message.nowMs, message.body),
      },
    })
    let hasStatus = false
    call.on('error', (error) => {
      if (!hasStatus) reject(timeout.aborted ? new Error('timeout', { cause: error }) : error)
    })
    call.on('response', async (response) => {
      // From here on the status counts, however the connection ends.
      hasStatus = true
      const answer = await readStart(response)
      resolve({ status: response.statusCode ?? 0, retryAfter: response.headers['retry-after'], answer })
      call.destroy()
    })
    call.end(body)
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
function reasonOf(error: unknown): string {
  if (isAppError(error)) return error.details.reason ?? 'refused'
  if (!(error instanceof Error)) return 'failed'
  if (error.message === 'timeout') return 'timeout'
  const code = 'code' in error && typeof error.code === 'string' ? error.code : null
  return code ? code.toLowerCase() : 'failed'
}
