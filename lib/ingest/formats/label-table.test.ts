import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readLabelTable } from '@/lib/ingest/formats/label-table'
import { readWith } from '@/lib/ingest/formats/testing'
import { NOW_MS } from '@/lib/ingest/testing'

const read = (text: string) => readWith(readLabelTable, text, { kind: 'labels', model: null })
const labels = (text: string) => read(text).labels

describe('a table of labels', () => {
  it('has a label in each row, by the names of its columns', () => {
    const at = Math.floor(NOW_MS / 1_000) - 60
    const text = `prediction_id,label,timestamp,model\r\n007,yes,${at},fraud\r\np2,0.5,2026-11-21T11:00:00Z,fraud\r\n\r\np3,12,,shop`
    expect(labels(text)).toEqual([
      {
        model: 'fraud',
        labels: [
          { id: '007', y: 'yes', at: at * 1_000 },
          { id: 'p2', y: 0.5, at: NOW_MS - 3_600_000 },
        ],
      },
      { model: 'shop', labels: [{ id: 'p3', y: 12, at: NOW_MS }] },
    ])
  })

  it.each([
    ['semicolons', 'model;id;actual\nm;a;1\n'],
    ['tabs', 'model\tid\tactual\nm\ta\t1'],
    ['bars', 'model|id|actual\rm|a|1\r'],
    ['quotes', '"model","id","actual"\n"m","a",1\n'],
    ['JSON under its type', '{"model":"m","id":"a","actual":1}'],
  ])('may be written with %s', (_how, text) => {
    expect(labels(text)).toMatchObject([{ model: 'm', labels: [{ id: 'a', y: 1 }] }])
  })

  it.each([
    ['1', 1],
    ['-2.50', -2.5],
    ['1e3', 1000],
    ['True', true],
    ['false', false],
    ['01', '01'],
    ['+1', '+1'],
    ['0x10', '0x10'],
    ['"a, ""b""\nc"', 'a, "b"\nc'],
    ['yes', 'yes'],
  ])('has the value of JSON in %j', (cell, y) => {
    expect(labels(`model,id,actual\nm,1,${cell}\n`)).toMatchObject([{ labels: [{ id: '1', y }] }])
  })

  it('has rows refused by themselves, and the others live', () => {
    const batch = read('model,id,actual\nm,a,1\nm,b\nm,c,\nm,d,1,2\nm,e,2\n')
    expect(batch.labels).toMatchObject([{ labels: [{ id: 'a' }, { id: 'e' }] }])
    expect(batch.refusals).toMatchObject([
      { index: 1, code: 'wrong_shape', raw: 'm,b', message: 'The row has 2 fields, and the header 3.' },
      { index: 2, code: 'missing_field', predictionId: 'c' },
      { index: 3, code: 'wrong_shape' },
    ])
  })

  it.each([
    ['nothing', '', 'must name its columns'],
    ['no header', 'p1,yes\np2,no\n', 'must name its columns'],
    ['a column twice', 'model,id,actual,id\nm,1,2,3', 'stands twice'],
    ['an open quote', 'model,id,actual\nm,1,"x\nm,2,y\n', 'opens on line 2 is never closed'],
    ['a quote out of place', 'model,id,actual\nm,1,"x"y\n', 'Line 2 has a quote'],
    ['more columns than a table has', `id,${','.repeat(10_000)}\n`, 'must name its columns'],
  ])('is refused whole where it has %s', (_what, text, message) => {
    expect(() => read(text)).toThrow(
      expect.objectContaining({
        code: 'invalid',
        message: expect.stringContaining(message),
        details: { reason: 'undecodable' },
      }),
    )
  })

  it('may hold as many rows as a request, each as large as a record', () => {
    expect(() => read(`model,id,actual\n${'m,1,1\n'.repeat(50_001)}`)).toThrow(
      expect.objectContaining({ code: 'too_large' }),
    )
    expect(
      read(`model,id,actual\nm,${'x'.repeat(1_100_000)},1\nm,a,${','.repeat(2_000_000)}\n`).refusals,
    ).toMatchObject([{ code: 'record_too_large' }, { code: 'record_too_large' }])
  })

  it('holds any text in quotes', () => {
    const text = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
      .filter((it) => !/\p{Cc}/u.test(it))
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 5 }), (values) => {
        const quoted = values.map((value, i) => `m,${i},"x${value.replaceAll('"', '""')}"`)
        const found = labels(`model,id,actual\n${quoted.join('\n')}`)
        expect(found[0]?.labels.map(({ y }) => y)).toEqual(values.map((value) => `x${value}`))
      }),
      { numRuns: 100 },
    )
  })
})
