import zlib from 'node:zlib'
import { encode } from '@msgpack/msgpack'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestStores } from '@/db/sqlite/testing'
import { INVALID_JSON, VALID_JSON } from '@/lib/http/json-corpus'
import { startTestApi, type TestApi } from '@/lib/http/testing'
import { NAUGHTY_TEXTS } from '@/lib/http/testing-texts'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi(await openTestStores())
})
afterAll(() => api[Symbol.asyncDispose]())

interface Form {
  readonly headers: Readonly<Record<string, string>>
  /** The body around the text of one record. */
  readonly wrap: (text: string) => string | Uint8Array
}

const EVENT = { 'ce-specversion': '1.0', 'ce-source': 's', 'ce-type': 'ml.prediction', 'ce-id': 'e' }
const HALF = { ...EVENT, 'ce-type': 'org.kubeflow.serving.inference.request' }
const FIREHOSE = { 'x-amz-firehose-request-id': 'r', 'x-amz-firehose-protocol-version': '1.0' }

const FORMS: Readonly<Record<string, Form>> = {
  plain: { headers: {}, wrap: (text) => text },
  'a list under a name': { headers: {}, wrap: (text) => `{"events":[${text}]}` },
  'a line of a log': { headers: {}, wrap: (text) => JSON.stringify({ log: text, stream: 'stdout' }) },
  'an event in binary mode': { headers: EVENT, wrap: (text) => text },
  'an event in structured mode': {
    headers: { 'content-type': 'application/cloudevents+json' },
    wrap: (text) => `{"specversion":"1.0","id":"x","source":"s","type":"t","data":${text}}`,
  },
  'an event in base64': {
    headers: { 'content-type': 'application/cloudevents+json' },
    wrap: (text) =>
      JSON.stringify({ specversion: '1.0', id: 'x', source: 's', type: 't', data_base64: base64(text) }),
  },
  'half of a prediction': { headers: HALF, wrap: (text) => text },
  'a delivery of Firehose': {
    headers: FIREHOSE,
    wrap: (text) => JSON.stringify({ requestId: 'r', timestamp: 1, records: [{ data: base64(text) }] }),
  },
  'a form': {
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    wrap: (text) => `message=${new URLSearchParams([['', text]]).toString().slice(1)}`,
  },
  'a text in MessagePack': {
    headers: { 'content-type': 'application/msgpack' },
    wrap: (text) => encode({ log: text }),
  },
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64')
}

let sent = 0
async function send(body: string | Uint8Array, headers: Readonly<Record<string, string>>) {
  // Each request by itself: a body that was sent before would be recognised.
  const model = `suite${sent++ % 50}`
  const response = await api.fetch(`/api/v1/ingest/${model}`, {
    method: 'POST',
    headers,
    body: body as BodyInit,
  })
  return { status: response.status, model, text: await response.text() }
}

/** Many at once, as commits are shared then, but not so many that they are turned away. */
async function inTurns<T>(
  items: readonly T[],
  one: (item: T, index: number) => Promise<void>,
): Promise<void> {
  const AT_ONCE = 40
  for (let from = 0; from < items.length; from += AT_ONCE)
    await Promise.all(items.slice(from, from + AT_ONCE).map((item, i) => one(item, from + i)))
}

const lengthsOf = (bytes: Uint8Array, step: number) =>
  Array.from({ length: Math.ceil((bytes.length - 1) / step) }, (_, i) => 1 + i * step)

/** The server lives: nothing was logged as our own fault, and the next request is served. */
async function expectWell(): Promise<void> {
  expect(api.logged).toEqual([])
  const next = await send(JSON.stringify({ prediction_id: `well${sent}`, prediction: 1 }), {})
  expect(JSON.parse(next.text)).toMatchObject({ accepted: 1 })
}

describe.each(Object.entries(FORMS))('%s', (_form, { headers, wrap }) => {
  it('is answered whatever JSON or broken JSON it carries, and never as our fault', async () => {
    await inTurns([...VALID_JSON, ...INVALID_JSON], async (text) => {
      const { status, text: answer } = await send(wrap(text), headers)
      expect([200, 422], `${text} → ${answer}`).toContain(status)
    })
    await expectWell()
  })

  it('is answered whatever texts stand in it as id, name, value, version or model', async () => {
    await inTurns(NAUGHTY_TEXTS, async (naughty, i) => {
      const record = {
        prediction_id: naughty === '' ? 'empty' : naughty,
        model_id: naughty,
        model_version: i % 2 === 0 ? naughty : '1',
        features: { [naughty]: naughty, other: i },
        tags: { [naughty]: naughty },
        prediction: naughty,
      }
      const { status, text } = await send(wrap(JSON.stringify(record)), headers)
      expect([200, 422], `${JSON.stringify(naughty)} → ${text}`).toContain(status)
    })
    await expectWell()
  })

  it('is never taken for a whole one when it is cut off, at any byte', async () => {
    const whole = Buffer.from(
      wrap(JSON.stringify({ prediction_id: 'cut', features: { a: 1 }, prediction: 'é' })),
    )
    const before = await count()
    await inTurns(lengthsOf(whole, 1), async (length) => {
      const { status, text } = await send(whole.subarray(0, length), headers)
      expect(status, `${length} → ${text}`).toBe(422)
    })
    expect(await count()).toBe(before)
    await expectWell()
  })

  it('is never taken for a whole one when its compressed form is cut off, at any byte', async () => {
    const whole = Buffer.from(wrap(JSON.stringify({ features: { a: 1 }, prediction: 1 })))
    const forms = { gzip: zlib.gzipSync(whole), br: zlib.brotliCompressSync(whole) }
    const before = await count()
    for (const [encoding, bytes] of Object.entries(forms)) {
      await inTurns(lengthsOf(bytes, 5), async (length) => {
        const { status } = await send(bytes.subarray(0, length), { ...headers, 'content-encoding': encoding })
        expect(status).toBe(422)
      })
    }
    expect(await count()).toBe(before)
  })
})

async function count(): Promise<number> {
  return (await api.stores.log.listPartitions()).reduce((sum, { records }) => sum + records, 0)
}

describe('values of records', () => {
  it('are kept byte for byte through every form, or refused with a reason', async () => {
    for (const [name, { headers, wrap }] of Object.entries(FORMS)) {
      if (name === 'half of a prediction' || name === 'a form') continue
      await inTurns(NAUGHTY_TEXTS, async (naughty, i) => {
        const id = `${name} ${i}`
        const record = { prediction_id: id, features: { [`n${i % 20}`]: naughty }, prediction: 1 }
        const { model, status, text } = await send(wrap(JSON.stringify(record)), headers)
        const found = (await api.stores.log.findRecords(model, [id])).get(id)
        if (status === 200 && found) {
          const missing = ['NaN', 'Infinity', '-inf'].includes(naughty)
          expect(Object.values(found.record.f), text).toEqual([missing ? null : naughty])
        } else expect(text).toMatch(/control_char|invalid_unicode|errorMessage/)
      })
    }
  })
})
