/** Owns reading an API key out of request headers, in the forms that shippers send. Checks nothing. */

/** How headers are read: by lower-case name. */
export type HeaderReader = (name: string) => string | null

/** Schemes whose parameter is the key itself; Splunk's is what Fluent Bit and Vector send to a HEC. */
const KEY_SCHEMES: ReadonlySet<string> = new Set(['bearer', 'splunk', 'token'])

/**
 * The API key of a request: `Authorization: Bearer|Splunk|Token KEY`, `ApiKey` with the key or with base64 of `id:KEY`
 * (Elasticsearch's form), `Basic` with the key as password (any user name) or as user name without a password, or the
 * headers `X-API-Key` and `X-Amz-Firehose-Access-Key`.
 * @returns null when there is none; an empty text when the header is there but holds no key
 */
export function readApiKey(header: HeaderReader): string | null {
  const direct = header('x-api-key')
  if (direct !== null) return direct.trim()
  const authorization = header('authorization')
  if (authorization === null) return header('x-amz-firehose-access-key')?.trim() ?? null
  const [, name = '', parameter = ''] = /^\s*(\S+)\s*(.*?)\s*$/.exec(authorization) ?? []
  const scheme = name.toLowerCase()
  if (KEY_SCHEMES.has(scheme)) return parameter
  if (scheme === 'basic') return basicKey(parameter)
  if (scheme === 'apikey') return elasticKey(parameter)
  return ''
}

function basicKey(encoded: string): string {
  const text = Buffer.from(encoded, 'base64').toString('utf8')
  const colon = text.indexOf(':')
  return colon < 0 ? '' : text.slice(colon + 1) || text.slice(0, colon)
}

/** Keys of our own hold an underscore, which base64 does not; others may be base64 of anything but readable text. */
function elasticKey(parameter: string): string {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(parameter)) return parameter
  const pair = /^[\x21-\x39\x3b-\x7e]*:([\x21-\x7e]+)$/.exec(
    Buffer.from(parameter, 'base64').toString('latin1'),
  )
  return pair?.[1] ?? parameter
}
