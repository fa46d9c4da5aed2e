/** Owns reading an API key out of request headers, in the forms that shippers send. Checks nothing. */

/** How headers are read: by lower-case name. */
export type HeaderReader = (name: string) => string | null

/** Schemes whose parameter is the key itself; Splunk's is what Fluent Bit and Vector send. */
const KEY_SCHEMES: ReadonlySet<string> = new Set(['bearer', 'apikey', 'splunk', 'token'])

/**
 * The API key of a request: `Authorization: Bearer|ApiKey|Splunk|Token KEY`, `Authorization: Basic` with the key as
 * password (any user name), or `X-API-Key: KEY`.
 * @returns null when there is none; an empty text when the header is there but holds no key
 */
export function readApiKey(header: HeaderReader): string | null {
  const direct = header('x-api-key')
  if (direct !== null) return direct.trim()
  const authorization = header('authorization')
  if (authorization === null) return null
  const [, scheme = '', parameter = ''] = /^\s*(\S+)\s*(.*?)\s*$/.exec(authorization) ?? []
  if (KEY_SCHEMES.has(scheme.toLowerCase())) return parameter
  if (scheme.toLowerCase() === 'basic') return basicPassword(parameter)
  return ''
}

function basicPassword(encoded: string): string {
  const text = Buffer.from(encoded, 'base64').toString('utf8')
  const colon = text.indexOf(':')
  return colon < 0 ? '' : text.slice(colon + 1)
}
