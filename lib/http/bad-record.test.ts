import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestStores } from '@/db/sqlite/testing'
import { BAD_NAME_ROWS } from '@/lib/http/bad-name-rows'
import { BAD_RECORD_ROWS } from '@/lib/http/bad-record-rows'
import { BAD_STRUCTURE_ROWS } from '@/lib/http/bad-structure-rows'
import { startTestApi, type TestApi } from '@/lib/http/testing'
import { NAUGHTY_TEXTS } from '@/lib/http/testing-texts'
import { REFUSAL_CODES } from '@/lib/ingest/fault'

const START_MS = Date.UTC(2026, 10, 21, 0, 30)
/** Set by tests; the API reads it whenever it asks for the time. */
const clock = { nowMs: START_MS }

let api: TestApi
beforeAll(async () => {
  api = await startTestApi(await openTestStores(), clock)
})
afterAll(() => api[Symbol.asyncDispose]())

interface Answer {
  accepted: number
  rejected: number
  errors: { index: number; code: string; message: string }[]
  warnings?: { code: string; field: string; count: number; message: string }[]
}

async function post(path: string, body: string): Promise<Answer & { status: number }> {
  const response = await api.fetch(path, { method: 'POST', body })
  return { status: response.status, ...((await response.json()) as Answer) }
}

/** Rows of one record that is refused by itself. */
const POISON = [...BAD_RECORD_ROWS, ...BAD_NAME_ROWS, ...BAD_STRUCTURE_ROWS].filter(
  ({ code, accepted, path = '/api/v1/ingest', body }) =>
    code !== undefined &&
    code in REFUSAL_CODES &&
    !accepted &&
    path === '/api/v1/ingest' &&
    isOneRecord(body),
)

