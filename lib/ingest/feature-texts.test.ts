import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DEFAULT_LIMITS } from '@/lib/domain/limits'
import { parseBatchAtOnce } from '@/lib/ingest/parse-batch'

const NOW_MS = 1_795_000_000_000

function parse(text: string) {
  return parseBatchAtOnce(Buffer.from(text), {
    model: 'm',
    nowMs: NOW_MS,
    oldestMs: 0,
    maxFutureMs: 0,
    limits: DEFAULT_LIMITS,
    idPrefix: () => '~',
    kind: 'records',
  })
}

/** Texts of the features of the records that were taken, in order. */
function textsOf(text: string): (string | undefined)[] {
  const { groups, featureTexts } = parse(text)
  return groups.flatMap(({ records }) => records.map(({ f }) => featureTexts.get(f)))
}

const name = fc.constantFrom('features', 'inputs', 'a', '}', '{', '"features":{', '\\', 'é', '__proto__')
const scalar = fc.oneof(name, fc.double({ noNaN: true }), fc.constantFrom(null, true, 'NaN', 1))
const features = fc.oneof(
  { weight: 8, arbitrary: fc.dictionary(name, scalar) },
  { weight: 1, arbitrary: fc.dictionary(name, fc.oneof(scalar, fc.dictionary(name, scalar))) },
)
const record = fc.record(
  {
    id: fc.constantFrom('r', '"features":{', 'features', '}'),
    features,
    inputs: features,
    tags: fc.dictionary(name, name),
    prediction: scalar,
    embedding: fc.constant([1, 2]),
  },
  { requiredKeys: ['id', 'features'] },
)

describe('texts of features', () => {
  it('are the features of the records, wherever they are known', () => {
    fc.assert(
      fc.property(
        fc.array(record, { minLength: 1, maxLength: 4 }),
        fc.constantFrom(undefined, 1),
        (list, indent) => {
          const { groups, featureTexts } = parse(JSON.stringify(list, null, indent))
          for (const { records } of groups) {
            for (const { f } of records) {
              const text = featureTexts.get(f)
              if (text !== undefined) expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(f)))
            }
          }
        },
      ),
      { numRuns: 2_000 },
    )
  })

  it('are known for plain records, as they came', () => {
    const text = '[{"id":"1","features": {"a":1.0, "b":"x"}},{"features":{"a":2},"id":"2","tags":{"t":"u"}}]'
    expect(textsOf(text)).toEqual(['{"a":1.0, "b":"x"}', '{"a":2}'])
    expect(textsOf('{"id":"1","inputs":{"a":1}}')).toEqual(['{"a":1}'])
  })

  it.each([
    ['a brace in a value', '{"id":"1","features":{"a":"}"}}'],
    ['the key a second time', '{"id":"1","features":{"a":1},"features":{"a":2}}'],
    ['the key as a value', '{"id":"features","features":{"a":1}}'],
    ['the key at the end of another', '{"id":"1","x\\"features":{"a":1},"features":{"b":2}}'],
    ['an object under a repeated name', '{"id":"1","features":{"a":{"b":1},"a":2}}'],
    ['nested features', '{"id":"1","features":{"a":{"b":1}}}'],
    ['a number that is none', '{"id":"1","features":{"a":"NaN"}}'],
    ['features of an embedding besides', '{"id":"1","features":{"a":1},"embedding":[1,2]}'],
    ['a flat log', '{"id":"1","a":1}'],
  ])('are not known with %s', (_, text) => {
    expect(textsOf(text)).toEqual([undefined])
  })
})
