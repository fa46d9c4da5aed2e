import { describe, expect, it } from 'vitest'
import { createRawReader, readHecEvents } from '@/lib/ingest/formats/hec'
import { readWith, recordsOf } from '@/lib/ingest/formats/testing'
import { NOW_MS } from '@/lib/ingest/testing'

const event = (event: unknown, around: object = {}) =>
  JSON.stringify({ time: NOW_MS / 1_000 - 5, host: 'h', source: 'fraud', sourcetype: 'ml', event, ...around })
const record = (id: string) => ({ id, features: { x: 1 }, prediction: 0 })

describe("events of Splunk's collector", () => {
  it('are records glued together, one a line, in a list, or as text', () => {
    for (const body of [
      event(record('a')) + event(record('b')),
      `${event(record('a'))}\r\n\n${event(record('b'))}\n`,
      `[${event(record('a'))}, ${event(record('b'))}]`,
      event(JSON.stringify(record('a'))) + event(record('b')),
    ]) {
      expect(recordsOf(readWith(readHecEvents, body))).toMatchObject([
        { model: 'fraud', id: 'a', at: NOW_MS - 5_000, f: { x: 1 }, p: 0 },
        { model: 'fraud', id: 'b' },
      ])
    }
  })

  it('take model and version from their fields, and tags; the event itself comes first', () => {
    const fields = { model: 'other', version: '3', region: 'EU', trace_id: 't' }
    expect(
      recordsOf(readWith(readHecEvents, event({ ...record('a'), trace_id: 'own' }, { fields }))),
    ).toMatchObject([{ model: 'other', version: '3', t: { region: 'EU' }, tr: 'own' }])
    const own = { ...record('a'), model: 'own', timestamp: NOW_MS - 1_000, tags: { region: 'US' } }
    expect(recordsOf(readWith(readHecEvents, event(own, { fields })))).toMatchObject([
      { model: 'own', at: NOW_MS - 1_000, t: { region: 'US' } },
    ])
  })

  it('may have a time that is text', () => {
    const body = event(record('a'), { time: String((NOW_MS - 1_500) / 1_000) })
    expect(recordsOf(readWith(readHecEvents, body))[0]?.at).toBe(NOW_MS - 1_500)
  })

  it('are refused one by one', () => {
    const deep = `${'['.repeat(50)}${']'.repeat(50)}`
    const body = [
      event(record('a')),
      event('plain text'),
      '{"source":"fraud"}',
      event(''),
      '5',
      `{"event":${deep}}`,
      '{"event":{"a" 1}}',
      event('x'.repeat(1_100_000)),
      event(record('b')),
    ].join('\n')
    const batch = readWith(readHecEvents, body)
    expect(batch.refusals.map(({ index, code }) => [index, code])).toEqual([
      [1, 'wrong_shape'],
      [2, 'missing_field'],
      [3, 'missing_field'],
      [4, 'wrong_shape'],
      [5, 'too_deep'],
      [6, 'malformed_json'],
      [7, 'record_too_large'],
    ])
    expect(batch.groups[0]?.indexes).toEqual([0, 8])
  })

  it.each(['', ' \n', '{"event":', '{"event":"a'])('are none when the body is %j', (body) => {
    expect(() => readWith(readHecEvents, body)).toThrow(expect.objectContaining({ code: 'invalid' }))
  })
})

describe("raw lines of Splunk's collector", () => {
  it('are records of the source, each line by itself', () => {
    const body = `${JSON.stringify(record('a'))}\n\nnot json\n${JSON.stringify({ ...record('b'), model: 'own' })}`
    const batch = readWith(createRawReader('fraud'), body)
    expect(recordsOf(batch)).toMatchObject([
      { model: 'fraud', id: 'a' },
      { model: 'own', id: 'b' },
    ])
    expect(batch.refusals).toMatchObject([{ index: 1, code: 'malformed_json' }])
  })
})
