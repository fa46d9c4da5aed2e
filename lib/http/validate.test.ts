import { encode } from '@msgpack/msgpack'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestStores, type TestStores } from '@/db/sqlite/testing'
import { ValidationSchema } from '@/lib/http/handlers/validate'
import { startTestApi, type TestApi } from '@/lib/http/testing'
import { writeFindings } from '@/lib/services/validation/count-findings'

let stores: TestStores
let api: TestApi
beforeAll(async () => {
  stores = await openTestStores()
  api = await startTestApi(stores)
  const lines = Array.from(
    { length: 300 },
    (_, i) =>
      `${20 + (i % 50)},${i % 3 ? 'EU' : 'US'},${i % 2 === 0},id${1000 + i},${i % 5 === 0 ? '' : i / 10},${i % 2}`,
  )
  const put = await api.fetch('/api/v1/models/credit/versions/1/profile?activate=1', {
    method: 'PUT',
    body: `age,region,member,code,balance,prediction\n${lines.join('\n')}\n`,
  })
  expect(put.status).toBe(200)
})
afterAll(() => api[Symbol.asyncDispose]())

const FINE = { age: 30, region: 'EU', member: true, code: 'id1234', balance: 3.5 }

const validate = async (body: unknown, path = '/api/v1/validate/credit', init: RequestInit = {}) => {
  const response = await api.fetch(path, { method: 'POST', body: JSON.stringify(body), ...init })
  return { status: response.status, body: await response.json() }
}
const setMode = async (validation: string) => {
  const response = await api.fetch('/api/v1/models/credit/settings', {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ validation }),
  })
  expect(response.status).toBe(200)
  await new Promise((resolve) => setTimeout(resolve, 520))
}

