import { describe, expect, it } from 'vitest'
import type { FieldRule } from '@/lib/domain/field-rule'
import { createVeil } from '@/lib/queries/veil'

const rule = (path: string, treatment: FieldRule['treatment'], to: string | null = null): FieldRule => ({
  path,
  treatment,
  to,
})

describe('what pages show of stored records under the rules of today', () => {
  it.each<[string, FieldRule[], string, string | number | null, string | number | null]>([
    ['a field without a rule', [], 'email', 'a@b', 'a@b'],
    ['a dropped field', [rule('features.email', 'drop')], 'email', 'a@b', '[redacted]'],
    ['a number that is redacted', [rule('email', 'redact')], 'email', 7, '[redacted]'],
    ['what was never there', [rule('email', 'redact')], 'email', null, null],
    ['a hashed field that was stored before', [rule('email', 'hash')], 'email', 'a@b', '[redacted]'],
    ['a hash', [rule('email', 'hash')], 'email', 'hmac:00', 'hmac:00'],
    ['a coarse number', [rule('email', 'coarse')], 'email', 1234, 1200],
    ['a coarse text', [rule('email', 'coarse')], 'email', 'ab', '**'],
    ['a field inside a group', [rule('features.user', 'drop')], 'user.mail', 'a', '[redacted]'],
    ['another field that begins alike', [rule('features.user', 'drop')], 'username', 'a', 'a'],
    ['all features', [rule('features', 'redact')], 'x', 1, '[redacted]'],
    ['a field that is moved', [rule('payload.mail', 'redact', 'features.email')], 'email', 'a', '[redacted]'],
  ])('%s', (_name, rules, name, value, shown) => {
    expect(createVeil(rules).feature(name, value, null)).toBe(shown)
  })

  it('fields that are no features, by any of their names', () => {
    const veil = createVeil([rule('request_id', 'hash'), rule('prediction', 'redact')])
    expect([veil.field('id', 'r1'), veil.field('prediction', 'yes'), veil.field('score', 0.5)]).toEqual([
      '[redacted]',
      '[redacted]',
      0.5,
    ])
    expect([veil.hides('x'), createVeil([rule('x', 'drop')]).hides('x')]).toEqual([false, true])
  })
})
