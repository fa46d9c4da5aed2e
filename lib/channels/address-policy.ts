/** Owns which addresses outbound messages may reach. Knows IP ranges; resolves nothing itself. */
import { BlockList, isIP, isIPv4, isIPv6 } from 'node:net'
import { AppError } from '@/lib/domain/errors'

/** Ports open to every public destination: web, its usual alternates, and Alertmanager. */
const PUBLIC_PORTS: ReadonlySet<number> = new Set([80, 443, 8080, 8443, 9093])
const MAX_URL_LENGTH = 2_000
const SETTING = 'PLUMBLINE_OUTBOUND_ALLOW'

/** IANA special-purpose registries: nothing in them is a public receiver. */
const PRIVATE_RANGES: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
  ['::', 128],
  ['::1', 128],
  // Ranges that carry an IPv4 address inside (translation and tunnels) could smuggle a private one.
  ['::', 96],
  ['::ffff:0:0:0', 96],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['2002::', 16],
  ['2001::', 23],
  ['100::', 64],
  ['2001:db8::', 32],
  ['3fff::', 20],
  ['5f00::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
]

/** Addresses that hand out cloud credentials: never reachable, whatever is allowed. */
const METADATA_ADDRESSES = [
  '169.254.169.254',
  '169.254.170.2',
  '169.254.170.23',
  '100.100.100.200',
  '168.63.129.16',
  '192.0.0.192',
  'fd00:ec2::254',
  'fd00:ec2::23',
  'fd20:ce::254',
]
const METADATA_HOSTS: ReadonlySet<string> = new Set([
  'metadata.google.internal',
  'metadata',
  'metadata.goog',
  'instance-data',
])

const PRIVATE = listOf(PRIVATE_RANGES)
const METADATA = listOf(METADATA_ADDRESSES.map((address) => [address, isIPv4(address) ? 32 : 128]))

/** What the operator allows beyond public addresses. */
export interface AddressPolicy {
  readonly hosts: ReadonlySet<string>
  readonly ranges: BlockList
}

/**
 * The policy of a list like `['alertmanager.internal', '10.0.0.0/8', '127.0.0.1']`.
 * @throws AppError `invalid` naming the entry that is neither a host name nor an address range
 */
export function parseAddressPolicy(allow: readonly string[]): AddressPolicy {
  const hosts = new Set<string>()
  const ranges: [string, number][] = []
  for (const entry of allow) {
    const [address = '', bits] = entry.split('/')
    const family = isIP(address)
    const widest = family === 4 ? 32 : 128
    if (family !== 0) {
      const prefix = bits === undefined ? widest : Number(bits)
      if (!Number.isInteger(prefix) || prefix < 0 || prefix > widest) throw wrongEntry(entry)
      ranges.push([address, prefix])
    } else if (bits === undefined && /^[a-z0-9._-]{1,253}$/i.test(entry)) {
      hosts.add(plainHost(entry))
    } else throw wrongEntry(entry)
  }
  return { hosts, ranges: listOf(ranges) }
}

/**
 * The parsed address of a destination that may be saved and called.
 * @throws AppError `invalid` with `details.reason`: `invalid_url`, `scheme_not_allowed`, `credentials_in_url`,
 *   `port_not_allowed` or `address_blocked`
 */
export function checkDestination(text: string, policy: AddressPolicy): URL {
  const url = text.length <= MAX_URL_LENGTH && URL.canParse(text) ? new URL(text) : null
  if (!url) throw refuse('invalid_url', 'That is not a web address.')
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw refuse('scheme_not_allowed', 'Only http and https addresses can be called.')
  }
  if (url.hostname === '') throw refuse('invalid_url', 'The address names no host.')
  if (url.username !== '' || url.password !== '') {
    throw refuse(
      'credentials_in_url',
      'Leave user name and password out of the address; messages are signed instead.',
    )
  }
  const host = plainHost(url.hostname)
  const isBlocked =
    isIP(host) !== 0 ? isBlockedAddress(host, policy, false) : isLocal(host) && !isAllowed(host, policy)
  if (METADATA_HOSTS.has(host) || isBlocked) throw blocked(host)
  const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80))
  if (!PUBLIC_PORTS.has(port) && !isAllowed(host, policy)) {
    throw refuse(
      'port_not_allowed',
      `Port ${port} is not open to outbound messages. Allow the host in ${SETTING}.`,
    )
  }
  return url
}

/**
 * Whether an address a name resolved to must not be called.
 * @param hostAllowed the name itself is on the operator's list
 */
export function isBlockedAddress(address: string, policy: AddressPolicy, hostAllowed: boolean): boolean {
  const plain = unmapped(address)
  const family = isIPv4(plain) ? 'ipv4' : isIPv6(plain) ? 'ipv6' : null
  if (!family || METADATA.check(plain, family)) return true
  return PRIVATE.check(plain, family) && !hostAllowed && !policy.ranges.check(plain, family)
}

/** Whether the operator named this host, or allowed the range its literal address lies in. */
export function isAllowed(host: string, policy: AddressPolicy): boolean {
  const plain = plainHost(host)
  if (policy.hosts.has(plain)) return true
  const address = isLocal(plain) ? '127.0.0.1' : unmapped(plain)
  if (isIP(address) === 0) return false
  return policy.ranges.check(address, isIPv4(address) ? 'ipv4' : 'ipv6')
}

/** Whether a name is one under which clouds hand out credentials. */
export function isMetadataHost(host: string): boolean {
  return METADATA_HOSTS.has(plainHost(host))
}

/** Error for a blocked address, with the setting that would allow it. */
export function blocked(host: string): AppError {
  const why = `${host} is not a public address. If it is yours, allow it in ${SETTING} (cloud metadata stays blocked).`
  return refuse('address_blocked', why)
}

function isLocal(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost')
}

/** Host without brackets, trailing dot and capitals. */
function plainHost(host: string): string {
  return host
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '')
    .toLowerCase()
}

/** The IPv4 address inside an IPv4-mapped one (`::ffff:7f00:1`), else the address itself. */
function unmapped(address: string): string {
  const host = plainHost(address)
  const dotted = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(host)?.[1]
  if (dotted) return dotted
  const hex = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(host)
  if (!hex) return host
  const [high, low] = [Number.parseInt(hex[1] ?? '', 16), Number.parseInt(hex[2] ?? '', 16)]
  return [high >> 8, high & 255, low >> 8, low & 255].join('.')
}

function listOf(ranges: readonly (readonly [string, number])[]): BlockList {
  const list = new BlockList()
  for (const [address, prefix] of ranges) list.addSubnet(address, prefix, isIPv4(address) ? 'ipv4' : 'ipv6')
  return list
}

function wrongEntry(entry: string): AppError {
  return new AppError(
    'invalid',
    `${SETTING} has an entry that is neither a host name nor an address range: ${entry}`,
  )
}

function refuse(reason: string, message: string): AppError {
  return new AppError('invalid', message, { reason, field: 'url' })
}
