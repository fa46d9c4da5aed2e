import { describe, expect, it } from 'vitest'
import { checkDestination, isBlockedAddress, parseAddressPolicy } from '@/lib/channels/address-policy'
import { isAppError } from '@/lib/domain/errors'

const PUBLIC = parseAddressPolicy([])

function verdict(url: string, allow: string[] = []): string {
  try {
    checkDestination(url, parseAddressPolicy(allow))
    return 'ok'
  } catch (error) {
    return isAppError(error) ? (error.details.reason ?? error.code) : String(error)
  }
}

describe('addresses that may be saved', () => {
  it.each<[string, string]>([
    ['https://hooks.example.com/T1/B2', 'ok'],
    ['http://hooks.example.com:8080/x', 'ok'],
    ['https://hooks.example.com:8443/', 'ok'],
    ['https://93.184.216.34/', 'ok'],
    ['https://[2606:2800:220:1::1]/', 'ok'],
    ['file:///etc/passwd', 'scheme_not_allowed'],
    ['gopher://example.com/', 'scheme_not_allowed'],
    ['ftp://example.com/', 'scheme_not_allowed'],
    ['data:text/plain,hi', 'scheme_not_allowed'],
    ['javascript:alert(1)', 'scheme_not_allowed'],
    ['unix:/var/run/docker.sock', 'scheme_not_allowed'],
    ['', 'invalid_url'],
    ['not a url', 'invalid_url'],
    ['https://', 'invalid_url'],
    [`https://example.com/${'a'.repeat(10_000)}`, 'invalid_url'],
    ['https://example.com:99999/', 'invalid_url'],
    ['https://user:pass@example.com/', 'credentials_in_url'],
    ['https://user@example.com/', 'credentials_in_url'],
    ['http://127.0.0.1/', 'address_blocked'],
    ['http://127.1/', 'address_blocked'],
    ['http://2130706433/', 'address_blocked'],
    ['http://0x7f.1/', 'address_blocked'],
    ['http://0177.0.0.1/', 'address_blocked'],
    ['http://①②⑦.⓪.⓪.①/', 'address_blocked'],
    ['http://127。0。0。1/', 'address_blocked'],
    ['http://0.0.0.0/', 'address_blocked'],
    ['http://0/', 'address_blocked'],
    ['http://[::1]/', 'address_blocked'],
    ['http://[::]/', 'address_blocked'],
    ['http://[::ffff:127.0.0.1]/', 'address_blocked'],
    ['http://[::ffff:10.0.0.1]/', 'address_blocked'],
    ['http://[::127.0.0.1]/', 'address_blocked'],
    ['http://[::ffff:0:127.0.0.1]/', 'address_blocked'],
    ['http://[64:ff9b::7f00:1]/', 'address_blocked'],
    ['http://[2002:7f00:1::]/', 'address_blocked'],
    ['http://[fe80::1]/', 'address_blocked'],
    ['http://[fd12::1]/', 'address_blocked'],
    ['http://10.1.2.3/', 'address_blocked'],
    ['http://172.16.0.1/', 'address_blocked'],
    ['http://192.168.1.1/', 'address_blocked'],
    ['http://100.64.0.1/', 'address_blocked'],
    ['http://198.18.0.1/', 'address_blocked'],
    ['http://224.0.0.1/', 'address_blocked'],
    ['http://255.255.255.255/', 'address_blocked'],
    ['http://192.0.2.1/', 'address_blocked'],
    ['http://169.254.169.254/latest/meta-data', 'address_blocked'],
    ['http://168.63.129.16/machine?comp=goalstate', 'address_blocked'],
    ['http://metadata.google.internal/', 'address_blocked'],
    ['http://METADATA.google.internal./', 'address_blocked'],
    ['http://localhost/', 'address_blocked'],
    ['http://foo.localhost/', 'address_blocked'],
    ['http://example.com:22/', 'port_not_allowed'],
    ['http://example.com:25/', 'port_not_allowed'],
    ['http://example.com:6379/', 'port_not_allowed'],
    ['http://example.com:3000/', 'port_not_allowed'],
    ['http://example.com:0/', 'port_not_allowed'],
    ['https://evil.example#@good.example/', 'ok'],
    ['https://exa mple.com/', 'invalid_url'],
    ['https://example.com /', 'invalid_url'],
    ['http://127.0.0.1\\@example.com/', 'address_blocked'],
    ['http:\\\\127.0.0.1/', 'address_blocked'],
    ['http://127.0.0\t.1/', 'address_blocked'],
    ['http://127.0.0\r\n.1/', 'address_blocked'],
    ['http://example.com/\r\nHost: 127.0.0.1', 'ok'],
  ])('%s → %s', (url, expected) => {
    expect(verdict(url)).toBe(expected)
  })

  it('opens what the operator allows, by host, address or range, on any port', () => {
    expect(verdict('http://alertmanager.internal:3000/', ['alertmanager.internal'])).toBe('ok')
    expect(verdict('http://10.2.3.4:9999/', ['10.0.0.0/8'])).toBe('ok')
    expect(verdict('http://127.0.0.1:4567/', ['127.0.0.1'])).toBe('ok')
    expect(verdict('http://localhost:4567/', ['127.0.0.0/8'])).toBe('ok')
    expect(verdict('http://[::1]:4567/', ['::1'])).toBe('ok')
    expect(verdict('http://11.2.3.4:9999/', ['10.0.0.0/8'])).toBe('port_not_allowed')
  })

  it('keeps cloud metadata closed whatever is allowed', () => {
    const everything = ['0.0.0.0/0', '::/0', 'metadata.google.internal']
    for (const host of [
      '169.254.169.254',
      '100.100.100.200',
      '192.0.0.192',
      '[fd00:ec2::254]',
      '[fd20:ce::254]',
      'metadata.google.internal',
      '[::ffff:169.254.169.254]',
    ]) {
      expect(verdict(`http://${host}/`, everything)).toBe('address_blocked')
    }
  })

  it('shows a look-alike name in its true form', () => {
    expect(checkDestination('https://еxample.com/', PUBLIC).host).toBe('xn--xample-2of.com')
  })

  it('refuses a list entry it cannot read', () => {
    expect(() => parseAddressPolicy(['10.0.0.0/99'])).toThrow('PLUMBLINE_OUTBOUND_ALLOW')
    expect(() => parseAddressPolicy(['http://x/'])).toThrow('PLUMBLINE_OUTBOUND_ALLOW')
  })

  it('treats text that is no address as blocked', () => {
    expect(isBlockedAddress('nonsense', PUBLIC, true)).toBe(true)
  })
})
