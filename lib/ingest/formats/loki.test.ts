import { describe, expect, it } from 'vitest'
import { AppError } from '@/lib/domain/errors'
import { parseLabels } from '@/lib/ingest/formats/loki'
import { readLokiJson } from '@/lib/ingest/formats/loki-json'
import { readLokiProtobuf } from '@/lib/ingest/formats/loki-protobuf'
import { encode, readWith, recordsOf } from '@/lib/ingest/formats/testing'
import { NOW_MS } from '@/lib/ingest/testing'

interface Stream {
  labels: Record<string, string>
  entries: (readonly [string] | readonly [string, Record<string, string>])[]
}

const AT_S = Math.floor(NOW_MS / 1_000) - 5

function asJson(streams: readonly Stream[]): Buffer {
  return Buffer.from(
    JSON.stringify({
      streams: streams.map(({ labels, entries }) => ({
        stream: labels,
        values: entries.map(([line, ...metadata]) => [`${AT_S}250000000`, line, ...metadata]),
      })),
    }),
  )
}

function asProtobuf(streams: readonly Stream[]): Buffer {
  return encode('PushRequest', {
    streams: streams.map(({ labels, entries }) => ({
      labels: `{${Object.entries(labels)
        .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
        .join(', ')}}`,
      hash: 7,
      entries: entries.map(([line, metadata = {}]) => ({
        timestamp: { seconds: AT_S, nanos: 250_000_000 },
        line,
        structuredMetadata: Object.entries(metadata).map(([name, value]) => ({ name, value })),
      })),
    })),
  })
}

const line = (id: string, more: object = {}) =>
  JSON.stringify({ id, features: { x: 1 }, prediction: 0, ...more })
const LABELS = { model: 'fraud', version: '3', namespace: 'ml "prod"' }

describe.each([
  ['JSON', readLokiJson, asJson],
  ['protobuf', readLokiProtobuf, asProtobuf],
] as const)('lines pushed to Loki as %s', (_form, read, write) => {
  it('are records; labels give model, version and tags, metadata what the line does not say', () => {
    const metadata = { trace_id: 't', shop: '7' }
    const body = write([{ labels: LABELS, entries: [[line('a')], [line('b', { version: '4' }), metadata]] }])
    expect(recordsOf(readWith(read, body))).toMatchObject([
      { model: 'fraud', version: '3', id: 'a', at: AT_S * 1_000 + 250, t: { namespace: 'ml "prod"' } },
      { model: 'fraud', version: '4', id: 'b', tr: 't', t: { namespace: 'ml "prod"', shop: '7' } },
    ])
  })

  it('have the service as model when nothing names one, and their own time and model before all', () => {
    const own = line('a', { model: 'own', time: NOW_MS - 1_000 })
    const body = write([{ labels: { job: 'j', service_name: 'svc' }, entries: [[line('b')], [own]] }])
    expect(recordsOf(readWith(read, body))).toMatchObject([
      { model: 'svc', id: 'b' },
      { model: 'own', id: 'a', at: NOW_MS - 1_000 },
    ])
  })

  it('are refused one by one when they are no records', () => {
    const entries: Stream['entries'] = [[line('a')], ['level=info msg=hello'], ['{"a":1'], [line('b')]]
    const batch = readWith(read, write([{ labels: LABELS, entries }]))
    expect(recordsOf(batch).map(({ id }) => id)).toEqual(['a', 'b'])
    expect(batch.refusals).toMatchObject([
      { index: 1, code: 'wrong_shape' },
      { index: 2, code: 'wrong_shape' },
    ])
  })

  it('are not read at all when the body is cut off anywhere', () => {
    const whole = write([{ labels: LABELS, entries: [[line('a')], [line('b'), { shop: '7' }]] }])
    for (let length = 1; length < whole.length; length++)
      expect(() => readWith(read, whole.subarray(0, length)), `${length} bytes`).toThrow(AppError)
  })

  it('may be none', () => {
    expect(readWith(read, write([])).total).toBe(0)
    expect(readWith(read, write([{ labels: LABELS, entries: [] }])).total).toBe(0)
  })
})

describe('a push that is none', () => {
  it.each([
    '',
    '{}',
    '{"streams":{}}',
    '{"streams":[1]}',
    '{"streams":[{"stream":{}}]}',
    '{"streams":[{"stream":5,"values":[]}]}',
    '{"streams":[{"stream":{},"values":[5]}]}',
    '{"streams":[{"stream":{},"values":[["x","{}"]]}]}',
    '{"streams":[{"stream":{},"values":[["1"]]}]}',
    '{"streams":[{"stream":{},"values":[],"values":[["1","{}"]]}]}',
  ])('is refused: %s', (body) => {
    expect(() => readWith(readLokiJson, body)).toThrow(AppError)
  })
})

describe('the labels of a stream', () => {
  it.each([
    ['{}', {}],
    ['{a="b"}', { a: 'b' }],
    [' { a = "b" , c="d\\"e\\\\f\\ng", } ', { a: 'b', c: 'd"e\\f\ng' }],
  ])('%s are read', (text, labels) => {
    expect(parseLabels(text)).toEqual(labels)
  })

  it.each(['', 'a="b"', '{a=b}', '{a="b" c="d"}', '{a="b}', '{="b"}'])('%j are refused', (text) => {
    expect(parseLabels(text)).toBeNull()
  })

  it('take no longer than they are long', () => {
    const startedAt = performance.now()
    parseLabels(`{a="${'\\'.repeat(1_000_001)}`)
    parseLabels(`{${'a="b",'.repeat(100_000)}x}`)
    parseLabels(`{${' '.repeat(200_000)}`)
    expect(performance.now() - startedAt).toBeLessThan(1_000)
  })
})
