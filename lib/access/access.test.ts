import { describe, expect, it } from 'vitest'
import { readApiKey } from '@/lib/access/credentials'
import { requireCsrfToken } from '@/lib/access/csrf'
import { checkNewPassword, hashPassword, isPassword } from '@/lib/access/password'
import type { Principal } from '@/lib/access/principal'
import { hashSecret, isSameSecret, newApiKey, newClaimToken, newSessionToken } from '@/lib/access/secrets'
import {
  clearedSessionCookie,
  isSessionOver,
  readSessionToken,
  sessionCookie,
  startSession,
} from '@/lib/access/session'
import { createSignInThrottle } from '@/lib/access/sign-in-throttle'

const HOUR = 3_600_000
const USER = { id: 1, name: 'ada', role: 'admin', passwordHash: '', createdMs: 0 } as const
const PRINCIPAL: Principal = { kind: 'user', userId: 1, name: 'ada', role: 'admin', csrfToken: 'right' }
const reader = (headers: Record<string, string>) => (name: string) => headers[name] ?? null

describe('readApiKey', () => {
  it.each([
    ['Bearer', { authorization: 'Bearer plb_abc' }],
    ['lower-case bearer with spaces', { authorization: '  bearer   plb_abc ' }],
    ['ApiKey', { authorization: 'ApiKey plb_abc' }],
    ['Splunk', { authorization: 'Splunk plb_abc' }],
    ['X-API-Key', { 'x-api-key': 'plb_abc' }],
    ['Basic with any user', { authorization: `Basic ${btoa('anyone:plb_abc')}` }],
    ['Basic with the key as user', { authorization: `Basic ${btoa('plb_abc:')}` }],
    ['ApiKey with an id', { authorization: `ApiKey ${btoa('VuaCfGcBCdbkQm:plb_abc')}` }],
    ['ApiKey with an empty id', { authorization: `ApiKey ${btoa(':plb_abc')}` }],
    ['the header of Firehose', { 'x-amz-firehose-access-key': 'plb_abc' }],
  ])('finds the key in %s', (_form, headers) => {
    expect(readApiKey(reader(headers))).toBe('plb_abc')
  })

  it('takes a key that an operator chose for what it is, even where it could be base64', () => {
    for (const key of ['0123456789abcdef0123456789abcdef', 'YWJjZGVm', 'c2VjcmV0OjA=x'])
      expect(readApiKey(reader({ authorization: `ApiKey ${key}` }))).toBe(key)
  })

  it('tells no credentials from unusable ones', () => {
    expect(readApiKey(reader({}))).toBeNull()
    expect(readApiKey(reader({ authorization: 'Digest username="x"' }))).toBe('')
    expect(readApiKey(reader({ authorization: 'Basic !!!' }))).toBe('')
  })
})

