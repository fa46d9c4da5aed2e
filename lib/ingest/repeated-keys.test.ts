import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { JsonObject } from '@/lib/ingest/json-value'
import { repeatedKeys, repeatedKeysIn } from '@/lib/ingest/repeated-keys'

const find = (text: string) => repeatedKeys(text, JSON.parse(text) as JsonObject)

describe('keys that stand twice', () => {
  it.each<[string, string[]]>([
    ['{"a":1,"a":2}', ['a']],
    ['{"features":{"a":1,"b":{"a":2,"a":3}},"features":{}}', ['features.b.a', 'features']],
    ['{"a":1,"\\u0061":2}', ['a']],
    ['{"a\\\\":1,"a\\\\":2}', ['a\\']],
    ['{"x":[{"y":1,"y":1}],"x":1}', ['x.y', 'x']],
    ['{"__proto__":1,"__proto__":2}', ['__proto__']],
    ['{"a" :1,"a"\n:2}', ['a']],
    ['{"a":":","b":"x :"}', []],
    ['{ "a" : "a", "b" : [ "a", ":" ], "c\\"" : ":{" }', []],
    ['{"a":{"a":{"a":1}}}', []],
    ['{}', []],
  ])('in %s are %j', (text, keys) => {
    expect(find(text)).toEqual(keys)
  })

  it('are looked for in the one object only, wherever it begins', () => {
    const text = '[{"a":1},{"a":2,"a":3}]'
    expect(repeatedKeysIn(text, 1)).toEqual([])
    expect(repeatedKeysIn(text, 9)).toEqual(['a'])
  })

  it('are named up to ten', () => {
    const keys = Array.from({ length: 30 }, (_, i) => `{"k${i}":1,"k${i}":2}`)
    expect(repeatedKeysIn(`{"a":[${keys.join(',')}]}`, 0)).toHaveLength(10)
  })

  it('are never seen in what JSON.stringify writes', () => {
    const object = fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue({ depthSize: 'medium' }))
    fc.assert(
      fc.property(object, fc.constantFrom(undefined, 1), (value, indent) => {
        const text = JSON.stringify(value, null, indent)
        expect(find(text)).toEqual([])
        expect(repeatedKeysIn(text, 0)).toEqual([])
      }),
      { numRuns: 500 },
    )
  })

  it('are seen wherever one more is put into an object', () => {
    const object = fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1 })
    fc.assert(
      fc.property(object, (value) => {
        const [key] = Object.keys(value)
        const text = `{${JSON.stringify(key)}:0,${JSON.stringify(value).slice(1)}`
        expect(find(text)).toContain(key)
      }),
    )
  })
})
