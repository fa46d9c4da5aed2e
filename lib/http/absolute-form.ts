/** Owns request targets in absolute form (RFC 9112, 3.2.2): `POST http://host/path`, as senders behind a proxy write them. */
import type { IncomingMessage } from 'node:http'

const ABSOLUTE = /^https?:\/\/([^/?#]*)([^#]*)/i
const SLASH = 0x2f

/**
 * Makes a target in absolute form the one in origin form; its host then stands for the header `Host`, as the standard
 * demands. All other targets stay as they are, for the price of a look at their first character.
 */
export function takeOriginForm(request: Pick<IncomingMessage, 'url' | 'headers'>): void {
  const { url } = request
  if (url === undefined || url.charCodeAt(0) === SLASH) return
  const [, host, path = ''] = ABSOLUTE.exec(url) ?? []
  if (host === undefined) return
  request.url = path.startsWith('/') ? path : `/${path}`
  request.headers.host = host
}