describe('secrets', () => {
  it('are long, unlike each other, and recognisable by a short prefix', () => {
    const { secret, prefix } = newApiKey()
    expect(secret).toMatch(/^plb_[\w-]{32}$/)
    expect(prefix).toHaveLength(10)
    expect(secret.startsWith(prefix)).toBe(true)
    expect(newApiKey().secret).not.toBe(secret)
    expect(Buffer.from(newSessionToken(), 'base64url')).toHaveLength(32)
    expect(Buffer.from(newClaimToken(), 'base64url')).toHaveLength(16)
  })

  it('are compared whatever their length', () => {
    expect(isSameSecret('a', 'a')).toBe(true)
    expect(isSameSecret('a', 'ab')).toBe(false)
    expect(hashSecret('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
  })
})

describe('passwords', () => {
  it.each(['short', 'password1234', 'aaaaaaaaaaaaaaaa', 'x'.repeat(2_000)])('refuses %s', (password) => {
    expect(() => checkNewPassword(password)).toThrow(expect.objectContaining({ code: 'invalid' }))
  })

  it('recognises the right one only', async () => {
    const hash = await hashPassword('correct horse battery')
    expect(hash).toMatch(/^\$argon2id\$/)
    expect(await isPassword(hash, 'correct horse battery')).toBe(true)
    expect(await isPassword(hash, 'correct horse batterz')).toBe(false)
    expect(await isPassword('not a hash', 'correct horse battery')).toBe(false)
  })
})

describe('sessions', () => {
  it('end after 12 idle hours, and after 7 days in any case', () => {
    const { session } = startSession(USER, 0)
    expect(isSessionOver(session, 12 * HOUR - 1)).toBe(false)
    expect(isSessionOver(session, 12 * HOUR)).toBe(true)
    expect(isSessionOver({ ...session, lastSeenMs: 167 * HOUR }, 168 * HOUR - 1)).toBe(false)
    expect(isSessionOver({ ...session, lastSeenMs: 167 * HOUR }, 168 * HOUR)).toBe(true)
  })

  it('store the hash of the token, not the token', () => {
    const started = startSession(USER, 0)
    expect(JSON.stringify(started.session)).not.toContain(started.token)
    expect(started.session.tokenHash).toBe(hashSecret(started.token))
  })

  it('travel in a cookie bound to the host over https, and in a plain one on localhost', () => {
    const started = startSession(USER, 0)
    const secure = sessionCookie('https://x.example', started)
    expect(secure).toMatch(
      /^__Host-plumbline_session=.*; Path=\/; Max-Age=604800; HttpOnly; SameSite=Lax; Secure$/,
    )
    const plain = sessionCookie('http://localhost:3000', started)
    expect(plain).not.toContain('Secure')
    expect(readSessionToken('http://localhost:3000', `a=b; ${plain.split(';')[0]}; c=d`)).toBe(started.token)
    expect(readSessionToken('https://x.example', plain)).toBeNull()
    expect(clearedSessionCookie('https://x.example')).toContain('Max-Age=0')
  })
})

describe('requireCsrfToken', () => {
  const refuse = (headers: Record<string, string>, principal: Principal = PRINCIPAL, method = 'POST') => {
    return expect(() => requireCsrfToken(principal, method, reader(headers)))
  }

  it('lets the right token of our own origin pass, and reading without any', () => {
    refuse({ host: 'h:1', origin: 'http://h:1', 'x-csrf-token': 'right' }).not.toThrow()
    refuse({}, PRINCIPAL, 'GET').not.toThrow()
  })

  it('lets keys pass: no browser sends them by itself', () => {
    refuse({}, { kind: 'key', keyId: 1, name: 'k', scopes: ['admin'] }).not.toThrow()
  })

  it.each([
    ['no token', { host: 'h:1' }],
    ['a wrong token', { host: 'h:1', 'x-csrf-token': 'wrong' }],
    ['another origin', { host: 'h:1', origin: 'http://evil', 'x-csrf-token': 'right' }],
    ['an opaque origin', { host: 'h:1', origin: 'null', 'x-csrf-token': 'right' }],
    ['another site', { host: 'h:1', 'sec-fetch-site': 'cross-site', 'x-csrf-token': 'right' }],
  ])('refuses %s', (_what, headers) => {
    refuse(headers as Record<string, string>).toThrow(expect.objectContaining({ code: 'forbidden' }))
  })
})

describe('sign-in throttle', () => {
  it('lets people mistype, then makes them wait longer and longer, but never for ever', () => {
    const throttle = createSignInThrottle()
    for (let i = 0; i < 5; i++) {
      expect(throttle.waitMs('ada', '::1', 0)).toBe(0)
      throttle.failed('ada', '::1', 0)
    }
    expect(throttle.waitMs('Ada', '::1', 0)).toBe(1_000)
    throttle.failed('ada', '::1', 1_000)
    expect(throttle.waitMs('ada', '::1', 1_000)).toBe(2_000)
    for (let i = 0; i < 50; i++) throttle.failed('ada', '::1', 2_000)
    expect(throttle.waitMs('ada', '::1', 2_000)).toBe(60_000)
    expect(throttle.waitMs('ada', '::1', 2_000 + 900_001)).toBe(0)
  })

  it('forgives after a success and does not punish the same name elsewhere', () => {
    const throttle = createSignInThrottle()
    for (let i = 0; i < 6; i++) throttle.failed('ada', '::1', 0)
    expect(throttle.waitMs('ada', '10.0.0.1', 0)).toBe(0)
    throttle.succeeded('ada', '::1')
    expect(throttle.waitMs('ada', '::1', 0)).toBe(0)
  })

  it('brakes an address that tries many names', () => {
    const throttle = createSignInThrottle()
    for (let i = 0; i < 20; i++) throttle.failed(`name ${i}`, '::1', 0)
    expect(throttle.waitMs('fresh', '::1', 0)).toBe(1_000)
  })
})
