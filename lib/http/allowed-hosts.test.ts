import { describe, expect, it } from 'vitest'
import { allowedHosts } from '@/lib/http/allowed-hosts'

const isAllowed = allowedHosts({
  bind: '127.0.0.1',
  url: 'https://plumb.example:8443',
  allowedHosts: ['monitor.internal'],
})

describe('allowedHosts', () => {
  it.each([
    'localhost',
    'LOCALHOST:3000',
    '127.0.0.1:3000',
    '192.168.1.7',
    '[::1]:3000',
    'plumb.example:8443',
    'monitor.internal:80',
    'app.localhost:3000',
    undefined,
  ])('lets %s pass', (host) => {
    expect(isAllowed(host)).toBe(true)
  })

  it.each([
    '',
    'evil.example',
    'localhost.evil.example',
    'plumb.example.evil',
    '127.0.0.1.evil',
    'a:b:c',
    '[::1',
    'x:1:2',
  ])('refuses "%s"', (host) => {
    expect(isAllowed(host)).toBe(false)
  })
})
