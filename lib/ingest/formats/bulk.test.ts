import { describe, expect, it } from 'vitest'
import { DEFAULT_LIMITS } from '@/lib/domain/limits'
import { createBulkReader, modelOfIndex } from '@/lib/ingest/formats/bulk'
import { readWith, recordsOf } from '@/lib/ingest/formats/testing'
import { NOW_MS } from '@/lib/ingest/testing'

const lines = (...values: (object | string)[]) =>
  values.map((value) => `${typeof value === 'string' ? value : JSON.stringify(value)}\n`).join('')

function readBulk(body: string, index: string | null = null) {
  const { read, items } = createBulkReader(index)
  return { batch: readWith(read, body), items }
}

describe('the index of a bulk action', () => {
  it.each([
    ['fraud', 'fraud'],
    ['vector-2026.11.21', 'vector'],
    ['logstash-2026.11.21-000001', 'logstash'],
    ['fraud-2026-11', 'fraud'],
    ['fraud_2026.w47', 'fraud'],
    ['.ds-logs-fraud-default-2026.11.21-000004', 'logs-fraud-default'],
    ['fraud-v2', 'fraud-v2'],
    ['fraud-202611', 'fraud-202611'],
    ['model-2026', 'model-2026'],
  ])('%s stands for the model %s', (index, model) => {
    expect(modelOfIndex(index)).toBe(model)
  })
})

describe('a bulk request', () => {
  it('stores index, create and update, and refuses to delete', () => {
    const { batch, items } = readBulk(
      lines(
        { index: { _index: 'fraud-2026.11.21', _id: 'a' } },
        { features: { x: 1 }, prediction: 0 },
        { create: { _index: 'fraud' } },
        { prediction_id: 'b', features: { x: 2 }, prediction: 1 },
        { delete: { _index: 'fraud', _id: 'a' } },
        { update: { _index: 'fraud', _id: 'a' } },
        { doc: { actual: 1 }, doc_as_upsert: true },
        { index: { _index: 'fraud', op_type: 'create' } },
        { model: 'own', id: 7, prediction: 1 },
      ),
    )
    expect(recordsOf(batch)).toMatchObject([
      { model: 'fraud', id: 'a', f: { x: 1 }, p: 0 },
      { model: 'fraud', id: 'b', f: { x: 2 }, p: 1 },
      { model: 'own', id: '7', p: 1 },
    ])
    expect(batch.labels).toMatchObject([{ model: 'fraud', labels: [{ id: 'a', y: 1 }] }])
    expect(batch.refusals).toMatchObject([{ index: 2, code: 'invalid_value' }])
    expect(items.map(({ action }) => action)).toEqual(['index', 'create', 'delete', 'update', 'create'])
    expect(items[0]).toEqual({ action: 'index', index: 'fraud-2026.11.21', id: 'a' })
  })

  it('reads actions that are alike but for their ids, and those that are not', () => {
    const ids = ['a', 'b-1', 'c"d', 'x:y.z', '', 'é']
    const actions = ids.map((_id) => ({ create: { _index: 'fraud', _id } }))
    const odd = [
      '{"create":{"_index":"fraud","_id":"a","_id":"q"}}',
      '{"create":{"_index":"fraud","_id":"a"},"x":"a"}}',
    ]
    const plain = (i: number) => ({ prediction: i, features: { x: i } })
    const { items, batch } = readBulk(
      lines(...actions.flatMap((action, i) => [action, plain(i)]), odd[0] ?? '', plain(9)),
    )
    expect(items.map(({ id }) => id)).toEqual(['a', 'b-1', 'c"d', 'x:y.z', null, 'é', 'q'])
    expect(batch.groups[0]?.records[3]).toMatchObject({ id: 'x:y.z', p: 3, f: { x: 3 } })
    const [record] = batch.groups[0]?.records ?? []
    expect(record && batch.featureTexts.get(record.f as never)).toBe('{"x":0}')
    expect(() => readBulk(lines(actions[0] ?? '', plain(0), odd[1] ?? '', plain(1)))).toThrow(/Malformed/)
  })

  it('takes the index from the path, blank lines between actions, CRLF, and no newline at the end', () => {
    const body = `\n{"index":{}}\r\n{"id":"a","prediction":1}\r\n\n {"index":{"_index":"other"}}\n{"id":"b","prediction":"ja, größer"}`
    expect(recordsOf(readBulk(body, 'fraud').batch)).toMatchObject([
      { model: 'fraud', id: 'a' },
      { model: 'other', id: 'b', p: 'ja, größer' },
    ])
  })

  it('refuses each document that is none by itself', () => {
    const action = { index: { _index: 'fraud' } }
    const deep = `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`
    const { batch } = readBulk(
      lines(action, '{', action, '[]', action, '', action, { x: 'y'.repeat(1_100_000) }, action, deep) +
        lines({ update: { _index: 'fraud' } }, { script: 'x' }, action, { id: 'z', prediction: 1 }),
    )
    expect(batch.refusals.map(({ index, code }) => [index, code])).toEqual([
      [0, 'malformed_json'],
      [1, 'wrong_shape'],
      [2, 'malformed_json'],
      [3, 'record_too_large'],
      [4, 'too_deep'],
      [5, 'invalid_value'],
    ])
    expect(batch.groups[0]?.indexes).toEqual([6])
  })

  it('refuses texts that cannot be kept', () => {
    const action = { index: { _index: 'fraud' } }
    const named = (id: string, name: string) => ({ id, features: { [name]: 1 } })
    for (const document of [
      named('a', 'x\ny'),
      named('a', 'x\u007f'),
      named('a\u0000', 'x'),
      named('a', '\ud800'),
    ]) {
      const { batch } = readBulk(lines(action, document))
      expect(batch.refusals[0]?.code).toMatch(/^(control_char|invalid_unicode)$/)
    }
  })

  it.each([
    ['nothing', ''],
    ['no action', '{"id":"a","prediction":1}\n'],
    ['an unknown action', '{"upsert":{}}\n{}\n'],
    ['two actions in one', '{"index":{},"create":{}}\n{}\n'],
    ['an action without a document', '{"index":{"_index":"fraud"}}\n'],
    ['something else', 'hello\n'],
  ])('is refused as a whole when it holds %s', (_what, body) => {
    expect(() => readBulk(body)).toThrow(expect.objectContaining({ code: 'invalid' }))
  })

  it('may not hold more actions than a request may hold records', () => {
    const body = lines({ index: {} }, { id: 'a', prediction: 1 }).repeat(11)
    const limits = { ...DEFAULT_LIMITS, maxRecords: 10 }
    const { read } = createBulkReader('m')
    expect(() => readWith(read, body, { limits })).toThrow(expect.objectContaining({ code: 'too_large' }))
  })
})

