import { describe, expect, it } from 'vitest'
import { AppError } from '@/lib/domain/errors'
import { DEFAULT_LIMITS as LIMITS } from '@/lib/domain/limits'
import { readOtlpJson } from '@/lib/ingest/formats/otlp-json'
import { readOtlpProtobuf } from '@/lib/ingest/formats/otlp-protobuf'
import { encodeOtlp, readWith, recordsOf } from '@/lib/ingest/formats/testing'
import { NOW_MS } from '@/lib/ingest/testing'

const text = (stringValue: string) => ({ stringValue })
const map = (values: Record<string, object>) => ({
  kvlistValue: { values: Object.entries(values).map(([key, value]) => ({ key, value })) },
})
const attributes = (values: Record<string, object>) => map(values).kvlistValue.values
const NANOS = `${NOW_MS - 750}000000`

interface Resource {
  service?: string
  scope?: Record<string, object>
}

function request(logRecords: readonly object[], { service = 'fraud', scope = {} }: Resource = {}) {
  const resource = { attributes: attributes(service === '' ? {} : { 'service.name': text(service) }) }
  const scopeLogs = [{ scope: { name: 'ml', attributes: attributes(scope) }, logRecords }]
  return { resourceLogs: [{ resource, scopeLogs }] }
}

/** What the OpenTelemetry SDK for JavaScript sends, and what other senders add to it. */
const CAPTURED = request([
  {
    timeUnixNano: NANOS,
    observedTimeUnixNano: NANOS,
    severityNumber: 9,
    eventName: 'ml.prediction',
    body: map({
      prediction_id: text('p1'),
      prediction: text('approve'),
      features: map({ amount: { doubleValue: 12.5 }, count: { intValue: 3 }, vip: { boolValue: true } }),
    }),
    attributes: attributes({ 'model.version': text('7') }),
    traceId: '0123456789abcdef0123456789abcdef',
    spanId: '0123456789abcdef',
  },
])

const FORMS = [
  ['JSON', readOtlpJson, (body: object) => Buffer.from(JSON.stringify(body))],
  ['protobuf', readOtlpProtobuf, encodeOtlp],
] as const

