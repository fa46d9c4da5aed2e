/** Owns which host names requests may carry: a page of another site must not reach us under a name of its own (DNS rebinding). */
import { isIP } from 'node:net'
import type { Settings } from '@/lib/runtime/settings'

/**
 * A check of the `Host` header: localhost names, the bind address, the host of PLUMBLINE_URL, PLUMBLINE_ALLOWED_HOSTS,
 * and any IP address (it cannot be rebound). A request without the header (HTTP/1.0) passes.
 */
export function allowedHosts(
  settings: Pick<Settings, 'bind' | 'url' | 'allowedHosts'>,
): (host: string | undefined) => boolean {
  const names = new Set(['localhost', settings.bind.toLowerCase(), ...settings.allowedHosts])
  if (settings.url) names.add(new URL(settings.url).hostname)
  /** Most clients use one name, request after request. */
  let lastAllowed: string | undefined
  const isAllowed = (host: string) => {
    const [, name = ''] = /^(\[[^\]]*\]|[^:]*)(?::\d{1,5})?$/.exec(host.toLowerCase()) ?? []
    const bare = name.replace(/^\[|\]$/g, '')
    return bare !== '' && (isIP(bare) !== 0 || names.has(bare) || bare.endsWith('.localhost'))
  }
  return (host) => {
    if (host === undefined || host === lastAllowed) return true
    if (!isAllowed(host)) return false
    lastAllowed = host
    return true
  }
}
