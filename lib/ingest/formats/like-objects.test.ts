import fc from 'fast-check'
import { expect, it } from 'vitest'
import { LikeObjects } from '@/lib/ingest/formats/like-objects'
import type { JsonValue } from '@/lib/ingest/json-value'

const key = fc.oneof(
  fc.string({ maxLength: 4 }),
  fc.constantFrom('__proto__', 'constructor', '0', '1', 'a', '"'),
)
const entries = fc.array(fc.tuple(key, fc.oneof(fc.integer(), fc.constant(null), fc.string())), {
  maxLength: 30,
})

it('makes what JSON.parse makes of the same entries, whatever came before', () => {
  const likes = new LikeObjects()
  fc.assert(
    fc.property(fc.array(entries, { maxLength: 4 }), (shapes) => {
      // Each shape comes again, with other values.
      for (const shape of [...shapes, ...shapes]) {
        const keys = shape.map(([name]) => name)
        const values: JsonValue[] = shape.map(([, value]) => value)
        const text = shape
          .map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`)
          .join(',')
        const made = likes.make(keys, values)
        expect(JSON.stringify(made)).toBe(JSON.stringify(JSON.parse(`{${text}}`)))
        expect(Object.getPrototypeOf(made)).toBe(Object.prototype)
        values.fill('changed')
      }
    }),
  )
})
