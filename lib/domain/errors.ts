/** Owns the closed set of error codes that services may throw; knows nothing of HTTP. */

/** Every failure a service can report. `lib/http/problem.ts` is the only place that turns one into a status. */
export type ErrorCode =
  | 'invalid'
  | 'unauthorized'
  | 'forbidden'
  | 'not_found'
  | 'conflict'
  | 'too_large'
  | 'unsupported'
  | 'limited'
  | 'unavailable'
  | 'internal'

/** Facts for machines that travel with an error: the finer reason, the field, a limit, seconds to wait. */
export interface ErrorDetails {
  /** Finer machine-readable reason, for example `malformed_json` or `too_many_records`. */
  readonly reason?: string
  readonly field?: string
  readonly limit?: number
  /** Seconds after which trying again makes sense (`unavailable`, `limited`). */
  readonly retryAfterSeconds?: number
  readonly [key: string]: unknown
}

/** An expected failure with a sentence for people and details for machines. */
export class AppError extends Error {
  override readonly name = 'AppError'
  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly details: ErrorDetails = {},
  ) {
    super(message)
  }
}

/**
 * Whether `error` is an AppError. Compares the name, not the class: the server bundle and the Next bundle
 * each carry their own copy of this module.
 */
export function isAppError(error: unknown): error is AppError {
  return error instanceof Error && error.name === 'AppError' && 'code' in error
}
