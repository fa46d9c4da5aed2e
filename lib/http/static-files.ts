/**
 * Owns the built files of the pages (`/_next/static/…`): compressed once and kept, because Next would compress them
 * anew for every visitor. Their names carry a hash, so they never change while a build is served.
 */
import { readFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import path from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'

const PREFIX = '/_next/static/'
/** Letters, digits and the few marks of built names; no dot before a slash, so no way out of the folder. */
const SAFE_NAME = /^(?:[\w~-]+\/)*[\w~.-]*[\w~-]\.(js|css|svg|woff2)$/

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  js: 'application/javascript; charset=UTF-8',
  css: 'text/css; charset=UTF-8',
  svg: 'image/svg+xml',
  woff2: 'font/woff2',
}

type Encoding = 'br' | 'gzip' | 'identity'

const ENCODERS: Readonly<Record<Encoding, (bytes: Buffer) => Promise<Buffer>>> = {
  br: (bytes) => promisify(brotliCompress)(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }),
  gzip: (bytes) => promisify(gzip)(bytes, { level: 9 }),
  identity: async (bytes) => bytes,
}

/**
 * @param folder `.next/static` of the build that is served
 * @returns a function that answers the request and says true, or says false when it is not for such a file
 */
export function createStaticFiles(
  folder: string,
): (request: IncomingMessage, response: ServerResponse) => Promise<boolean> {
  const kept = new Map<string, Promise<Buffer>>()

  return async (request, response) => {
    const name = nameOf(request.url ?? '')
    if (name === null) return false
    const encoding = encodingFor(String(request.headers['accept-encoding'] ?? ''))
    const key = `${encoding} ${name}`
    const body = kept.get(key) ?? readFile(path.join(folder, name)).then(ENCODERS[encoding])
    kept.set(key, body)
    try {
      const bytes = await body
      response.writeHead(200, {
        'content-type': CONTENT_TYPES[name.slice(name.lastIndexOf('.') + 1)] ?? 'application/octet-stream',
        'content-length': bytes.length,
        'cache-control': 'public, max-age=31536000, immutable',
        'x-content-type-options': 'nosniff',
        vary: 'accept-encoding',
        ...(encoding === 'identity' ? {} : { 'content-encoding': encoding }),
      })
      response.end(request.method === 'HEAD' ? undefined : bytes)
      return true
    } catch {
      // No such file: Next says so in its own way. What is not there is not remembered.
      kept.delete(key)
      return false
    }
  }
}

function nameOf(url: string): string | null {
  if (!url.startsWith(PREFIX)) return null
  const name = url.slice(PREFIX.length).split('?')[0] ?? ''
  return SAFE_NAME.test(name) && !name.includes('..') ? name : null
}

function encodingFor(accepted: string): Encoding {
  const offered = accepted.split(',').map((part) => part.split(';')[0]?.trim())
  if (offered.includes('br')) return 'br'
  return offered.includes('gzip') ? 'gzip' : 'identity'
}
