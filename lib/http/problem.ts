/** Owns turning failures into answers; nothing else does. Unknown errors are logged with the request id and never echoed. */
import type { Logger } from '@/lib/access/context'
import { AppError, type ErrorCode, type ErrorDetails, isAppError } from '@/lib/domain/errors'
import { ENCODINGS } from '@/lib/http/decompress'
import type { Reply } from '@/lib/http/exchange'

const STATUS: Readonly<Record<ErrorCode, number>> = {
  invalid: 422,
  unauthorized: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  too_large: 413,
  unsupported: 415,
  limited: 429,
  unavailable: 503,
  internal: 500,
}

/** Reasons that are about the request itself rather than its body. */
const STATUS_OF_REASON: Readonly<Record<string, number>> = {
  key_in_url: 400,
  bad_path: 400,
  incomplete_body: 400,
  method_not_allowed: 405,
}

const TITLE: Readonly<Record<number, string>> = {
  400: 'The request cannot be read',
  401: 'Not signed in',
  403: 'Not allowed',
  404: 'Not found',
  405: 'Method not allowed',
  409: 'In conflict with what is stored',
  413: 'Too large',
  415: 'Not supported',
  422: 'Not accepted',
  429: 'Too many requests',
  500: 'Something went wrong here',
  503: 'Not available for the moment',
}

/** Seconds to wait where the error does not say: shippers retry at their own pace without it. */
const DEFAULT_RETRY_AFTER_S = 5

/** What a problem document carries besides RFC 9457's own members. */
export interface Problem {
  readonly type: 'about:blank'
  readonly title: string
  readonly status: number
  readonly detail: string
  readonly code: string
  readonly request_id: string
  readonly [extension: string]: unknown
}

/** A failure as it is answered, before it has a form. */
export interface Failure {
  readonly problem: Problem
  /** `Retry-After` and the like, which belong to the status. */
  readonly headers: Readonly<Record<string, string>>
}

/** The answer for a failure, in our own form. `code` is the finer reason where there is one. */
export function problemReply(error: unknown, requestId: string, logger: Logger): Reply {
  const { problem, headers } = failureOf(error, requestId, logger)
  return {
    status: problem.status,
    headers: { 'content-type': 'application/problem+json', ...headers },
    body: JSON.stringify(problem),
  }
}

/** The answer for a failure, in the form of a protocol. */
export function protocolReply(
  form: ProblemForm,
  header: (name: string) => string | null,
  ...failed: Parameters<typeof failureOf>
): Reply {
  const { problem, headers } = failureOf(...failed)
  const own = form(problem, header)
  return { ...own, headers: { ...headers, ...own.headers } }
}

/** How a protocol of its own words failures: its clients look at status and body alone. */
export type ProblemForm = (problem: Problem, header: (name: string) => string | null) => Reply

function failureOf(error: unknown, requestId: string, logger: Logger): Failure {
  if (!isAppError(error)) {
    logger.error({ err: error, requestId }, 'a request failed unexpectedly')
    return failure(
      new AppError('internal', 'An unexpected error was logged under this request id.'),
      requestId,
    )
  }
  if (error.code === 'internal') logger.error({ err: error, requestId }, 'a request failed')
  return failure(error, requestId)
}

function failure(error: AppError, requestId: string): Failure {
  const { reason, retryAfterSeconds, field, limit, ...rest } = error.details
  const status = (reason && STATUS_OF_REASON[reason]) || STATUS[error.code]
  const problem: Problem = {
    type: 'about:blank',
    title: TITLE[status] ?? 'Error',
    status,
    detail: error.message,
    code: reason ?? error.code,
    request_id: requestId,
    ...(field === undefined ? {} : { field }),
    ...(limit === undefined ? {} : { limit }),
    ...publicDetails(rest),
  }
  const headers: Record<string, string> = {}
  if (status === 429 || status === 503)
    headers['retry-after'] = String(Math.ceil(retryAfterSeconds ?? DEFAULT_RETRY_AFTER_S))
  if (status === 401) headers['www-authenticate'] = 'Bearer realm="plumbline"'
  if (typeof rest.allow === 'string') headers.allow = rest.allow
  if (reason === 'unsupported_encoding') headers['accept-encoding'] = ENCODINGS.join(', ')
  return { problem, headers }
}

/** Details that may be shown: plain values under names that the document does not use itself. */
function publicDetails(details: ErrorDetails): Record<string, unknown> {
  const reserved = new Set(['type', 'title', 'status', 'detail', 'code', 'request_id', 'allow'])
  return Object.fromEntries(Object.entries(details).filter(([name]) => !reserved.has(name)))
}
