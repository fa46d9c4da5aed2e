import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DEFAULT_LIMITS } from '@/lib/domain/limits'
import { MAX_WHOLE_BYTES } from '@/lib/ingest/parse-whole'
import { NOW_MS, parse } from '@/lib/ingest/testing'

const scalar = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.string({ unit: 'grapheme', maxLength: 12 }).filter((text) => !text.includes('\0')),
  fc.boolean(),
  fc.constant(null),
)
const name = fc.string({ minLength: 1, maxLength: 8, unit: 'grapheme-ascii' })
const someRecord = fc.record({
  prediction_id: fc.uuid(),
  features: fc.dictionary(name, scalar, { minKeys: 1, maxKeys: 4 }),
  prediction: scalar,
})

type Join = (texts: readonly string[]) => string
const FORMS: Readonly<Record<string, Join>> = {
  array: (texts) => `[${texts.join(',')}]`,
  'array with blanks': (texts) => ` [ ${texts.join(' ,\n ')} ] `,
  'records wrapper': (texts) => `{"source": "x", "records" : [${texts.join(',')}], "n": 1}`,
  lines: (texts) => texts.join('\n'),
  'lines with CRLF and blank lines': (texts) => `\r\n${texts.join('\r\n\r\n')}\r\n`,
  glued: (texts) => texts.join(''),
  'record separators': (texts) => texts.map((text) => `\u001e${text}\n`).join(''),
  'several arrays': (texts) => texts.map((text) => `[${text}]`).join('\n'),
  'half lines, half array': (texts) => `${texts.slice(0, 1).join('\n')}\n[${texts.slice(1).join(',')}]`,
}