describe.each(FORMS)('log records of OpenTelemetry as %s', (_form, read, write) => {
  const readOne = (log: object, resource?: Resource) => {
    const batch = readWith(read, write(request([log], resource)))
    return { record: recordsOf(batch)[0], refusal: batch.refusals[0], labels: batch.labels }
  }

  it('are predictions when the body is a map', () => {
    expect(recordsOf(readWith(read, write(CAPTURED)))).toEqual([
      {
        model: 'fraud',
        version: '7',
        id: 'p1',
        at: NOW_MS - 750,
        f: { amount: 12.5, count: 3, vip: true },
        p: 'approve',
        t: { event: 'ml.prediction' },
        tr: '0123456789abcdef0123456789abcdef',
      },
    ])
  })

  it('are predictions when the body is text that holds JSON', () => {
    const body = text('{"model":"churn","id":"a","features":{"x":1},"prediction":0}')
    expect(readOne({ timeUnixNano: NANOS, body }).record).toMatchObject({
      model: 'churn',
      id: 'a',
      f: { x: 1 },
      p: 0,
    })
  })

  it('are predictions by their attributes, with dots where we write underscores', () => {
    const log = {
      timeUnixNano: NANOS,
      body: text('scored'),
      attributes: attributes({
        'prediction.id': text('a'),
        'feature.amount': { doubleValue: 1.5 },
        'features.region': text('EU'),
        'prediction.score': { doubleValue: 0.25 },
        'tag.shop': text('7'),
        'code.function': text('score'),
      }),
    }
    expect(readOne(log).record).toMatchObject({
      id: 'a',
      f: { amount: 1.5, region: 'EU' },
      s: 0.25,
      t: { shop: '7' },
    })
  })

  it('take flat attributes for features only where something says that this is a prediction', () => {
    const flat = { amount: { doubleValue: 1 }, 'prediction.id': text('a'), prediction: { intValue: 1 } }
    expect(readOne({ attributes: attributes(flat) }).record).toMatchObject({ f: { amount: 1 }, p: 1 })
    const other = { 'http.method': text('GET'), user: text('u') }
    expect(readOne({ body: text('signed in'), attributes: attributes(other) })).toMatchObject({
      record: undefined,
      refusal: { code: 'missing_field' },
    })
  })

  it('take for no feature what a logging library says of where the record comes from', () => {
    const origin = {
      'code.file.path': text('/app/serve.py'),
      'code.function.name': text('predict'),
      'code.line.number': { intValue: '42' },
      'code.lineno': { intValue: '42' },
      'log.file.name': text('predictions.jsonl'),
      'log.iostream': text('stdout'),
      'thread.id': { intValue: '7' },
      otelTraceID: text('0'),
    }
    const own = { prediction: { intValue: '1' }, amount: { intValue: '1' }, 'log.amount': { intValue: '0' } }
    const { record } = readOne({ body: text('predicted'), attributes: attributes({ ...origin, ...own }) })
    expect(record?.f).toEqual({ amount: 1, 'log.amount': 0 })
  })

  it('let the record name its model before its attributes, the scope and the service', () => {
    const body = (model: object) => map({ ...model, id: text('a'), prediction: { intValue: 1 } })
    const scope = { 'model.name': text('of-scope'), 'model.version': text('s') }
    const own = {
      body: body({ model: text('own') }),
      attributes: attributes({ 'model.id': text('attribute') }),
    }
    expect(readOne(own, { scope }).record).toMatchObject({ model: 'own', version: 's' })
    const named = { body: body({}), attributes: attributes({ 'model.id': text('attribute') }) }
    expect(readOne(named, { scope }).record).toMatchObject({ model: 'attribute' })
    expect(readOne({ body: body({}) }, { scope }).record).toMatchObject({ model: 'of-scope' })
    expect(readOne({ body: body({}) }).record).toMatchObject({ model: 'fraud', version: 'unversioned' })
    expect(readOne({ body: body({}) }, { service: '' }).refusal).toMatchObject({ code: 'missing_model' })
  })

  it('fail when they are logged as errors, and have the time at which they were seen when they know none', () => {
    const log = {
      severityNumber: 17,
      observedTimeUnixNano: NANOS,
      body: map({ id: text('a'), prediction: text('x') }),
    }
    expect(readOne(log).record).toMatchObject({ e: true, at: NOW_MS - 750 })
  })

  it('may be the label of a record', () => {
    const { record, labels } = readOne({ body: map({ id: text('a'), actual: { intValue: '1' } }) })
    expect(record).toBeUndefined()
    expect(labels).toMatchObject([{ model: 'fraud', labels: [{ id: 'a', y: 1 }] }])
  })

  it('carry numbers of all kinds', () => {
    const features = map({
      negative: { intValue: '-5' },
      least: { intValue: '-9223372036854775808' },
      large: { intValue: '9007199254740993' },
      nan: { doubleValue: 'NaN' },
      infinite: { doubleValue: 'Infinity' },
      none: {},
      bytes: { bytesValue: 'AQID' },
    })
    const body = map({ id: { intValue: '1234567890123456789' }, features })
    expect(readOne({ body }).record).toMatchObject({
      id: '1234567890123456789',
      f: {
        negative: -5,
        least: -(2 ** 63),
        large: 2 ** 53,
        nan: null,
        infinite: null,
        none: null,
        bytes: 'AQID',
      },
    })
  })

  it('are split by what their service monitors when they come from BentoML', () => {
    const column = (role: string, type: string) => map({ role: text(role), type: text(type) })
    const body = map({
      sepal_len: { doubleValue: 5.1 },
      pixels: { arrayValue: { values: [{ doubleValue: 3 }, { doubleValue: 4 }] } },
      species: text('setosa'),
      truth: text('virginica'),
      timestamp: text(new Date(NOW_MS - 5_000).toISOString()),
      request_id: text('8812'),
      bento_meta: map({
        bento_name: text('iris'),
        bento_version: text('v3'),
        monitor_name: text('species'),
        schema: map({
          sepal_len: column('feature', 'numerical'),
          pixels: column('feature', 'numerical_sequence'),
          species: column('prediction', 'categorical'),
          truth: column('target', 'categorical'),
        }),
      }),
    })
    const { record, labels } = readOne({ timeUnixNano: NANOS, body }, { service: 'iris:species' })
    expect(record).toMatchObject({
      model: 'iris:species',
      version: 'v3',
      id: '8812',
      at: NOW_MS - 5_000,
      f: { sepal_len: 5.1, 'embedding.pixels.norm': 5 },
      p: 'setosa',
    })
    expect(labels[0]?.labels).toMatchObject([{ id: '8812', y: 'virginica' }])
  })

  it('are none in an empty request', () => {
    for (const body of [{}, { resourceLogs: [] }, request([])])
      expect(readWith(read, write(body)).total).toBe(0)
  })

  it('are refused one by one, at their own places', () => {
    const good = (id: string) => ({ body: map({ id: text(id), prediction: { intValue: 1 } }) })
    const large = { body: text('x'.repeat(1_100_000)) }
    const deep = { body: Array.from({ length: 12 }).reduce<object>((inner) => map({ a: inner }), text('x')) }
    const batch = readWith(read, write(request([good('a'), large, deep, {}, good('b')])))
    expect(recordsOf(batch).map(({ id }) => id)).toEqual(['a', 'b'])
    expect(batch.groups[0]?.indexes).toEqual([0, 4])
    expect(batch.refusals.map(({ index, code }) => [index, code])).toEqual([
      [1, 'record_too_large'],
      [2, 'too_deep'],
      [3, 'missing_field'],
    ])
  })

  it('are refused for texts that cannot be kept, after any number of plain ones', () => {
    const plain = { body: map({ id: text('a'), features: map({ x: { intValue: 1 } }) }) }
    const named = (name: string, id: string) => ({
      body: map({ id: text(id), features: map({ [name]: text('v') }) }),
    })
    const escaped = { body: text('{"id":"c","features":{"y":"a\\u0000b"}}') }
    const logs = [plain, named('a\nb', 'b'), plain, escaped, named('ok', 'd\u007f'), named('grün', 'e')]
    const batch = readWith(read, write(request(logs)))
    expect(batch.refusals.map(({ index, code }) => [index, code])).toEqual([
      [1, 'control_char'],
      [3, 'control_char'],
      [4, 'control_char'],
    ])
  })

  it('are not read at all when the body is cut off anywhere', () => {
    const whole = write(CAPTURED)
    for (let length = 1; length < whole.length; length++)
      expect(() => readWith(read, whole.subarray(0, length)), `${length} bytes`).toThrow(AppError)
  })

  it('are not read when there are too many of them', () => {
    const many = write(request(Array.from({ length: 11 }, () => ({}))))
    expect(() => readWith(read, many, { limits: { ...LIMITS, maxRecords: 10 } })).toThrow(/at most 10/)
  })

  it('change nothing but themselves when single bytes are changed', () => {
    const whole = write(CAPTURED)
    let seed = 7
    const next = (below: number) => {
      seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31
      return seed % below
    }
    for (let i = 0; i < 3_000; i++) {
      const changed = Buffer.from(whole)
      changed[next(changed.length)] = next(256)
      try {
        readWith(read, changed)
      } catch (error) {
        if (!(error instanceof AppError)) throw error
      }
    }
  })
})

