import { describe, expect, it } from 'vitest'
import { openGelf } from '@/lib/ingest/formats/gelf'
import type { JsonObject } from '@/lib/ingest/json-value'
import { insideOf } from '@/lib/ingest/mapping/inside-of'
import { NOW_MS, parse, readOne } from '@/lib/ingest/testing'

const SECONDS = NOW_MS / 1_000 - 60
const message = (more: JsonObject): JsonObject => ({
  version: '1.1',
  host: 'web-1',
  short_message: 'scored',
  timestamp: SECONDS,
  level: 6,
  ...more,
})

describe('a message of GELF', () => {
  it('is the record of its own fields, at its time, and has no version of a model', () => {
    const { record, model, version } = readOne(
      message({ _model: 'fraud', _prediction_id: 'a', _amount: 12.5, _region: 'EU', _prediction: 'yes' }),
      { model: null },
    )
    expect([model, version]).toEqual(['fraud', 'unversioned'])
    expect(record).toEqual({
      id: 'a',
      at: NOW_MS - 60_000,
      f: { amount: 12.5, region: 'EU' },
      p: 'yes',
    })
  })

  it('may name version and time of the record in fields of its own', () => {
    const { record, version } = readOne(
      message({ _model_version: '1.1', _ts: '2026-11-21T11:00:00Z', _prediction_id: 'a', _prediction: 1 }),
    )
    expect([version, record?.at]).toEqual(['1.1', NOW_MS - 3_600_000])
  })

  it('has its flattened maps put together again', () => {
    const { record } = readOne(
      message({
        _id: 'a',
        _features_amount: 12.5,
        _features_home_country: 'DE',
        _tags_shop: 'north',
        _note: 'x',
        _prediction: 1,
      }),
    )
    expect(record).toMatchObject({
      id: 'a',
      f: { amount: 12.5, home_country: 'DE' },
      t: { shop: 'north' },
      p: 1,
    })
  })

  it('is an envelope where its short message is JSON', () => {
    const inside = { prediction_id: 'a', model_version: '3', features: { x: 1 }, prediction: 2 }
    const sent = message({ short_message: JSON.stringify(inside), _model: 'fraud', _container: 'c' })
    const { record, model, version } = readOne(sent, { model: null })
    expect([model, version]).toEqual(['fraud', '3'])
    expect(record).toEqual({ id: 'a', at: NOW_MS - 60_000, f: { x: 1 }, p: 2 })
    expect(insideOf(sent, 8)).toEqual(inside)
  })

  it('is refused where it is the line of a log', () => {
    const nothing: JsonObject = {}
    for (const more of [nothing, { _file: 'main.c', _container_id: 'x' }])
      expect(readOne(message(more))).toMatchObject({ code: 'missing_field', field: 'message' })
  })

  it('is a label, an event or a sample where it is sent as one', () => {
    const about = { _model: 'fraud', _prediction_id: 'a' }
    const label = parse(JSON.stringify(message({ ...about, _actual: 'no' })), { kind: 'labels', model: null })
    expect(label.labels).toMatchObject([{ model: 'fraud', labels: [{ id: 'a', y: 'no' }] }])
    const event = parse(JSON.stringify(message({ ...about, _event: 'click' })), {
      kind: 'events',
      model: null,
    })
    expect(event.groups).toMatchObject([{ model: 'fraud' }])
    expect(event.refusals).toEqual([])
    const sample = parse(JSON.stringify(message({ _model: 'fraud', _load: 1.5 })), {
      kind: 'resources',
      model: null,
    })
    expect(sample.groups[0]?.records).toMatchObject([{ at: NOW_MS - 60_000, cpu: 1.5 }])
  })

  it('is not seen in a record of a model whose version is 1.1', () => {
    const records: JsonObject[] = [
      { version: '1.1', amount: 1, prediction: 1 },
      { version: '1.1', short_message: 'x', host: 'h', prediction: 1 },
      { version: '1.1', short_message: 5, host: 'h', prediction: 1 },
      { version: '1.0', short_message: 'x', host: 'h' },
    ]
    for (const record of records) expect(openGelf(record)).toBeNull()
    expect(readOne({ version: '1.1', amount: 1, prediction: 1 })).toMatchObject({
      version: '1.1',
      record: { f: { amount: 1 } },
    })
  })

  it('keeps names that would change an object', () => {
    const sent = JSON.parse('{"version":"1.1","short_message":"x","___proto__":1,"_features___proto__":2}')
    const opened = openGelf(sent)
    expect(Object.keys(opened ?? {})).toEqual(['__proto__', 'features', 'message'])
    expect(Object.keys(opened?.features ?? {})).toEqual(['__proto__'])
  })
})

describe("entries of Kafka's REST proxy", () => {
  const value = { prediction_id: 'a', features: { x: 1 }, prediction: 2 }
  const only = { id: 'a', f: { x: 1 }, p: 2 }

  it.each([
    ['a value', { value }],
    ['a value, and where it goes', { key: 'k', value, partition: 3 }],
    ['a value that is an envelope', { value: { message: JSON.stringify(value) } }],
  ])('are the records in them: %s', (_name, entry) => {
    const batch = parse(JSON.stringify({ records: [entry] }))
    expect(batch.refusals).toEqual([])
    expect(batch.groups[0]?.records).toMatchObject([only])
  })

  it('are kept without what is around them when they are refused', () => {
    const { refusals } = parse(JSON.stringify({ records: [{ value: { ...value, timestamp: 'x' } }] }))
    expect(refusals).toMatchObject([
      { code: 'invalid_timestamp', raw: JSON.stringify({ ...value, timestamp: 'x' }) },
    ])
  })

  it('are not seen in flat logs with a value', () => {
    const flat = { id: 'a', value: { x: 1 }, prediction: 2 }
    expect(parse(JSON.stringify({ records: [flat] })).groups[0]?.records).toMatchObject([
      { id: 'a', f: { 'value.x': 1 }, p: 2 },
    ])
    expect(readOne({ value: { x: 1 } }).record).toMatchObject({ f: { 'value.x': 1 } })
  })
})