describe('reading records', () => {
  it.each(Object.entries(FORMS))('gives the same records as %s', (_name, join) => {
    fc.assert(
      fc.property(fc.array(someRecord, { minLength: 1, maxLength: 6 }), (records) => {
        const texts = records.map((record) => JSON.stringify(record))
        const body = Buffer.from(join(texts))
        const before = Buffer.from(body)
        const read = parse(body).groups.flatMap((group) => group.records)
        const alone = texts.flatMap((text) => parse(text).groups.flatMap((group) => group.records))
        expect(read).toEqual(alone)
        expect(read).toHaveLength(records.length)
        expect(body.equals(before)).toBe(true)
        // The same again with blanks around it, so that it is too large to be parsed at once.
        const padded = Buffer.concat([body, Buffer.alloc(MAX_WHOLE_BYTES, 0x20)])
        expect(parse(padded).groups.flatMap((group) => group.records)).toEqual(read)
      }),
      { numRuns: 60 },
    )
  })

  it('gives the same records however large the body is, chunk after chunk', () => {
    const records = Array.from({ length: 9_000 }, (_, i) => ({
      prediction_id: `p${i}`,
      features: { text: 'x'.repeat(60) },
    }))
    for (const join of Object.values(FORMS)) {
      const batch = parse(join(records.map((record) => JSON.stringify(record))))
      expect(batch.groups[0]?.records.map((record) => record.id)).toEqual(
        records.map((record) => record.prediction_id),
      )
      expect(batch.groups[0]?.indexes[8_999]).toBe(8_999)
    }
  })

  const bad: readonly (readonly [string, string, string])[] = [
    ['text that is not JSON', '{"prediction_id": oops}', 'malformed_json'],
    ['a bare NaN', '{"prediction_id":"x","features":{"a":NaN}}', 'malformed_json'],
    ['a number', '17', 'wrong_shape'],
    ['a list', '[1,2]', 'wrong_shape'],
    ['nine levels', '{"features":{"b":{"c":{"d":{"e":{"f":{"g":{"h":{"i":1}}}}}}}}}', 'too_deep'],
    ['more than a mebibyte', `{"features":{"a":"${'x'.repeat(1_100_000)}"}}`, 'record_too_large'],
  ]
  it.each(bad)('refuses %s by itself at any place of a batch, and the others live', (_name, text, code) => {
    const good = (i: number) => `{"prediction_id":"p${i}","features":{"a":${i}}}`
    for (const at of [0, 50, 99]) {
      const texts = Array.from({ length: 100 }, (_, i) => (i === at ? text : good(i)))
      const batch = parse(FORMS.array?.(texts) ?? '')
      expect(batch.groups[0]?.records).toHaveLength(99)
      expect(batch.refusals).toMatchObject([{ index: at, code }])
      expect(batch.refusals[0]?.raw.length).toBeLessThanOrEqual(2_048)
    }
  })

  it.each([
    ['a line that breaks off', '{"prediction_id":"x","features":{"a":'],
    ['an open quote', '{"prediction_id":"x'],
    ['words', 'not json at all'],
  ])('refuses %s among lines by itself', (_name, line) => {
    for (const at of [0, 1, 2]) {
      const lines = ['{"features":{"a":1}}', '{"features":{"a":2}}']
      lines.splice(at, 0, line)
      const batch = parse(lines.join('\n'))
      expect(batch.groups[0]?.records).toHaveLength(2)
      expect(batch.refusals.length).toBeGreaterThanOrEqual(1)
      expect(batch.refusals[0]?.code).toMatch(/malformed_json|wrong_shape/)
    }
  })

  it('takes the object before a bracket too many, and refuses the bracket', () => {
    const batch = parse('{"features":{"a":1}}}\n{"features":{"a":2}}')
    expect(batch.groups[0]?.records).toHaveLength(2)
    expect(batch.refusals).toMatchObject([{ index: 1, code: 'malformed_json', raw: '}' }])
  })

  it.each([
    ['nothing', '', 'empty_body'],
    ['blanks', ' \n\t\r\n', 'empty_body'],
    ['a number', '1', 'wrong_shape'],
    ['a string', '"x"', 'wrong_shape'],
    ['null', 'null', 'wrong_shape'],
    ['true', 'true', 'wrong_shape'],
    ['words', 'hello world', 'malformed_json'],
    ['an open array', '[{"features":{"a":1}},', 'malformed_json'],
    ['an array cut off between records', '[{"features":{"a":1}}', 'malformed_json'],
    ['an open object', '{"features":{"a":1}', 'malformed_json'],
    ['a comma too many', '[{"features":{"a":1}},]', 'malformed_json'],
    ['a missing comma', '[{"features":{"a":1}} {"features":{"a":1}}]', 'malformed_json'],
    ['a broken wrapper', '{"records":[{"features":{"a":1}}],"x":}', 'malformed_json'],
    ['HTML', '<html></html>', 'malformed_json'],
    ['five million brackets', '['.repeat(5_000_000), 'malformed_json'],
    ['deep objects', '{"a":'.repeat(100_000), 'malformed_json'],
  ])('condemns a body that is %s as a whole', (_name, body, reason) => {
    expect(() => parse(body)).toThrow(
      expect.objectContaining({ code: 'invalid', details: expect.objectContaining({ reason }) }),
    )
  })

  it.each([
    ['objects in an array', `[${'{},'.repeat(60_000)}{}]`],
    ['numbers in an array', `[${'1,'.repeat(60_000)}1]`],
    ['lines', '{}\n'.repeat(60_000)],
    ['a wrapper', `{"records":[${'{},'.repeat(60_000)}{}]}`],
    ['broken lines', `{"a":1}\n${'{"a\n'.repeat(60_000)}`],
  ])('stops counting at the limit of records, sent as %s', (_name, body) => {
    expect(() => parse(body)).toThrow(
      expect.objectContaining({
        code: 'too_large',
        details: { reason: 'too_many_records', limit: DEFAULT_LIMITS.maxRecords },
      }),
    )
  })

  it('takes an empty list and an empty wrapper as nothing to do', () => {
    for (const body of ['[]', '{"records":[]}', ' [ ] '])
      expect(parse(body)).toMatchObject({ total: 0, groups: [] })
  })

  describe('two lists of records in one wrapper', () => {
    const a = '{"prediction_id":"a","features":{"x":1}}'
    const b = '{"prediction_id":"b","features":{"x":2}}'
    const flat = '{"id":"c","x":1,"y":"}"}'
    const ids = (batch: ReturnType<typeof parse>) =>
      batch.groups.flatMap((group) => group.records.map((record) => record.id))
    /** In one piece, and by the scan, as a large body is. */
    const both = (body: string) => [body, body + ' '.repeat(MAX_WHOLE_BYTES)]

    it.each([
      ['a key that stands twice', `{"records":[${a}],"records":[${b}]}`],
      ['a key that stands twice, of flat logs', `{"records":[${flat},${flat}],"x":1,"records" : [${flat}]}`],
      ['a key that stands twice, once in escapes', `{"records":[${a}],"rec\\u006frds":[${b}]}`],
      ['two of the names', `{"records":[${a}],"events":[${b}]}`],
      ['two of the names, far from each other', `{"data":[${a}],"model":"m","n":{"k":1},"multiple":[${b}]}`],
      ['a list that a plain value of the same name hides', `{"records":[${a}],"events":[${b}],"events":1}`],
    ])('condemn a body by itself, small or large: %s', (_name, body) => {
      for (const text of both(body))
        expect(() => parse(text)).toThrow(
          expect.objectContaining({
            code: 'invalid',
            message: expect.stringContaining('send one list'),
            details: { reason: 'two_lists' },
          }),
        )
    })

    it.each([
      ['an empty one before', `{"records":[],"events":[${a},${b}]}`],
      ['an empty one after', `{"records":[${a},${b}],"events":[]}`],
      ['an empty one of the same name before', `{"records":[],"records":[${a},${b}]}`],
      ['an empty one of the same name after', `{"records":[${a},${b}],"records":[]}`],
      ['a list of words', `{"records":[${a},${b}],"events":["x"]}`],
      ['names in texts', `{"records":[${a},${b}],"note":"\\"records\\":[{}]"}`],
      ['names inside of records', `{"records":[${a.replace('{"x"', '{"records":"}","x"')},${b}]}`],
    ])('are none where there is only %s', (_name, body) => {
      for (const text of both(body)) expect(ids(parse(text))).toEqual(['a', 'b'])
    })

    it('are refused by themselves among other values, and the others live', () => {
      const batch = parse(`${a}\n{"records":[${a}],"events":[${b}]}\n${b}`)
      expect(ids(batch)).toEqual(['a', 'b'])
      expect(batch.refusals).toMatchObject([
        { code: 'wrong_shape', message: expect.stringContaining('send one list') },
      ])
    })

    it('are no matter for an object that is a record', () => {
      const record = '{"prediction_id":"x","features":{"a":1},"events":[{"k":1}],"data":[{"k":2}]}'
      for (const text of both(record)) expect(ids(parse(text))).toEqual(['x'])
    })

    it('are seen however large the second one is', () => {
      const large = b.replace('"b"', `"b","note":"${'x'.repeat(2 * MAX_WHOLE_BYTES)}"`)
      expect(() => parse(`{"records":[${a}],"events":[${large}]}`)).toThrow(
        expect.objectContaining({ details: { reason: 'two_lists' } }),
      )
    })
  })

  it('shares model and version of a wrapper with its records', () => {
    const batch = parse(
      '{"model":"a","version":"2","events":[{"features":{"x":1}},{"model":"b","features":{"x":1}}]}',
      {
        model: null,
      },
    )
    expect(batch.groups.map(({ model, version }) => [model, version])).toEqual([
      ['a', '2'],
      ['b', '2'],
    ])
  })

  it('takes an object with features for a record although it has a list of events', () => {
    const batch = parse('{"prediction_id":"x","features":{"a":1},"events":[{"k":1}]}')
    expect(batch.groups[0]?.records).toMatchObject([{ id: 'x', f: { a: 1 }, at: NOW_MS, ta: 1 }])
  })

  it('never reads more or less than the text: random cuts of a valid body lose no whole line and invent none', () => {
    const lines = Array.from({ length: 8 }, (_, i) =>
      JSON.stringify({ prediction_id: `p${i}`, features: { t: 'a"\\é' } }),
    )
    const body = Buffer.from(lines.join('\n'))
    for (let cut = 1; cut < body.length; cut++) {
      const whole = body.subarray(0, cut).toString('utf8').split('\n')
      let ids: string[] = []
      try {
        ids = parse(body.subarray(0, cut)).groups.flatMap((group) => group.records.map((record) => record.id))
      } catch {
        // Nothing of it counts.
      }
      const complete = whole.filter((line, i) => line === lines[i])
      expect(ids).toEqual(complete.map((_, i) => `p${i}`))
    }
  })
})