function isOneRecord(body: string | Uint8Array | undefined): body is string {
  try {
    return /^\{/.test(String(body)) && !/^\{"records"/.test(String(body)) && Boolean(JSON.parse(String(body)))
  } catch {
    return false
  }
}

describe('a bad record', () => {
  let batches = 0

  it.each(POISON.map((row) => [`${row.row}: ${row.what}`, row] as const))(
    'of row %s is refused by itself, at the beginning, in the middle and at the end of a hundred',
    async (_name, { body, code }) => {
      clock.nowMs = Date.now()
      // Without a name of its own, a record of these batches would lack a model.
      const poison = String(body).replace(/^\{/, String(body).includes('"model"') ? '{' : '{"model":"m",')
      for (const at of [0, 50, 99]) {
        const batch = ++batches
        const records = Array.from(
          { length: 100 },
          (_, i) => `{"model":"good","prediction_id":"${batch}-${i}","prediction":1}`,
        )
        records[at] = poison
        const form = batch % 2 === 0 ? `[${records.join(',')}]` : records.join('\n')
        const answer = await post('/api/v1/ingest', form)
        expect(answer).toMatchObject({
          status: 200,
          accepted: 99,
          rejected: 1,
          errors: [{ index: at, code }],
        })
      }
    },
  )

  it('is kept with its reason, one and all (row 74)', async () => {
    const answer = await post('/api/v1/ingest/lost', '[{},{"features":{"a":[1]}},3]')
    expect(answer).toMatchObject({ status: 422, accepted: 0, rejected: 3 })
    const { refused } = await (await api.fetch('/api/v1/refused?model=lost')).json()
    expect(refused.map((item: { code: string; raw: string }) => [item.code, item.raw]).sort()).toEqual([
      ['missing_field', '{}'],
      ['unsupported_value', '{"features":{"a":[1]}}'],
      ['wrong_shape', '3'],
    ])
  })
})

describe('a key that stands twice (row 58)', () => {
  const warned = (answer: Answer) => answer.warnings?.map(({ code, field }) => [code, field])

  it.each([
    ['one record', '{"prediction_id":"d1","features":{"a":1,"a":2}}'],
    ['a list', '[{"prediction_id":"d2","features":{"a":1,"a":2}},{"prediction_id":"d3","prediction":1}]'],
    ['a list with names around', '{"x":"{","records":[{"prediction_id":"d4","features":{"a":1,"a":2}}]}'],
    ['lines', '{"prediction_id":"d5","features":{"a":1,"a":2}}\n{"prediction_id":"d6","prediction":1}'],
  ])('is warned of in %s, and the last one is stored', async (_name, body) => {
    const answer = await post('/api/v1/ingest/twice', body)
    expect(answer).toMatchObject({ status: 200, rejected: 0 })
    expect(warned(answer)).toContainEqual(['duplicate_key', 'features.a'])
    const id = /d\d/.exec(body)?.[0] ?? ''
    expect((await api.stores.log.findRecords('twice', [id])).get(id)?.record.f).toEqual({ a: 2 })
  })

  it('is warned of in a label', async () => {
    const body = '{"prediction_id":"d1","actual":0,"actual":1}'
    expect(warned(await post('/api/v1/labels/twice', body))).toEqual([['duplicate_key', 'actual']])
  })
})

describe('a text', () => {
  const anyText = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.string({ unit: 'grapheme', maxLength: 40 }),
    fc.constantFrom(...NAUGHTY_TEXTS),
  )

  it('is stored letter by letter or refused with a code, as value, name and model (row 94)', async () => {
    const texts = [...new Set([...NAUGHTY_TEXTS, ...fc.sample(anyText, { numRuns: 300, seed: 94 })])]
    for (const [kind, make, model] of [
      ['value', (text: string) => ({ model: 'texts', features: { x: text } }), () => 'texts'],
      [
        'name',
        (text: string, i: number) => ({ model: `names${i % 7}`, features: { [text]: 'v' } }),
        (_: string, i: number) => `names${i % 7}`,
      ],
      ['model', (text: string) => ({ model: text, features: { x: 1 } }), (text: string) => text],
    ] as const) {
      const records = texts.map((text, i) => ({ prediction_id: `${kind}${i}`, ...make(text, i) }))
      const answer = await post('/api/v1/ingest', JSON.stringify(records))
      expect([kind, answer.accepted + answer.rejected]).toEqual([kind, texts.length])
      let found = 0
      for (const [i, record] of records.entries()) {
        const name = model(texts[i] ?? '', i)
        const stored = (await api.stores.log.findRecords(name, [record.prediction_id])).get(
          record.prediction_id,
        )
        if (!stored) continue
        found++
        const expected = Object.entries(record.features).map(([key, value]) =>
          value === texts[i] && /^(NaN|nan|[-+]?(Infinity|inf))$/.test(value as string)
            ? [key, null]
            : [key, value],
        )
        expect(Object.entries(stored.record.f)).toEqual(expected)
      }
      expect([kind, found]).toEqual([kind, answer.accepted])
      for (const { code } of answer.errors) expect(Object.keys(REFUSAL_CODES)).toContain(code)
    }
    expect(({} as { admin?: boolean }).admin).toBeUndefined()
  }, 30_000)

  it('that is absent, null or empty is three things (row 107)', async () => {
    const records = [{ a: 1 }, { a: 1, b: null }, { a: 1, b: '' }].map((features, i) => ({
      prediction_id: `nothing${i}`,
      features,
    }))
    await post('/api/v1/ingest/nothing', JSON.stringify(records))
    const found = await api.stores.log.findRecords('nothing', ['nothing0', 'nothing1', 'nothing2'])
    expect([...found.values()].map(({ record }) => record.f).sort()).toEqual(
      records.map(({ features }) => features).sort(),
    )
  })
})

describe('a timestamp', () => {
  const at = (instants: readonly number[]) =>
    JSON.stringify(instants.map((ms, i) => ({ prediction: i, timestamp: new Date(ms).toISOString() })))

  it('may lie five minutes ahead to the millisecond (row 119)', async () => {
    clock.nowMs = START_MS
    const answer = await post('/api/v1/ingest/ahead', at([START_MS + 300_000, START_MS + 300_001]))
    expect(answer).toMatchObject({ accepted: 1, errors: [{ index: 1, code: 'timestamp_future' }] })
  })

  it('of a wrong clock is refused with its skew (rows 121, 122)', async () => {
    const answer = await post('/api/v1/ingest/skewed', at([START_MS + 7_200_000, START_MS + 7_200_000]))
    expect(answer).toMatchObject({ status: 422, accepted: 0, rejected: 2 })
    expect(answer.errors[0]?.message).toContain('120 min ahead')
    expect(answer.warnings).toEqual([
      { code: 'clock_skew', field: 'timestamp', count: 2, message: expect.stringContaining('120 min ahead') },
    ])
    expect(await api.stores.log.latestRecords('skewed', null, 10)).toEqual([])
  })

  it('ahead in one record of many says nothing of the clock of its sender (row 122)', async () => {
    clock.nowMs = START_MS
    const answer = await post('/api/v1/ingest/one-ahead', at([START_MS, START_MS - 1, START_MS + 7_200_000]))
    expect(answer).toMatchObject({ accepted: 2, rejected: 1 })
    expect(answer.warnings?.map(({ code }) => code)).toEqual(['no_prediction_id'])
  })

  it('that is absent is the time of arrival, and marked as that (row 115)', async () => {
    clock.nowMs = START_MS
    await post('/api/v1/ingest/undated', '{"prediction":1}')
    const [{ record } = { record: null }] = await api.stores.log.latestRecords('undated', null, 1)
    expect(record).toMatchObject({ at: START_MS, ta: 1 })
  })

  it('of a label may be as old as it likes (row 127)', async () => {
    const label = { prediction_id: 'old', actual: 1, timestamp: '2026-09-01T00:00:00Z' }
    expect(await post('/api/v1/labels/m', JSON.stringify(label))).toMatchObject({ status: 200, accepted: 1 })
  })

  it.each([
    ['prediction_timestamp', {}],
    ['timestamp', { label_timestamp: '2026-11-20T00:00:00Z' }],
  ])('of a prediction, told as %s, makes a label of 31 days later too late (row 127)', async (key, more) => {
    clock.nowMs = START_MS
    const label = (days: number) => ({
      prediction_id: `late${days}`,
      actual: 1,
      [key]: new Date(START_MS - days * 86_400_000).toISOString(),
      ...more,
    })
    const body = JSON.stringify([label(60), label(31), label(29)])
    const answer = await post('/api/v1/labels/late', body)
    expect(answer).toMatchObject({ status: 200, accepted: 1, rejected: 2 })
    expect(answer.errors.map(({ index, code }) => [index, code])).toEqual([
      [0, 'label_too_late'],
      [1, 'label_too_late'],
    ])
    expect(await post('/api/v1/labels/late?backfill=1', body)).toMatchObject({ status: 200, accepted: 3 })
    const { refused } = await (await api.fetch('/api/v1/refused?model=late')).json()
    expect(refused.map((item: { code: string }) => item.code)).toContain('label_too_late')
  })

  it('does not matter to what was stored when the clock of the server is set back over midnight (row 128)', async () => {
    clock.nowMs = START_MS
    const first = '{"prediction_id":"a","prediction":1}'
    expect(await post('/api/v1/ingest/back', first)).toMatchObject({ accepted: 1 })
    const before = await api.stores.log.head()
    clock.nowMs = START_MS - 3_600_000
    expect(await post('/api/v1/ingest/back', first)).toMatchObject({ accepted: 0, duplicates: 1 })
    expect(await post('/api/v1/ingest/back', '{"prediction_id":"b","prediction":1}')).toMatchObject({
      accepted: 1,
    })
    const blocks = await api.stores.log.readRecords(before, 10)
    expect(blocks.flatMap(({ records }) => records.map(({ id }) => id))).toEqual(['b'])
    clock.nowMs = START_MS
  })
})

describe('many small requests (row 146)', () => {
  it('are each stored once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 400 }, (_, i) =>
        post('/api/v1/ingest/tiny', `{"prediction_id":"t${i}","prediction":1}`),
      ),
    )
    expect(answers.reduce((sum, { accepted }) => sum + accepted, 0)).toBe(400)
    expect(await api.stores.log.latestRecords('tiny', null, 1_000)).toHaveLength(400)
  })
})
