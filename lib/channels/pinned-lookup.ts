/** Owns name resolution for outbound calls: every answer is checked, and only checked ones are connected to. */
import { type LookupAddress, lookup } from 'node:dns'
import type { LookupFunction } from 'node:net'
import { type AddressPolicy, blocked, isAllowed, isBlockedAddress } from '@/lib/channels/address-policy'

/** All addresses of a name; the system's resolver unless a test brings its own. */
export type ResolveAll = (host: string) => Promise<LookupAddress[]>

export const resolveBySystem: ResolveAll = (host) =>
  new Promise((resolve, reject) => {
    lookup(host, { all: true }, (error, addresses) => (error ? reject(error) : resolve(addresses)))
  })

/**
 * A `lookup` for `http.request`. Fails with AppError `address_blocked` when any answer is blocked: a name that
 * answers with a public and a private address is not trusted at all. Since the socket connects to exactly what was
 * checked, a name cannot change its mind in between (DNS rebinding).
 */
export function pinnedLookup(
  policy: AddressPolicy,
  resolveAll: ResolveAll = resolveBySystem,
): LookupFunction {
  return (host, options, callback) => {
    resolveAll(host)
      .then((addresses) => {
        const hostAllowed = isAllowed(host, policy)
        const first = addresses[0]
        if (!first || addresses.some(({ address }) => isBlockedAddress(address, policy, hostAllowed)))
          throw blocked(host)
        if (options.all) callback(null, addresses)
        else callback(null, first.address, first.family)
      })
      .catch((error: Error) => callback(error, '', 4))
  }
}
