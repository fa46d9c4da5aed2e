import { describe, expect, it } from 'vitest'
import { readOutcomes } from '@/lib/ingest/formats/payload-outcomes'
import { nameRow, readRows } from '@/lib/ingest/formats/payload-rows'
import type { JsonValue } from '@/lib/ingest/json-value'
import { NOW_MS, parse } from '@/lib/ingest/testing'

/** Features of every row, named as a model without a profile names them. */
function features(payload: JsonValue, names: readonly string[] | null = null) {
  const rows = readRows(payload)
  return rows === null || typeof rows === 'string'
    ? rows
    : rows.rows.map((row) => nameRow(row, rows.prefix, names))
}

const tensor = (name: string, shape: JsonValue, data: JsonValue[], datatype = 'FP32', more = {}) => ({
  name,
  shape,
  datatype,
  data,
  ...more,
})

describe('the rows of a request', () => {
  it.each<[string, JsonValue, unknown]>([
    [
      'V1, lists',
      {
        instances: [
          [6.8, 2.8],
          [5, 3],
        ],
      },
      [
        { f0: 6.8, f1: 2.8 },
        { f0: 5, f1: 3 },
      ],
    ],
    ['V1, objects', { instances: [{ a: 1 }, { a: 2 }] }, [{ a: 1 }, { a: 2 }]],
    ['V1, single values', { instances: ['a text', 2] }, [{ f0: 'a text' }, { f0: 2 }]],
    [
      'V1 by column',
      { inputs: { a: [1, 2], b: ['x', 'y'] } },
      [
        { a: 1, b: 'x' },
        { a: 2, b: 'y' },
      ],
    ],
    ['V1 as text', '{"instances":[[1]]}', [{ f0: 1 }]],
    [
      'V2, a column each (MLServer, content type pd)',
      { inputs: [tensor('age', [2, 1], [30, 40]), tensor('sex', [2], ['f', 'm'], 'BYTES')] },
      [
        { age: 30, sex: 'f' },
        { age: 40, sex: 'm' },
      ],
    ],
    [
      'V2, one tensor of rows',
      { inputs: [tensor('input-0', [2, 2], [1, 2, 3, 4])] },
      [
        { 'input-0_0': 1, 'input-0_1': 2 },
        { 'input-0_0': 3, 'input-0_1': 4 },
      ],
    ],
    [
      'V2, nested data',
      {
        inputs: [
          tensor(
            'x',
            [2, 2],
            [
              [1, 2],
              [3, 4],
            ],
          ),
        ],
      },
      [
        { x_0: 1, x_1: 2 },
        { x_0: 3, x_1: 4 },
      ],
    ],
    [
      'V2, an image: shape and length alone',
      { inputs: [tensor('image', [1, 2, 2], [2, 2, 2, 2]), tensor('age', [1], [9])] },
      [{ 'image.shape': '2x2', 'image.norm': 4, age: 9 }],
    ],
    [
      'V2, texts in base64',
      { inputs: [tensor('t', [1], ['Z3LDvG4='], 'BYTES', { parameters: { content_type: 'base64' } })] },
      [{ t: 'grün' }],
    ],
    ['V2 without a row', { inputs: [tensor('x', [0, 2], [])] }, []],
    [
      'MLflow, split',
      { dataframe_split: { columns: ['a', 'b'], data: [[1, 2]], index: [0] } },
      [{ a: 1, b: 2 }],
    ],
    ['MLflow, records', { dataframe_records: [{ a: 1 }] }, [{ a: 1 }]],
    ['pandas, split', { columns: ['a'], data: [[1], [2]], index: [0, 1] }, [{ a: 1 }, { a: 2 }]],
    ['Seldon, ndarray', { data: { names: ['a', 'b'], ndarray: [[1, 2]] } }, [{ a: 1, b: 2 }]],
    [
      'Seldon, tensor',
      { data: { names: ['a'], tensor: { shape: [2, 1], values: [1, 2] } } },
      [{ a: 1 }, { a: 2 }],
    ],
    ['a list in a row', { instances: [{ a: 1, v: [3, 4] }] }, [{ a: 1, 'v.shape': '2', 'v.norm': 5 }]],
    [
      'names that are also those of objects',
      { instances: [JSON.parse('{"__proto__":1}')] },
      [JSON.parse('{"__proto__":1}')],
    ],
    ['no payload', { amount: 3 }, null],
    ['a text', 'hello', null],
    ['a number', 7, null],
    ['half a JSON', '{"instances":', null],
  ])('are read from %s', (_name, payload, expected) => {
    expect(features(payload)).toEqual(expected)
  })

  it('carry the names of the model’s features where there are as many', () => {
    expect(features({ instances: [[1, 2]] }, ['age', 'income'])).toEqual([{ age: 1, income: 2 }])
    expect(features({ inputs: [tensor('x', [1, 2], [1, 2])] }, ['age', 'income'])).toEqual([
      { age: 1, income: 2 },
    ])
    expect(features({ instances: [[1, 2]] }, ['age'])).toEqual([{ f0: 1, f1: 2 }])
  })

  it.each<[string, JsonValue]>([
    ['a shape that does not fit', { inputs: [tensor('x', [3, 2], [1, 2, 3])] }],
    ['rows without values, however many', { inputs: [tensor('x', [1e9, 0], [])] }],
    ['a shape that is none', { inputs: [tensor('x', [-1], [])] }],
    ['a tensor without a shape', { inputs: [{ name: 'x', datatype: 'FP32', data: [1, 2] }] }],
    ['a shape that is no list', { inputs: [tensor('x', 2, [1, 2])] }],
    ['tensors of which one is none', { inputs: [tensor('x', [1], [1]), { name: 'y', data: [1] }] }],
    ['tensors of different length', { inputs: [tensor('x', [1], [1]), tensor('y', [2], [1, 2])] }],
    ['columns of different length', { inputs: { a: [1], b: [1, 2] } }],
    ['rows without a value for each column', { dataframe_split: { columns: ['a', 'b'], data: [[1]] } }],
  ])('are not guessed from %s', (_name, payload) => {
    expect(readRows(payload)).toEqual(expect.any(String))
  })
})