describe('a hostile protobuf message', () => {
  const refuses = (...bytes: number[]) =>
    expect(() => readWith(readOtlpProtobuf, Buffer.from(bytes))).toThrow(AppError)

  it('is refused for lengths, tags, groups and wire types that cannot be', () => {
    refuses(0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f)
    refuses(0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01)
    refuses(0x0a, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01)
    refuses(0x0b, 0x0c)
    refuses(0x00, 0x00)
    refuses(0x0e, 0x00)
    refuses(0x08, 0x01)
    refuses(0x0d, 0x01, 0x02, 0x03, 0x04)
    // resource_logs { scope_logs { log_records { time_unix_nano as a varint } } }
    refuses(0x0a, 0x06, 0x12, 0x04, 0x12, 0x02, 0x08, 0x01)
    // … with a name that is not UTF-8
    refuses(0x0a, 0x07, 0x12, 0x05, 0x12, 0x03, 0x62, 0x01, 0xff)
  })

  it('is refused when values are nested without end', () => {
    let value = Buffer.from([0x0a, 0x01, 0x78])
    const wrap = (field: number, inner: Buffer) =>
      Buffer.concat([Buffer.from([field * 8 + 2]), length(inner), inner])
    for (let i = 0; i < 200; i++) value = wrap(5, wrap(1, value))
    const body = wrap(1, wrap(2, wrap(2, wrap(5, value))))
    expect(() => readWith(readOtlpProtobuf, body)).toThrow(/nested more than 100/)
  })

  it('passes over fields that it does not know', () => {
    const unknown = Buffer.from([
      0x7a, 0x02, 0x01, 0x02, 0x78, 0x05, 0x79, 1, 2, 3, 4, 5, 6, 7, 8, 0x7d, 1, 2, 3, 4,
    ])
    const batch = readWith(readOtlpProtobuf, Buffer.concat([unknown, encodeOtlp(CAPTURED), unknown]))
    expect(batch.total).toBe(1)
  })

  it('of nothing but empty parts neither fills memory nor takes long', () => {
    const startedAt = performance.now()
    const empty = Buffer.alloc(2_000_000)
    for (let i = 0; i < empty.length; i += 2) empty[i] = 0x0a
    expect(() => readWith(readOtlpProtobuf, empty)).toThrow(AppError)
    const inside = () =>
      readWith(readOtlpProtobuf, Buffer.concat([Buffer.from([0x0a]), length(empty), empty]))
    expect(inside().total).toBe(0)
    for (let i = 0; i < empty.length; i += 2) empty[i] = 0x12
    expect(inside).toThrow(AppError)
    expect(performance.now() - startedAt).toBeLessThan(2_000)
  })
})

