import { ExtData, ExtensionCodec, encode } from '@msgpack/msgpack'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DEFAULT_LIMITS } from '@/lib/domain/limits'
import { readMsgpack } from '@/lib/ingest/formats/msgpack'
import { MsgpackReader } from '@/lib/ingest/formats/msgpack-values'
import { parseBatch } from '@/lib/ingest/parse-batch'
import { NOW_MS } from '@/lib/ingest/testing'

const AT_S = NOW_MS / 1_000 - 60

/** Fluentd's EventTime: seconds and nanoseconds, big endian, as extension 0. */
function eventTime(seconds: number, nanos: number): ExtData {
  const bytes = Buffer.alloc(8)
  bytes.writeUInt32BE(seconds, 0)
  bytes.writeUInt32BE(nanos, 4)
  return new ExtData(0, bytes)
}

const pack = (...values: unknown[]) =>
  Buffer.concat(values.map((value) => encode(value, { extensionCodec: new ExtensionCodec() })))

function read(bytes: Uint8Array, limits = {}) {
  const all = { ...DEFAULT_LIMITS, ...limits }
  const rules = {
    kind: 'records',
    model: 'm',
    nowMs: NOW_MS,
    oldestMs: 0,
    maxFutureMs: 0,
    limits: all,
  } as const
  const steps = parseBatch(Buffer.from(bytes), { ...rules, idPrefix: () => '~' }, readMsgpack)
  let step = steps.next()
  while (!step.done) step = steps.next()
  const { groups, refusals } = step.value
  return {
    records: groups.flatMap(({ records }) => records.map(({ id, at, f }) => ({ id, at, f }))),
    codes: refusals.map(({ code }) => code),
  }
}

const record = (id: string) => ({ prediction_id: id, features: { a: 1.5, region: 'EÜ' } })
const expected = (id: string, at = AT_S * 1_000 + 250) => ({ id, at, f: { a: 1.5, region: 'EÜ' } })

describe('readMsgpack', () => {
  it.each<[string, Buffer]>([
    [
      'Fluent Bit 5: [[EventTime, metadata], record]',
      pack([[eventTime(AT_S, 250e6), {}], record('a')], [[eventTime(AT_S, 250e6), {}], record('b')]),
    ],
    [
      'Fluent Bit 1: [EventTime, record]',
      pack([eventTime(AT_S, 250e6), record('a')], [eventTime(AT_S, 250e6), record('b')]),
    ],
    ['seconds as a number', pack([AT_S + 0.25, record('a')], [AT_S + 0.25, record('b')])],
    [
      'forward mode: [tag, [[time, record], …]]',
      pack([
        'app.log',
        [
          [eventTime(AT_S, 250e6), record('a')],
          [eventTime(AT_S, 250e6), record('b')],
        ],
        { chunk: 'x' },
      ]),
    ],
    [
      'message mode: [tag, time, record]',
      pack(['app', eventTime(AT_S, 250e6), record('a')], ['app', eventTime(AT_S, 250e6), record('b'), {}]),
    ],
    [
      'a list of entries',
      pack([
        [eventTime(AT_S, 250e6), record('a')],
        [eventTime(AT_S, 250e6), record('b')],
      ]),
    ],
  ])('takes %s', (_form, bytes) => {
    expect(read(bytes)).toEqual({ records: [expected('a'), expected('b')], codes: [] })
  })

  it('takes bare records as Fluentd’s formatter writes them, and lines in them', () => {
    const log = { log: `${JSON.stringify(record('b'))}\n`, container_name: 'x' }
    expect(read(pack(record('a'), log)).records).toEqual([expected('a', NOW_MS), expected('b', NOW_MS)])
  })

  it('lets the time of the record itself win', () => {
    const own = { ...record('a'), timestamp: AT_S }
    expect(read(pack([[eventTime(AT_S - 9, 0), {}], own])).records).toEqual([expected('a', AT_S * 1_000)])
  })

  it('refuses what is no record by itself', () => {
    const deep = { a: { b: { c: { d: 1 } } } }
    expect(
      read(pack(record('a'), 7, 'text', [AT_S, 'text'], deep, record('b')), { maxDepth: 3 }),
    ).toMatchObject({
      records: [{ id: 'a' }, { id: 'b' }],
      codes: ['wrong_shape', 'wrong_shape', 'wrong_shape', 'wrong_shape', 'too_deep'],
    })
    const garbled = Buffer.concat([pack(record('a')), Buffer.from('81a2ff61a178', 'hex'), pack(record('b'))])
    expect(read(garbled)).toMatchObject({ records: [{ id: 'a' }, { id: 'b' }], codes: ['invalid_unicode'] })
    expect(read(Buffer.from('81a95f5f70726f746f5f5f01', 'hex')).records[0]?.f).toEqual(
      JSON.parse('{"__proto__":1}'),
    )
  })

  it('refuses a body that is cut off at any byte, whole', () => {
    const bytes = pack([[eventTime(AT_S, 0), {}], record('a')])
    for (let length = 1; length < bytes.length; length++)
      expect(() => read(bytes.subarray(0, length))).toThrow(expect.objectContaining({ code: 'invalid' }))
  })

  it.each([
    ['a list of four billion', 'ddffffffff'],
    ['a map of four billion', 'dfffffffff'],
    ['a text of four billion', 'dbffffffff'],
    ['lists in lists', '91'.repeat(100_000)],
    ['the byte that means nothing', 'c1'],
  ])('takes no memory for %s', (_what, hex) => {
    expect(() => read(Buffer.from(hex, 'hex'))).toThrow(expect.objectContaining({ code: 'invalid' }))
  })

  it('refuses more records than a request may hold', () => {
    expect(() => read(pack(...Array.from({ length: 11 }, () => record('a'))), { maxRecords: 10 })).toThrow(
      expect.objectContaining({ code: 'too_large' }),
    )
  })

  it('decodes whatever JSON can hold as the library that made it', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
        const plain = JSON.parse(JSON.stringify(value))
        expect(new MsgpackReader(Buffer.from(encode(plain))).next()).toEqual(plain)
      }),
      { numRuns: 300 },
    )
  })

  it('refuses one record of a list by itself: for its bytes, or for its size', () => {
    const bad = Buffer.from(pack(record('b')).toString('latin1').replace('\xc3\x9c', '\xff\xfe'), 'latin1')
    const list = Buffer.concat([Buffer.from([0x93]), pack(record('a')), bad, pack(record('c'))])
    const taken = read(list)
    expect(taken.codes).toEqual(['invalid_unicode'])
    expect(taken.records.map(({ id }) => id)).toEqual(['a', 'c'])
    const long = { ...record('b'), features: { text: 'x'.repeat(500) } }
    const entries = pack(['tag', [record('a'), long, record('c')].map((entry) => [AT_S, entry])])
    const short = read(entries, { maxRecordBytes: 400 })
    expect(short.codes).toEqual(['record_too_large'])
    expect(short.records.map(({ id }) => id)).toEqual(['a', 'c'])
  })

  it('takes nothing of a message whose entries are packed, nor its options for a record', () => {
    const packed = pack(['tag', pack([AT_S, record('a')]), { size: 1, prediction: 1 }])
    expect(read(packed)).toEqual({ records: [], codes: ['wrong_shape'] })
  })
})