describe('a record whose tensor has no shape', () => {
  it('is refused in words, and none of its keys becomes a feature', () => {
    const shapeless = { name: 'x', datatype: 'FP32', data: [1, 2] }
    for (const inputs of [[shapeless], [tensor('y', [1], [1]), shapeless], [shapeless, shapeless]]) {
      const batch = parse(JSON.stringify({ id: 'a', inputs, prediction: 1 }))
      expect(batch.groups).toEqual([])
      expect(batch.refusals).toMatchObject([
        { code: 'unsupported_value', message: expect.stringContaining('each needs a shape') },
      ])
    }
  })

  it('is told from a row of features that are lists', () => {
    const row = { name: 'x', datatype: 'round', data: [3, 4] }
    expect(features({ instances: [row] })).toEqual([
      { name: 'x', datatype: 'round', 'data.shape': '2', 'data.norm': 5 },
    ])
  })
})

describe('the outcomes of an answer', () => {
  it.each<[string, JsonValue, unknown]>([
    ['V1', { predictions: [1, 'no'] }, [{ prediction: 1 }, { prediction: 'no' }]],
    ['V1, lists of one', { predictions: [[0.5], [0.7]] }, [{ prediction: 0.5 }, { prediction: 0.7 }]],
    [
      'scores of all classes',
      { predictions: [[0.1, 0.7, 0.2]] },
      [{ prediction: 1, scores: { 0: 0.1, 1: 0.7, 2: 0.2 } }],
    ],
    [
      'values that are no scores',
      { predictions: [[3, 4]] },
      [{ features: { prediction_0: 3, prediction_1: 4 } }],
    ],
    [
      'a label with its score',
      { predictions: [{ label: 'x', score: 0.9 }] },
      [{ prediction: { label: 'x', score: 0.9 } }],
    ],
    ['V2', { outputs: [tensor('y', [2], [7, 8], 'INT64')] }, [{ prediction: 7 }, { prediction: 8 }]],
    [
      'V2 with scores (MLServer)',
      { outputs: [tensor('predict', [1], [1]), tensor('predict_proba', [1, 2], [0.2, 0.8])] },
      [{ prediction: 1, scores: { 0: 0.2, 1: 0.8 } }],
    ],
    [
      'V2 with more',
      { outputs: [tensor('label', [1], ['a']), tensor('depth', [1, 1], [3])] },
      [{ prediction: 'a', features: { 'outputs.depth': 3 } }],
    ],
    [
      'V2, a picture',
      { outputs: [tensor('mask', [1, 2, 2], [1, 1, 1, 1])] },
      [{ features: { 'prediction.shape': '2x2', 'prediction.norm': 2 } }],
    ],
    [
      'Seldon with names',
      { data: { names: ['no', 'yes'], ndarray: [[0.4, 0.6]] } },
      [{ prediction: 'yes', scores: { no: 0.4, yes: 0.6 } }],
    ],
    ['JSON as text', '{"predictions":[2]}', [{ prediction: 2 }]],
    ['nothing', { ok: true }, null],
  ])('are read from %s', (_name, payload, expected) => {
    expect(readOutcomes(payload)).toEqual(expected)
  })
})

