/** Owns reading a request target: one decoding, no dots, no empty parts, no second meaning. Keys have no place in it, save where nothing else can be sent. */
import { AppError } from '@/lib/domain/errors'

export interface Target {
  /** Decoded path segments. */
  readonly segments: readonly string[]
  readonly query: URLSearchParams
  /** API key that stood in the address, taken out of the rest. */
  readonly key: string | null
}

const KEY_NAMES: ReadonlySet<string> = new Set([
  'key',
  'apikey',
  'api_key',
  'api-key',
  'x-api-key',
  'token',
  'access_token',
  'auth',
  'authorization',
  'password',
])

/** What our own keys look like, under whatever name they are sent. */
const KEY_VALUE = /^plb_/

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this refuses
const FORBIDDEN_IN_SEGMENT = /[\u0000-\u001f\u007f/\\]/

/**
 * @returns null for a path that no route can have (empty segments, dots, encoded slashes or control characters)
 * @throws AppError `invalid` (reason `bad_path`) for broken per cent encoding, (reason `key_in_url`) for a key where none may be
 */
export function parseTarget(target: string): Target | null {
  const questionMark = target.indexOf('?')
  const path = questionMark < 0 ? target : target.slice(0, questionMark)
  const raw = path.split('/').slice(1)
  const segments: string[] = []
  for (const part of raw) {
    if (part === '' || part.includes(';')) return null
    const segment = decodeSegment(part)
    if (segment === '' || segment === '.' || segment === '..' || FORBIDDEN_IN_SEGMENT.test(segment))
      return null
    segments.push(segment)
  }
  const query = new URLSearchParams(questionMark < 0 ? '' : target.slice(questionMark + 1))
  const key = takeKey(segments, query)
  for (const [name, value] of query) {
    if (KEY_NAMES.has(name.toLowerCase()) || KEY_VALUE.test(value)) throw keyInUrl()
  }
  return { segments, query, key }
}

/**
 * Takes the key out of `/api/v1/ingest/k/KEY/…` or `?token=KEY`: some senders, such as KServe's logger, can be given
 * an address and nothing else.
 */
function takeKey(segments: string[], query: URLSearchParams): string | null {
  if (segments[0] !== 'api' || segments[1] !== 'v1' || segments[2] !== 'ingest') return null
  const token = query.get('token')
  query.delete('token')
  const isInPath = segments[3] === 'k' && segments.length > 4
  return (isInPath ? segments.splice(3, 2)[1] : token) ?? null
}

/** The error for a key in an address where it may not be. */
export function keyInUrl(): AppError {
  const message =
    'Addresses end up in logs: send the key in the Authorization header. Consider this key leaked.'
  return new AppError('invalid', message, { reason: 'key_in_url' })
}

/** Our pages send names that a path would bend as `~~` and base64url. */
function decodeSegment(part: string): string {
  try {
    const text = decodeURIComponent(part)
    if (!text.startsWith('~~')) return text
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(text.slice(2), 'base64url'))
  } catch {
    throw new AppError('invalid', 'The path is not valid per cent encoded UTF-8.', { reason: 'bad_path' })
  }
}
