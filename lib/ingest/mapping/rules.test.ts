import { describe, expect, it } from 'vitest'
import type { FieldRule } from '@/lib/domain/field-rule'
import type { ColumnProfile } from '@/lib/domain/profile'
import type { JsonObject } from '@/lib/ingest/json-value'
import { checkRules } from '@/lib/ingest/mapping/check-rules'
import { createCoarsen } from '@/lib/ingest/mapping/coarsen'
import { compileRules } from '@/lib/ingest/mapping/compile-rules'
import { hashValue } from '@/lib/ingest/mapping/treat'
import { buildGrid, locateCell } from '@/lib/stats/grid/grid'

const KEY = new Uint8Array(32).fill(7)
const EMAIL = 'ada@example.org'
const HASH = hashValue(KEY, EMAIL)

const rule = (path: string, treatment: FieldRule['treatment'], to: string | null = null): FieldRule => ({
  path,
  to,
  treatment,
})
const compile = (rules: FieldRule[], hashed?: ReadonlySet<string>) =>
  compileRules(rules, { revision: 1, key: KEY, coarsenOf: () => undefined, hashed })
const apply = (rules: FieldRule[], raw: JsonObject) => {
  const compiled = compile(rules)
  return compiled.rename(compiled.protect(raw))
}

describe('a rule for a field', () => {
  it.each<[string, FieldRule, JsonObject, JsonObject]>([
    [
      'drops a feature',
      rule('features.email', 'drop'),
      { features: { email: EMAIL, age: 3 } },
      { features: { age: 3 } },
    ],
    [
      'finds it under another name of the features',
      rule('features.email', 'drop'),
      { inputs: { email: EMAIL, age: 3 } },
      { inputs: { age: 3 } },
    ],
    ['finds it in a flat log', rule('features.email', 'drop'), { email: EMAIL, pred: 1 }, { pred: 1 }],
    [
      'finds a bare name inside the features',
      rule('email', 'drop'),
      { features: { email: EMAIL } },
      { features: {} },
    ],
    [
      'finds a nested feature',
      rule('features.user.email', 'drop'),
      { features: { user: { email: EMAIL, n: 1 } } },
      { features: { user: { n: 1 } } },
    ],
    [
      'finds a key that holds dots',
      rule('features.user.email', 'drop'),
      { features: { 'user.email': EMAIL, n: 1 } },
      { features: { n: 1 } },
    ],
    [
      'finds both where there are both',
      rule('features.user.email', 'redact'),
      { features: { 'user.email': EMAIL, user: { email: EMAIL } } },
      { features: { 'user.email': '[redacted]', user: { email: '[redacted]' } } },
    ],
    [
      'finds it in every row of a list',
      rule('features.email', 'redact'),
      { instances: [{ email: EMAIL }, { email: 'b' }] },
      { instances: [{ email: '[redacted]' }, { email: '[redacted]' }] },
    ],
    [
      'finds the third of a list of values',
      rule('features.f2', 'redact'),
      { inputs: ['a', 'b', EMAIL] },
      { inputs: ['a', 'b', '[redacted]'] },
    ],
    [
      'finds it in a list inside a list',
      rule('features.f0', 'drop'),
      { inputs: [[EMAIL, 'b']] },
      { inputs: [[null, 'b']] },
    ],
    [
      'finds a tensor by its name',
      rule('features.email', 'hash'),
      { inputs: [{ name: 'email', shape: [1], data: [EMAIL] }] },
      { inputs: [{ name: 'email', shape: [1], data: [HASH] }] },
    ],
    [
      'reaches everything in a group',
      rule('features.user', 'redact'),
      { features: { user: { email: EMAIL, tel: [1, null] } } },
      { features: { user: { email: '[redacted]', tel: ['[redacted]', null] } } },
    ],
    [
      'reaches all features',
      rule('features', 'hash'),
      { input: { email: EMAIL } },
      { input: { email: HASH } },
    ],
    [
      'hashes an id under any of its names',
      rule('prediction_id', 'hash'),
      { request_id: EMAIL, prediction: 1 },
      { request_id: HASH, prediction: 1 },
    ],
    [
      'leaves the id alone when a feature is called like it',
      rule('features.id', 'drop'),
      { id: 'p1', features: { id: 'x', a: 1 } },
      { id: 'p1', features: { a: 1 } },
    ],
    [
      'redacts a tag',
      rule('tags.user', 'redact'),
      { segments: { user: EMAIL, region: 'EU' } },
      { segments: { user: '[redacted]', region: 'EU' } },
    ],
    [
      'finds keys of the prototype',
      rule('features.__proto__', 'drop'),
      JSON.parse('{"features":{"__proto__":"x","a":1}}'),
      { features: { a: 1 } },
    ],
    [
      'hashes a number like its text',
      rule('features.n', 'hash'),
      { features: { n: 5 } },
      { features: { n: hashValue(KEY, '5') } },
    ],
    ['keeps null', rule('features.n', 'hash'), { features: { n: null } }, { features: { n: null } }],
    [
      'renames a feature',
      rule('features.amt', 'keep', 'features.amount'),
      { features: { amt: 3 } },
      { features: { amount: 3 } },
    ],
    [
      'moves a nested value to a field',
      rule('meta.req', 'keep', 'prediction_id'),
      { meta: { req: 'p1' }, features: { a: 1 } },
      { meta: {}, features: { a: 1 }, prediction_id: 'p1' },
    ],
    [
      'moves a field into the features',
      rule('score', 'keep', 'features.score'),
      { score: 7, features: { a: 1 } },
      { features: { a: 1, score: 7 } },
    ],
    [
      'gives a flat log features of their own where a name means a field',
      rule('raw_score', 'keep', 'features.score'),
      { raw_score: 7, a: 1, id: 'p1' },
      { id: 'p1', features: { a: 1, score: 7 } },
    ],
    [
      'moves what it hashed',
      rule('features.email', 'hash', 'features.who'),
      { features: { email: EMAIL } },
      { features: { who: HASH } },
    ],
    [
      'moves into a tag',
      rule('features.region', 'keep', 'tags.region'),
      { features: { region: 'EU', a: 1 } },
      { features: { a: 1 }, tags: { region: 'EU' } },
    ],
  ])('%s', (_what, one, raw, expected) => {
    const before = JSON.stringify(raw)
    expect(apply([one], raw)).toEqual(expected)
    expect(JSON.stringify(raw)).toBe(before)
  })

  it('returns a record that it does not touch itself', () => {
    const raw: JsonObject = { features: { a: 1 }, prediction: 1 }
    expect(apply([rule('features.email', 'hash'), rule('x', 'keep', 'features.y')], raw)).toBe(raw)
  })

  it('swaps two fields', () => {
    const rules = [rule('features.a', 'keep', 'features.b'), rule('features.b', 'keep', 'features.a')]
    expect(apply(rules, { features: { a: 1, b: 2 } })).toEqual({ features: { a: 2, b: 1 } })
  })

  it('does not hash a hash again', () => {
    const compiled = compile([rule('features.email', 'hash')], new Set(['features.email']))
    expect(compiled.protect({ features: { email: HASH } })).toEqual({ features: { email: HASH } })
  })

  it('redacts where there is no key to hash with', () => {
    const compiled = compileRules([rule('email', 'hash')], {
      revision: 1,
      key: null,
      coarsenOf: () => undefined,
    })
    expect(compiled.protect({ email: EMAIL })).toEqual({ email: '[redacted]' })
  })

  it('makes a feature coarse by its name, moved or not, and as a group', () => {
    const compiled = compile([rule('pay', 'coarse', 'features.salary'), rule('features.user', 'coarse')])
    const features = { salary: 52_341, 'user.name': 'Ada', 'user.age': 47, other: 52_341 }
    expect(compiled.coarsen(features, '1')).toEqual({
      salary: 52_000,
      'user.name': '***',
      'user.age': 47,
      other: 52_341,
    })
    expect(compiled.coarsen({ other: 1 }, '1')).toEqual({ other: 1 })
    expect(compiled.blur({ pay: 52_341 })).toEqual({ pay: 52_000 })
  })
})