describe('records of several rows', () => {
  const NAMES = { featureNames: (model: string) => (model === 'm' ? ['age', 'income'] : null) }
  const read = (body: unknown, rules = {}) => {
    const batch = parse(JSON.stringify(body), rules)
    return {
      records: batch.groups.flatMap(({ records }) => records.map(({ id, f, p }) => ({ id, f, p }))),
      refusals: batch.refusals.map(({ index, code }) => ({ index, code })),
    }
  }

  it('come from a row of a payload table as Databricks writes it', () => {
    const request = JSON.stringify({
      dataframe_split: {
        columns: ['age', 'income'],
        data: [
          [1, 2],
          [3, 4],
        ],
      },
    })
    const response = JSON.stringify({ predictions: ['a', 'b'] })
    const row = { databricks_request_id: 'd1', status_code: 200, execution_time_ms: 7, request, response }
    expect(read(row).records).toEqual([
      { id: 'd1#0', f: { age: 1, income: 2 }, p: 'a' },
      { id: 'd1#1', f: { age: 3, income: 4 }, p: 'b' },
    ])
  })

  it('were made at the instant that the row of a table tells, not on the day beside it', () => {
    const atMs = NOW_MS - 90_000
    const date = new Date(atMs).toISOString().slice(0, 10)
    const row = {
      client_request_id: 'c',
      date,
      timestamp_ms: atMs,
      request: '{"inputs":[[1]]}',
      response: '[1]',
    }
    expect(parse(JSON.stringify(row)).groups[0]?.records[0]?.at).toBe(atMs)
  })

  it('come from several rows as whylogs sends them, and from a payload in a line of a log', () => {
    const multiple = { columns: ['a'], data: [[1], [2]] }
    expect(read({ datasetId: 'd', multiple }).records.map(({ f }) => f)).toEqual([{ a: 1 }, { a: 2 }])
    expect(read({ datasetId: 'd', single: { a: 7 } }).records.map(({ f }) => f)).toEqual([{ a: 7 }])
    const log = JSON.stringify({ prediction_id: 'k', instances: [[1], [2]], predictions: [0, 1] })
    expect(read({ log, stream: 'stdout' }).records.map(({ id }) => id)).toEqual(['k#0', 'k#1'])
  })

  it('have the names of the active profile, also where there is only one row', () => {
    expect(read({ id: 'x', instances: [[1, 2]] }, NAMES).records[0]?.f).toEqual({ age: 1, income: 2 })
    expect(read({ id: 'x', features: [1, 2] }, NAMES).records[0]?.f).toEqual({ age: 1, income: 2 })
    expect(
      read(
        {
          id: 'x',
          instances: [
            [1, 2],
            [3, 4],
          ],
        },
        NAMES,
      ).records[1]?.f,
    ).toEqual({ age: 3, income: 4 })
    expect(read({ id: 'x', instances: [[1, 2, 3]] }, NAMES).records[0]?.f).toEqual({ f0: 1, f1: 2, f2: 3 })
  })

  it('share the position of what they came in, have ids of their own, and are refused one by one', () => {
    const body = [
      { instances: [[1], ['\u0000'], [3]] },
      { features: { a: 1 } },
      { instances: [[1], [2]], predictions: [1] },
    ]
    expect(read(body)).toEqual({
      records: [
        { id: '~x#0.0', f: { f0: 1 }, p: undefined },
        { id: '~x#0.2', f: { f0: 3 }, p: undefined },
        { id: '~x#1', f: { a: 1 }, p: undefined },
      ],
      refusals: [
        { index: 0, code: 'control_char' },
        { index: 2, code: 'unsupported_value' },
      ],
    })
  })
})

describe('a line of a log that is no prediction', () => {
  it.each([
    { log: 'Starting server on :8080\n', stream: 'stdout', time: '2026-11-21T11:00:00Z' },
    {
      message: 'GET /healthz 200',
      host: 'a',
      source_type: 'file',
      file: '/var/log/x',
      timestamp: '2026-11-21T11:00:00Z',
    },
    { MESSAGE: 'oops', PROGRAM: 'app', HOST: 'h', PRIORITY: 'err', _PID: '1' },
  ])('is refused: %j', (record) => {
    expect(parse(JSON.stringify(record)).refusals[0]).toMatchObject({ code: 'missing_field' })
  })

  it('is opened through several envelopes, and after the cookie of syslog', () => {
    const inner = JSON.stringify({ prediction_id: 'p', prediction: 1 })
    const body = {
      message: JSON.stringify({ log: `@cee: ${inner}`, time: '2026-11-21T11:00:00Z' }),
      host: 'h',
    }
    const [group] = parse(JSON.stringify(body)).groups
    expect(group?.records[0]).toMatchObject({ id: 'p', p: 1, at: Date.UTC(2026, 10, 21, 11), f: {} })
  })
})
