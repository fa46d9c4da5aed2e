/** Owns what is said about a body that cannot be read as JSON, and how much of a refused record is kept. */
import { AppError } from '@/lib/domain/errors'

/** Characters of a refused record that the quarantine keeps. */
export const MAX_REFUSED_TEXT = 2_048

/** The beginning of the bytes as text, for the quarantine. */
export function refusedText(bytes: Buffer, start: number, end: number): string {
  // A character is at most four bytes; one cut in half at the end becomes U+FFFD, which is dropped.
  const cut = end - start > MAX_REFUSED_TEXT
  const text = bytes.toString('utf8', start, cut ? start + MAX_REFUSED_TEXT : end)
  return cut ? text.replace(/\ufffd$/, '') : text
}

/** The error for a body that is no sequence of JSON objects, with a hint where the bytes give one. */
export function malformedBody(bytes: Buffer, at: number): AppError {
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) {
    return malformed('The body looks gzipped: send the header Content-Encoding: gzip.', at)
  }
  const text = bytes.toString('utf8', 0, Math.min(bytes.length, 64)).trim()
  if (isScalar(bytes)) {
    return new AppError('invalid', 'Send an object or a list of objects, not a single value.', {
      reason: 'wrong_shape',
    })
  }
  if (text.startsWith('<')) return malformed('The body looks like HTML or XML; send JSON.', at)
  if (at >= bytes.length) return malformed('The JSON ends too early: a bracket or quote is never closed.', at)
  return malformed(`The body is not JSON: it breaks at byte ${at}.`, at)
}

function malformed(message: string, at: number): AppError {
  return new AppError('invalid', message, { reason: 'malformed_json', byte: at })
}

function isScalar(bytes: Buffer): boolean {
  if (bytes.length > 100_000) return false
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'))
    return typeof value !== 'object' || value === null
  } catch {
    return false
  }
}