describe('checkRules', () => {
  it('leaves out rules that do nothing', () => {
    expect(checkRules([{ path: ' a ' }, { path: 'b', treatment: 'drop' }])).toEqual([rule('b', 'drop')])
  })

  it.each<[string, unknown]>([
    ['no list', {}],
    ['an unknown treatment', [{ path: 'a', treatment: 'burn' }]],
    ['an empty name', [{ path: 'a..b', treatment: 'drop' }]],
    ['the model', [{ path: 'model_name', treatment: 'hash' }]],
    ['an envelope', [{ path: 'message.email', treatment: 'hash' }]],
    ['a coarse field that is no feature', [{ path: 'prediction_id', treatment: 'coarse' }]],
    ['a coarse feature that becomes a tag', [{ path: 'a', to: 'tags.a', treatment: 'coarse' }]],
    ['a place that there is not', [{ path: 'a', to: 'nowhere' }]],
    ['the model as a place', [{ path: 'a', to: 'model_id' }]],
    ['moving what is left out', [{ path: 'a', to: 'features.b', treatment: 'drop' }]],
    [
      'two rules for one field',
      [
        { path: 'features.a', treatment: 'drop' },
        { path: 'inputs.a', treatment: 'hash' },
      ],
    ],
    [
      'two fields that become one',
      [
        { path: 'a', to: 'features.c' },
        { path: 'b', to: 'features.c' },
      ],
    ],
    [
      'a field inside one that is moved',
      [
        { path: 'user', to: 'features.u' },
        { path: 'user.email', treatment: 'hash' },
      ],
    ],
    ['too many', Array.from({ length: 201 }, (_, i) => ({ path: `f${i}`, treatment: 'drop' }))],
  ])('refuses %s', (_what, rules) => {
    expect(() => checkRules(rules)).toThrow(expect.objectContaining({ code: 'invalid' }))
  })
})