function length(bytes: Buffer): Buffer {
  const parts: number[] = []
  let left = bytes.length
  for (; left >= 0x80; left >>>= 7) parts.push((left & 0x7f) | 0x80)
  return Buffer.from([...parts, left])
}

describe('hostile JSON', () => {
  const refuses = (body: string) => expect(() => readWith(readOtlpJson, body)).toThrow(AppError)
  const list = (records: string) => `{"resourceLogs":[{"scopeLogs":[{"logRecords":${records}}]}]}`

  it('is refused when values are nested without end', () => {
    const nest = (levels: number) =>
      `${'{"arrayValue":{"values":['.repeat(levels)}{"boolValue":true}${']}}'.repeat(levels)}`
    expect(readWith(readOtlpJson, list(`[{"body":${nest(90)}}]`)).refusals[0]?.code).toBe('too_deep')
    refuses(list(`[{"body":${nest(110)}}]`))
    refuses(list(`[{"body":${nest(100_000)}}]`))
  })

  it('is refused when it is not the message that it should be', () => {
    for (const body of [
      '',
      '[]',
      '1',
      '{"resourceLogs":{}}',
      '{"resourceLogs":[1]}',
      '{"resourceLogs":[{"scopeLogs":1}]}',
    ])
      refuses(body)
    for (const records of [
      '{}',
      '[1]',
      '[{]',
      '[{},]',
      '[,]',
      '[{}}',
      '[{"body":5}]',
      '[{"attributes":[{}]}]',
    ])
      refuses(list(records))
    refuses(list('[{"body":{"stringValue":5}}]'))
    refuses(list('[{"body":{"intValue":"1.5"}}]'))
    refuses('{"resourceLogs":[{"scopeLogs":[{"logRecords":[{}],"logRecords":[{}]}]}]}')
  })

  it('takes white space and unknown fields for nothing, wherever they stand', () => {
    const body = `{"x":[{"logRecords":[1]}], "resourceLogs" : [ { "y": "[{", "scopeLogs" : [ { "schemaUrl":"\\"",
      "logRecords" : [ {"body":{"kvlistValue":{"values":[{"key":"id","value":{"stringValue":"a"}},
      {"key":"prediction","value":{"intValue":1}}]}},"droppedAttributesCount":1} , {"body":{"stringValue":"{\\"id\\":\\"b\\",\\"prediction\\":2}"}} ] } ],
      "resource":{"attributes":[{"key":"service.name","value":{"stringValue":"late"}}]} } ] }`
    expect(recordsOf(readWith(readOtlpJson, body))).toMatchObject([
      { model: 'late', id: 'a' },
      { model: 'late', id: 'b' },
    ])
  })

  it('of nothing but brackets takes no time', () => {
    const startedAt = performance.now()
    refuses('['.repeat(5_000_000))
    refuses(`{"resourceLogs":[${'{},'.repeat(1_500_000)}{}]}`)
    refuses(`{"resourceLogs":[{"scopeLogs":[{"logRecords":[${'['.repeat(1_000_000)}`)
    expect(performance.now() - startedAt).toBeLessThan(3_000)
  })
})