describe('an event of a shipper', () => {
  const at = new Date(NOW_MS - 60_000).toISOString()
  const send = (event: object) => {
    const { batch } = readBulk(lines({ create: { _index: 'filebeat-8.19.2-2026.11.21' } }, event))
    return recordsOf(batch)[0]
  }

  it('is what Filebeat read: the JSON of the message, without what describes Filebeat', () => {
    const message = JSON.stringify({ model: 'fraud', id: 'a', features: { x: 1 }, prediction: 1 })
    const beat = {
      '@timestamp': at,
      message,
      input: { type: 'filestream' },
      agent: { type: 'filebeat', version: '8.19.2' },
      ecs: { version: '8.0.0' },
      host: { name: 'h' },
      log: { offset: 0, file: { path: '/var/log/p.log' } },
    }
    expect(send(beat)).toMatchObject({ model: 'fraud', id: 'a', at: NOW_MS - 60_000, f: { x: 1 } })
  })

  it('is what Filebeat took apart itself', () => {
    const beat = {
      '@timestamp': at,
      id: 'a',
      amount: 5,
      prediction: 1,
      ecs: {},
      input: { type: 'log' },
      agent: {},
    }
    expect(send(beat)).toMatchObject({ model: 'filebeat-8.19.2', id: 'a', f: { amount: 5 }, p: 1 })
  })

  it('is what Logstash made of a line', () => {
    const event = { '@timestamp': at, '@version': '1', event: { original: '{}' }, host: { name: 'h' } }
    const stash = { ...event, model: 'fraud', id: 'a', amount: 5, prediction: 1 }
    expect(send(stash)).toMatchObject({ model: 'fraud', id: 'a', f: { amount: 5 }, p: 1 })
  })

  it('keeps fields of the same names when it did not come from one', () => {
    expect(send({ id: 'a', prediction: 1, input: { amount: 5 } })).toMatchObject({ f: { amount: 5 } })
  })

  it('is answered once for each action, also where its body was read twice', () => {
    const { read, items } = createBulkReader('m')
    const body = lines({ index: { _id: 'a' } }, { features: [1, 2], prediction: 0 })
    readWith(read, body)
    readWith(read, body)
    expect(items).toEqual([{ action: 'index', index: 'm', id: 'a' }])
  })
})