describe('a coarse value', () => {
  const sample = Float64Array.from(
    { length: 5_000 },
    (_, i) => Math.sqrt(i) * 7 + (i % 9 === 0 ? 100 : 0),
  ).sort()
  const grid = buildGrid(sample)
  const column = {
    kind: 'numeric',
    type: 'number',
    grid: { edges: [...grid.edges], heavy: [...grid.heavy].flatMap((flag, i) => (flag ? [i] : [])) },
    expectations: [{ kind: 'range', min: -50, max: 700 }],
  } as unknown as ColumnProfile
  const coarsen = createCoarsen(column)

  it('lies in the same cell of the reference grid, and is the same for the whole cell', () => {
    const seen = new Map<number, unknown>()
    for (const value of sample) {
      const coarse = coarsen(value)
      const cell = locateCell(grid, value)
      expect(locateCell(grid, coarse as number)).toBe(cell)
      expect(coarse).toBe(seen.get(cell) ?? coarse)
      seen.set(cell, coarse)
    }
  })

  it.each([
    [-3.456, -3.5],
    [-49.9, -50],
    [-5_678, -5_700],
    [699.5, 700],
    [701.2, 710],
    [123_456, 130_000],
    [1e-300, coarsen(1e-300)],
  ])('stays on the same side of what is expected: %f becomes %f', (value, expected) => {
    expect(coarsen(value)).toBe(expected)
  })

  it('stays a whole number, shows known categories only, and keeps the length of texts', () => {
    const whole = createCoarsen({
      ...column,
      type: 'integer',
      grid: { ...column.grid, edges: [0, 10, 20], heavy: [] },
    } as unknown as ColumnProfile)
    expect(whole(13)).toBe(15)
    const region = createCoarsen({
      kind: 'categorical',
      categories: [{ label: 'EU', count: 3 }],
    } as unknown as ColumnProfile)
    expect([region('EU'), region('Atlantis'), region(null), region('')]).toEqual(['EU', '********', null, ''])
    expect(createCoarsen(undefined)(52_341)).toBe(52_000)
    expect(createCoarsen(undefined)(true)).toBe(true)
  })
})