describe('POST /api/v1/validate', () => {
  it('accepts what the reference expects, and stores nothing', async () => {
    const { status, body } = await validate({ id: 'p1', features: FINE })
    ValidationSchema.strict().parse(body)
    expect(status).toBe(200)
    expect(body).toMatchObject({
      accepted: true,
      results: [
        { index: 0, prediction_id: 'p1', model: 'credit', version: '1', mode: 'strict', findings: [] },
      ],
    })
    expect(await stores.log.latestRecords('credit', null, 5)).toEqual([])
  })

  it('reads every form that ingest takes, and refuses the types that it refuses', async () => {
    const record = { prediction_id: 'p1', features: FINE }
    const text = JSON.stringify(record)
    const event = JSON.stringify({ specversion: '1.0', id: '1', type: 'x', source: '/', data: record })
    const forms: [string, string | Uint8Array][] = [
      ['application/msgpack', encode([Date.now() / 1_000, record])],
      ['application/cloudevents+json', event],
      ['application/x-www-form-urlencoded', new URLSearchParams({ message: text }).toString()],
    ]
    for (const [type, body] of forms) {
      const init = { headers: { 'content-type': type }, body: body as string }
      const { status, body: answer } = await validate(null, undefined, init)
      expect([type, status, answer.results]).toEqual([
        type,
        200,
        [expect.objectContaining({ prediction_id: 'p1', findings: [] })],
      ])
    }
    const page = await validate(record, undefined, { headers: { 'content-type': 'text/html' } })
    expect(page).toMatchObject({ status: 415, body: { code: 'unsupported_type' } })
  })

  it.each<[string, object, string, string]>([
    [
      'a number beyond the range',
      { age: 300 },
      'out_of_range',
      '“age” should be between 15.1 and 73.9, but 300 was sent.',
    ],
    [
      'an unknown category',
      { region: 'Mars' },
      'not_allowed',
      '“region” should be one of EU, US, but “Mars” was sent.',
    ],
    [
      'text for a number',
      { age: 'thirty' },
      'wrong_type',
      '“age” should be a whole number, but “thirty” was sent.',
    ],
    ['a number for truth', { member: 7 }, 'wrong_type', '“member” should be true or false, but 7 was sent.'],
    [
      'a negative amount',
      { balance: -1 },
      'not_positive',
      '“balance” should be more than zero, but -1 was sent.',
    ],
    ['a missing value', { age: null }, 'missing', '“age” is missing, and is needed.'],
    ['an empty text', { region: '' }, 'missing', '“region” is missing, and is needed.'],
    [
      'a code of another length',
      { code: 'id1' },
      'wrong_length',
      '“code” should be 6 characters long, but “id1” was sent.',
    ],
  ])('refuses %s, field by field', async (_what, change, code, message) => {
    const { body } = await validate({ features: { ...FINE, ...change } })
    expect(body.accepted).toBe(false)
    expect(body.results[0].findings).toEqual([
      expect.objectContaining({
        field: `features.${Object.keys(change)[0]}`,
        code,
        message,
        severity: 'fault',
      }),
    ])
  })

  it('lets be missing what was sometimes missing in the reference, and asks for no prediction', async () => {
    const { balance: _left, ...rest } = FINE
    expect((await validate({ features: rest })).body.accepted).toBe(true)
  })

  it('notes features that the reference does not know, and refuses nothing for them', async () => {
    const { body } = await validate({ features: { ...FINE, shoe: 44 } })
    expect(body.accepted).toBe(true)
    expect(body.results[0].findings).toEqual([
      expect.objectContaining({
        code: 'unknown_feature',
        field: 'features.shoe',
        got: '44',
        severity: 'note',
      }),
    ])
  })

  it('checks several records in any form, and says which is which', async () => {
    const { body } = await validate([
      { features: FINE },
      { features: { ...FINE, age: 300 } },
      { timestamp: 'never', features: FINE },
      { version: 'unknown', features: FINE },
    ])
    expect(
      body.results.map(({ accepted, version }: { accepted: boolean; version: string }) => [
        accepted,
        version,
      ]),
    ).toEqual([
      [true, '1'],
      [false, '1'],
      [false, '1'],
      [true, null],
    ])
    expect(body.results[2].findings[0]).toMatchObject({ code: 'invalid_timestamp', field: 'timestamp' })
  })

  it('only counts where the model says so', async () => {
    await setMode('log_only')
    const { body } = await validate({ features: { ...FINE, age: 300 } })
    expect(body).toMatchObject({
      accepted: true,
      results: [{ mode: 'log_only', findings: [{ code: 'out_of_range' }] }],
    })
    await setMode('strict')
    expect((await validate({ features: { ...FINE, age: 300 } })).body.accepted).toBe(false)
  })

  it('checks against the profile that is active at this moment', async () => {
    const put = await api.fetch('/api/v1/models/credit/versions/2/profile?activate=1', {
      method: 'PUT',
      body: `age,prediction\n${Array.from({ length: 100 }, (_, i) => `${200 + i},${i % 2}`).join('\n')}\n`,
    })
    expect(put.status).toBe(200)
    await new Promise((resolve) => setTimeout(resolve, 520))
    expect((await validate({ version: '2', features: { age: 250 } })).body.accepted).toBe(true)
    expect((await validate({ version: '1', features: { ...FINE, age: 250 } })).body.accepted).toBe(false)
  })

  it.each([
    ['a model without a reference', '/api/v1/validate/nobody', { features: { a: 1 } }, 404],
    ['no body', '/api/v1/validate/credit', '', 422],
    ['no model', '/api/v1/validate', { features: { a: 1 } }, 404],
  ])('answers %s with a reason', async (_what, path, body, status) => {
    expect((await validate(body, path)).status).toBe(status)
  })

  it('counts by client what was wrong, without any value', async () => {
    const made = await api.fetch('/api/v1/keys', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'web form', scopes: ['ingest'] }),
    })
    const { secret, key } = (await made.json()) as { secret: string; key: { id: number } }
    for (const age of [30, 300, 301])
      await validate({ version: '1', features: { ...FINE, age } }, undefined, {
        headers: { authorization: `Bearer ${secret}` },
      })
    await writeFindings(stores.metadata)
    const counts = (await stores.metadata.listValidationCounts(0, 100)).filter(
      ({ clientId }) => clientId === key.id,
    )
    expect(counts.map(({ field, code, count }) => [field, code, count]).sort()).toEqual([
      ['', 'checked', 3],
      ['', 'refused', 2],
      ['features.age', 'out_of_range', 2],
    ])
  })
})
