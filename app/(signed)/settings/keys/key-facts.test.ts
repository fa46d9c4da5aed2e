import { expect, it } from 'vitest'
import { hasTwoKeys, keyState, quotaWords } from '@/app/(signed)/settings/keys/key-facts'
import type { KeyItem } from '@/lib/queries/keys'

const HOUR_MS = 3_600_000
const KEY: KeyItem = {
  id: 1,
  name: 'vector',
  scopes: ['ingest'],
  prefix: 'plb_abc',
  createdMs: 0,
  createdBy: 'ada',
  lastUsedMs: null,
  revokedMs: null,
  expiresMs: null,
  clientId: null,
  recordsPerSecond: null,
  bytesPerSecond: null,
}

it.each<[Partial<KeyItem>, string, boolean]>([
  [{}, 'Active', true],
  [{ revokedMs: 5 }, 'Revoked', false],
  [{ expiresMs: 90 * 60_000 }, 'Ends in 2 h', true],
  [{ expiresMs: 72 * HOUR_MS }, 'Ends in 3 days', true],
  [{ expiresMs: 0 }, 'Replaced', false],
])('says of a key with %j that it is %s', (change, word, isLive) => {
  expect(keyState({ ...KEY, ...change }, 0)).toEqual({ word, isLive })
})

it('says what a client may send', () => {
  expect(quotaWords(KEY)).toBe('–')
  expect(quotaWords({ ...KEY, recordsPerSecond: 2_000, bytesPerSecond: 51_200 })).toMatch(
    /^2.000 records\/s, 5\d(\.\d)? \w+\/s$/,
  )
  expect(quotaWords({ ...KEY, recordsPerSecond: 0.5 })).toBe('0.5 records/s')
})

it('counts the live keys of a client', () => {
  const successor = { ...KEY, id: 2, clientId: 1 }
  expect(hasTwoKeys(KEY, [KEY, successor], 0)).toBe(true)
  expect(hasTwoKeys(KEY, [KEY, { ...successor, revokedMs: 1 }], 0)).toBe(false)
  expect(hasTwoKeys(KEY, [KEY, { ...KEY, id: 3 }], 0)).toBe(false)
})
