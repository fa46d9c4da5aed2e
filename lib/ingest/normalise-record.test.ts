import { describe, expect, it } from 'vitest'
import { NOW_MS, parse, readOne } from '@/lib/ingest/testing'

const AT = Date.UTC(2026, 10, 20, 9, 30)

describe('a canonical record', () => {
  it('is read from the documented names', () => {
    const { record, model, version } = readOne(
      {
        model_id: 'other',
        model_version: 7,
        prediction_id: 'p1',
        timestamp: '2026-11-20T09:30:00Z',
        features: { amount: 12.5, region: 'EU', vip: false, age: null },
        prediction: 'approve',
        prediction_score: 0.93,
        latency_ms: 41.5,
        status_code: 200,
        error: 'timeout',
        memory_bytes: 1_000,
        load: 0.4,
        tags: { tier: 'gold', n: 3 },
        trace_id: 't-1',
        environment: 'staging',
        weight: 2,
      },
      { model: null },
    )
    expect([model, version]).toEqual(['other', '7'])
    expect(record).toEqual({
      id: 'p1',
      at: AT,
      f: { amount: 12.5, region: 'EU', vip: false, age: null },
      p: 'approve',
      s: 0.93,
      l: 41.5,
      c: 200,
      e: 'timeout',
      m: 1_000,
      cpu: 0.4,
      t: { tier: 'gold', n: '3' },
      tr: 't-1',
      env: 'staging',
      w: 2,
    })
  })

  it.each([
    ['the first alias wins', { features: { a: 1 }, id: 'b', prediction_id: 'a' }, { id: 'a' }],
    [
      'an alias with null counts as absent',
      { features: { a: 1 }, prediction_id: null, id: 'b' },
      { id: 'b' },
    ],
    ['a whole number as id', { features: { a: 1 }, id: 17 }, { id: '17' }],
    ['inputs', { inputs: { a: 1 }, pred: 1 }, { f: { a: 1 }, p: 1 }],
    [
      'nested features joined with dots',
      { features: { a: { b: { c: 1 } }, d: 2 } },
      { f: { 'a.b.c': 1, d: 2 } },
    ],
    ['a list of features', { features: [5, 'x', null] }, { f: { f0: 5, f1: 'x', f2: null } }],
    ['one instance', { instances: [[1, 2]], predictions: [3] }, { f: { f0: 1, f1: 2 }, p: 3 }],
    [
      'a flat log',
      { amount: 3, user: { age: 4 }, score: 0.5, ts: AT },
      { f: { amount: 3, 'user.age': 4 }, s: 0.5 },
    ],
    ['text that calls itself input', { input: 'hello', output: 'hi' }, { f: { input: 'hello' }, p: 'hi' }],
    ['a prediction without features', { prediction: 1 }, { f: {}, p: 1 }],
    ['a null prediction', { features: { a: 1 }, prediction: null }, { p: null }],
    ['a prediction with its score', { prediction: { label: 'x', score: 0.25 } }, { p: 'x', s: 0.25 }],
    ['scores by class', { prediction: 'a', scores: { a: 0.75, b: 0.25 } }, { ss: { a: 0.75, b: 0.25 } }],
    ['seconds', { prediction: 1, duration_seconds: 0.25 }, { l: 250 }],
    ['a sampling fraction', { prediction: 1, sampling_fraction: 0.25 }, { w: 4 }],
    ['a failed call', { features: { a: 1 }, status: 'failed' }, { e: true }],
    ['a status as text', { features: { a: 1 }, status: '503' }, { c: 503 }],
    ['an error level', { features: { a: 1 }, level: 'ERROR' }, { e: true }],
    [
      'an embedding as its length',
      { features: { a: 1 }, embedding: [3, 4] },
      { f: { a: 1, 'embedding.norm': 5 } },
    ],
    [
      'numbers that Python cannot write',
      { features: { a: 'NaN', b: '-Infinity', c: 'nan', d: 'nano' } },
      { f: { a: null, b: null, c: null, d: 'nano' } },
    ],
    [
      'JSON text in an envelope',
      { message: '{"features":{"a":1},"pred":2}', '@timestamp': AT, host: 'h' },
      { f: { a: 1 }, p: 2, at: AT },
    ],
    ['an object in an envelope', { event: { features: { a: 1 } }, time: AT / 1000 }, { f: { a: 1 }, at: AT }],
    ['text that is only a message', { message: 'hello', a: 1 }, { f: { a: 1 } }],
    [
      'duplicate keys: the last one',
      '{"features":{"a":1,"a":2},"id":"x","id":"y"}',
      { id: 'y', f: { a: 2 } },
    ],
    ['values with line breaks', { features: { a: 'x\n\ty' } }, { f: { a: 'x\n\ty' } }],
    ['a tiny number', '{"features":{"a":1e-400}}', { f: { a: 0 } }],
    ['a number beyond 2^53', '{"features":{"a":9007199254740993}}', { f: { a: 9007199254740992 } }],
    ['no id', { prediction: 1 }, { id: '~x#0' }],
    ['production is not written down', { prediction: 1, environment: 'production' }, { p: 1 }],
  ])('is read from %s', (_name, raw, expected) => {
    const { record, code, field } = readOne(raw)
    expect([code, field]).toEqual([undefined, undefined])
    expect(record).toMatchObject(expected)
  })

  it('keeps names that mean something to JavaScript as ordinary names', () => {
    const names = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf', 'then']
    const features = `{${names.map((name) => `"${name}":1`).join(',')}}`
    for (const text of [
      `{"features":${features}}`,
      `{"features":{"n":${features}}}`,
      features,
      `{"prediction":1,"tags":${features}}`,
    ]) {
      const { record } = readOne(text)
      const found = Object.keys(record?.t ?? record?.f ?? {}).map((name) => name.replace(/^n\./, ''))
      expect(found.sort()).toEqual([...names].sort())
      expect(JSON.stringify(record)).toContain('__proto__')
    }
    expect(Object.getOwnPropertyNames(Object.prototype)).not.toContain('admin')
    expect(({} as Record<string, unknown>).then).toBeUndefined()
  })

  it.each([
    ['nothing', {}, 'missing_field', 'features'],
    ['only an id', { prediction_id: 'x' }, 'missing_field', 'features'],
    ['a label without an id', { actual: 1 }, 'missing_field', 'prediction_id'],
    ['1e400', '{"features":{"a":1e400}}', 'number_out_of_range', 'features.a'],
    ['-1e400 in a flat log', '{"a":-1e400}', 'number_out_of_range', 'features.a'],
    ['an infinite prediction', '{"prediction":1e400}', 'number_out_of_range', 'prediction'],
    ['a list as a value', { features: { a: [1] } }, 'unsupported_value', 'features.a'],
    ['a list deep inside', { features: { a: { b: [] } } }, 'unsupported_value', 'features.a.b'],
    ['rows of features', { features: [[1], [2]] }, 'unsupported_value', 'features'],
    ['a list of predictions', { predictions: [1, 2] }, 'unsupported_value', 'predictions'],
    ['an id beyond 2^53', '{"features":{"a":1},"id":9007199254740993}', 'unsafe_integer_id', 'id'],
    ['an id with a fraction', { features: { a: 1 }, id: 1.5 }, 'unsafe_integer_id', 'id'],
    ['an id that is an object', { features: { a: 1 }, prediction_id: {} }, 'invalid_id', 'prediction_id'],
    [
      'an id of 513 characters',
      { features: { a: 1 }, prediction_id: 'x'.repeat(513) },
      'id_too_long',
      'prediction_id',
    ],
    [
      'a control character in an id',
      { features: { a: 1 }, prediction_id: 'a\u0000' },
      'control_char',
      'prediction_id',
    ],
    [
      'a name of 201 bytes',
      { features: { ['x'.repeat(201)]: 1 } },
      'name_too_long',
      `features.${'x'.repeat(80)}…`,
    ],
    [
      'a name of 102 two-byte letters',
      { features: { ['é'.repeat(102)]: 1 } },
      'name_too_long',
      `features.${'é'.repeat(80)}…`,
    ],
    ['an empty name', { features: { '': 1 } }, 'bad_name', 'features'],
    ['NUL in a name', { features: { 'a\u0000b': 1 } }, 'control_char', 'features.a\u0000b'],
    ['a C1 control in a name', { features: { 'a\u0085b': 1 } }, 'control_char', 'features.a\u0085b'],
    ['a line separator in a name', { features: { 'a\u2028b': 1 } }, 'control_char', 'features.a\u2028b'],
    ['NUL in a value', { features: { a: 'x\u0000' } }, 'control_char', 'features.a'],
    ['half a surrogate pair in a value', '{"features":{"a":"\\ud800"}}', 'invalid_unicode', 'features.a'],
    ['half a surrogate pair in a name', '{"features":{"\\udc00":1}}', 'invalid_unicode', 'features.\udc00'],
    ['a value of 9 KiB', { features: { a: 'x'.repeat(9_000) } }, 'value_too_long', 'features.a'],
    [
      '1,001 features',
      { features: Object.fromEntries(Array.from({ length: 1_001 }, (_, i) => [`f${i}`, i])) },
      'too_many_features',
      'features',
    ],
    ['a score above 1', { prediction: 1, score: 1.0000001 }, 'bad_probability', 'score'],
    ['a score below 0', { prediction: 1, prediction_score: -0.1 }, 'bad_probability', 'prediction_score'],
    ['a class score above 1', { prediction: 1, scores: { a: 2 } }, 'bad_probability', 'scores'],
    ['a negative latency', { prediction: 1, latency_ms: -1 }, 'number_out_of_range', 'latency_ms'],
    ['a latency in words', { prediction: 1, latency: '12 ms' }, 'invalid_value', 'latency'],
    ['a timestamp in words', { prediction: 1, timestamp: 'now' }, 'invalid_timestamp', 'timestamp'],
    ['a timestamp that is an object', { prediction: 1, ts: {} }, 'invalid_timestamp', 'ts'],
    [
      'the year 0',
      { prediction: 1, timestamp: '0000-01-01T00:00:00Z' },
      'timestamp_out_of_range',
      'timestamp',
    ],
    [
      'the year 9999',
      { prediction: 1, timestamp: '9999-12-31T23:59:59Z' },
      'timestamp_out_of_range',
      'timestamp',
    ],
    ['the epoch', { prediction: 1, timestamp: 0 }, 'timestamp_out_of_range', 'timestamp'],
    ['a negative instant', { prediction: 1, timestamp: -5 }, 'timestamp_out_of_range', 'timestamp'],
    [
      '5 minutes and 1 s ahead',
      { prediction: 1, timestamp: NOW_MS + 301_000 },
      'timestamp_future',
      'timestamp',
    ],
    ['31 days ago', { prediction: 1, timestamp: NOW_MS - 31 * 86_400_000 }, 'timestamp_too_old', 'timestamp'],
    [
      'an envelope nested too deep',
      { message: `{"a":${'{"b":'.repeat(9)}1${'}'.repeat(9)}}` },
      'too_deep',
      'message',
    ],
    ['a slash in a version', { prediction: 1, version: 'a/b' }, 'bad_name', 'model_version'],
  ])('is refused for %s', (_name, raw, code, field) => {
    const answer = readOne(raw)
    expect(answer).toMatchObject({ code, field })
    expect(answer.record).toBeUndefined()
  })

  it.each([
    ['no model at all', {}, 'missing_model'],
    ['a reserved name', { model: 'api' }, 'reserved_name'],
    ['a path as name', { model: '../../etc/passwd' }, 'bad_name'],
    ['a backslash', { model: '\\\\host\\share' }, 'bad_name'],
    ['a line break', { model: 'a\nBcc: x' }, 'control_char'],
    ['an empty name', { model: '' }, 'bad_name'],
    ['a list as name', { model: [1] }, 'invalid_value'],
  ])('is refused for a model with %s', (_name, extra, code) => {
    expect(readOne({ prediction: 1, ...extra }, { model: null })).toMatchObject({ code, field: 'model_id' })
  })

  it('takes a timestamp 5 minutes less a second ahead', () => {
    expect(readOne({ prediction: 1, timestamp: NOW_MS + 299_000 }).code).toBeUndefined()
  })

  it('forgets the model of a refused record before it reads the next', () => {
    const batch = parse(
      '[{"model":"a","prediction":1},{"model":"api","prediction":1},{"prediction":1},{"model":"a","prediction":2}]',
      {
        model: null,
      },
    )
    expect(batch.groups[0]?.records.map((record) => record.p)).toEqual([1, 2])
    expect(batch.refusals.map(({ code, model }) => [code, model])).toEqual([
      ['reserved_name', null],
      ['missing_model', null],
    ])
  })
})

