import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestStores } from '@/db/sqlite/testing'
import { INVALID_JSON, VALID_JSON } from '@/lib/http/json-corpus'
import { startTestApi, type TestApi } from '@/lib/http/testing'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi(await openTestStores())
})
afterAll(() => api[Symbol.asyncDispose]())

/** Status, and the code of the problem or of the first refused record. */
async function answerTo(body: string | Uint8Array): Promise<readonly [number, string | undefined]> {
  const response = await api.fetch('/api/v1/ingest/suite', { method: 'POST', body: body as BodyInit })
  const answer = await response.json()
  return [response.status, answer.errors?.[0]?.code ?? (response.ok ? undefined : answer.code)]
}

describe('row 52: a body that is JSON', () => {
  it.each(VALID_JSON)('is never called anything else, nor our fault: %j', async (text) => {
    const [status, code] = await answerTo(text)
    expect([200, 422]).toContain(status)
    expect(['malformed_json', 'invalid_utf8']).not.toContain(code)
  })

  it.each(VALID_JSON.filter((text) => /^\["/.test(text)))(
    'is taken as the value of a feature, save for NUL: %j',
    async (text) => {
      const value = text.trim().slice(1, -1)
      const isNul = value === '"\\u0000"'
      const expected = isNul ? [422, 'control_char'] : [200, undefined]
      expect(await answerTo(`{"features":{"x":${value}}}`)).toEqual(expected)
    },
  )
})

/** A whole object with something behind it: objects may follow one another, and each is judged by itself. */
const GLUED = /^\{"a":"b"\}/

describe('a body that is no JSON', () => {
  it('is refused, and nothing of it is stored but whole objects before what is broken', async () => {
    const answers = await Promise.all(
      INVALID_JSON.map(async (text) => [text, ...(await answerTo(text))] as const),
    )
    for (const [text, status, code] of answers) {
      if (GLUED.test(text)) expect([text, status, code]).toEqual([text, 200, 'malformed_json'])
      else {
        expect([text, status]).toEqual([text, 422])
        expect(['malformed_json', 'invalid_utf8', 'empty_body', 'wrong_shape', 'too_deep']).toContain(code)
      }
    }
  })

  it('is refused as the value of a feature', async () => {
    const lists = INVALID_JSON.filter((text) => /^\[./.test(text))
    const answers = await Promise.all(lists.map((text) => answerTo(`{"features":{"x":${text}}}`)))
    for (const [i, [status]] of answers.entries()) expect([lists[i], status]).toEqual([lists[i], 422])
  })
})

const bytes = (...inside: number[]) =>
  Buffer.concat([Buffer.from('{"features":{"x":"'), Buffer.from(inside), Buffer.from('"}}')])
const feature = (value: string) => `{"features":{"x":${value}}}`
const swapped = (text: string) => Buffer.from(text, 'utf16le').swap16()

/** What RFC 8259 leaves open, in the manner of JSONTestSuite's i_ files: our answers, once and for all. */
const OPEN: readonly (readonly [string, string | Uint8Array, number, string?])[] = [
  ['a huge negative exponent', feature('123.456e-789'), 200],
  ['an exponent of a hundred digits', feature(`0.4e00${'9'.repeat(100)}`), 422, 'number_out_of_range'],
  ['a negative huge exponent', feature('-1e+9999'), 422, 'number_out_of_range'],
  ['a positive huge exponent', feature('1.5e+9999'), 422, 'number_out_of_range'],
  ['a negative overflow', feature('-123123e100000'), 422, 'number_out_of_range'],
  ['a positive overflow', feature('123123e100000'), 422, 'number_out_of_range'],
  ['an underflow', feature('123e-10000000'), 200],
  ['a whole number of 30 digits', feature('-123123123123123123123123123123'), 200],
  ['a whole number of 21 digits', feature('100000000000000000000'), 200],
  ['a whole number of 48 digits', feature('-237462374673276894279832749832423479823246327846'), 200],
  ['a key that is half a pair', '{"features":{"\\uDFAA":0}}', 422, 'invalid_unicode'],
  ['a first half alone', feature('"\\uDADA"'), 422, 'invalid_unicode'],
  ['a first half and a letter', feature('"\\uD888\\u1234"'), 422, 'invalid_unicode'],
  ['a first half and an escape', feature('"\\uD800\\n"'), 422, 'invalid_unicode'],
  ['a second half and letters', feature('"\\uDd1ea"'), 422, 'invalid_unicode'],
  ['two first halves', feature('"\\uD800\\uD800\\n"'), 422, 'invalid_unicode'],
  ['a first half in lower case', feature('"\\ud800abc"'), 422, 'invalid_unicode'],
  ['halves in the wrong order', feature('"\\uDd1e\\uD834"'), 422, 'invalid_unicode'],
  ['a second half alone', feature('"\\uDFAA"'), 422, 'invalid_unicode'],
  ['Latin-1', bytes(0xe9), 422, 'invalid_utf8'],
  ['a lone continuation', bytes(0x81), 422, 'invalid_utf8'],
  ['beyond Unicode', bytes(0xf4, 0xbf, 0xbf, 0xbf), 422, 'invalid_utf8'],
  ['an overlong form of two bytes', bytes(0xc0, 0xaf), 422, 'invalid_utf8'],
  ['an overlong form of six bytes', bytes(0xfc, 0x83, 0xbf, 0xbf, 0xbf, 0xbf), 422, 'invalid_utf8'],
  ['an overlong NUL', bytes(0xfc, 0x80, 0x80, 0x80, 0x80, 0x80), 422, 'invalid_utf8'],
  ['a sequence cut off', bytes(0xe0, 0xff), 422, 'invalid_utf8'],
  ['a surrogate as bytes', bytes(0xed, 0xa0, 0x80), 422, 'invalid_utf8'],
  ['invalid and valid bytes mixed', bytes(0xe6, 0x97, 0xa5, 0xd1, 0x88, 0xfa), 422, 'invalid_utf8'],
  ['UTF-16LE with a mark', Buffer.from(`\ufeff${feature('"é"')}`, 'utf16le'), 422, 'invalid_utf8'],
  ['UTF-16LE without one', Buffer.from(feature('"é"'), 'utf16le'), 422, 'invalid_utf8'],
  ['UTF-16BE without one', swapped(feature('"e"')), 422, 'malformed_json'],
  ['500 arrays in each other', feature('['.repeat(500) + ']'.repeat(500)), 422, 'too_deep'],
  ['a mark before an empty object', '\ufeff{}', 422, 'missing_field'],
  ['a number with a leading zero', feature('01'), 422, 'malformed_json'],
  ['a comma at the end', '{"features":{"x":1,}}', 422, 'malformed_json'],
  ['a comment', '{"features":{"x":1}/* */}', 422, 'malformed_json'],
]

describe('row 53: what JSON leaves open', () => {
  it.each(OPEN.map((row) => [row[0], row] as const))(
    'has one answer: %s',
    async (_what, [, body, status, code]) => {
      expect(await answerTo(body)).toEqual([status, code])
    },
  )
})