describe('a label', () => {
  it('is what remains of a record with only an id and the truth', () => {
    const { label, record } = readOne({ prediction_id: 'p1', ground_truth: 'yes', label_timestamp: AT })
    expect(label).toEqual({ id: 'p1', y: 'yes', at: AT })
    expect(record).toBeUndefined()
  })

  it('stands beside its record when both come together', () => {
    const { label, record } = readOne({ prediction_id: 'p1', prediction: 1, target: 0, timestamp: AT })
    expect(record).toMatchObject({ id: 'p1', p: 1 })
    expect(label).toEqual({ id: 'p1', y: 0, at: AT })
  })

  it('is not there yet when it is null', () => {
    expect(readOne({ prediction_id: 'p1', prediction: 1, actual: null }).label).toBeUndefined()
    expect(readOne({ prediction_id: 'p1', actual: null }, { kind: 'labels' })).toMatchObject({
      code: 'missing_field',
      field: 'actual',
    })
  })

  it('may be as old as it likes, but not come from the future', () => {
    const label = (timestamp: unknown) => readOne({ id: 'p1', label: 1, timestamp }, { kind: 'labels' })
    expect(label('2020-01-01').label).toMatchObject({ at: Date.UTC(2020, 0, 1) })
    expect(label(NOW_MS + 3_600_000).code).toBe('timestamp_future')
    expect(label(undefined).label).toMatchObject({ at: NOW_MS })
  })
})
