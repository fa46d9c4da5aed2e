import net from 'node:net'
import zlib from 'node:zlib'
import * as snappy from 'snappyjs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestStores } from '@/db/sqlite/testing'
import { INVALID_JSON, VALID_JSON } from '@/lib/http/json-corpus'
import { ROUTES } from '@/lib/http/routes'
import { ADMIN_KEY, startTestApi, type TestApi } from '@/lib/http/testing'
import { FORMS_OF, type Form } from '@/lib/http/testing-forms'
import { rawRequest, sendRaw } from '@/lib/http/testing-raw'
import { NAUGHTY_TEXTS } from '@/lib/http/testing-texts'
import { Xxh64 } from '@/lib/http/zstd/xxh64'
import { startServer, type TestServer } from '@/lib/runtime/testing'

const MIB = 1024 * 1024
/** Small, so that bombs are quickly made and quickly found. */
const MAX_DECODED = 2 * MIB

let api: TestApi
/** The whole server: time limits are its own. */
let server: TestServer
beforeAll(async () => {
  api = await startTestApi(await openTestStores(), { limits: { maxDecodedBytes: MAX_DECODED } })
  server = await startServer()
  const rows = Array.from({ length: 300 }, (_, i) => `${i % 50},${i % 2}`)
  const put = await api.fetch('/api/v1/models/forms/versions/1/profile?activate=1', {
    method: 'PUT',
    headers: { 'content-type': 'text/csv' },
    body: ['a,prediction', ...rows].join('\n'),
  })
  expect(put.ok, await put.text()).toBe(true)
})
afterAll(async () => {
  await api[Symbol.asyncDispose]()
  await server.dispose()
})

/** Every route that machines send to. */
const SENT_TO = ROUTES.filter(({ access, method }) => access === 'ingest' && method !== 'GET').map(
  ({ method, path, handler }, at, all) => ({
    name: `${method} ${path}`,
    method,
    path: path.replace(/\{\w+\}/g, 'forms'),
    /** Another address of one that stands before it. */
    isOther: all.findIndex((route) => route.handler === handler) < at,
    at,
  }),
)
type SentTo = (typeof SENT_TO)[number]

const isRead = ({ name }: SentTo) => FORMS_OF[name] !== 'no body is read'
const CASES = SENT_TO.filter(isRead).flatMap((route) =>
  ((FORMS_OF[route.name] ?? []) as readonly Form[]).map(
    (form) => [`${route.name} (${form.what})`, route, form] as const,
  ),
)

/** Everything for the first address of a handler; for its others some, at each something else. */
function shareOf<T>({ isOther, at }: SentTo, items: readonly T[]): readonly T[] {
  return isOther ? items.filter((_, i) => i % 8 === at % 8) : items
}

async function send({ method, path }: SentTo, body: string | Uint8Array, headers: Form['headers']) {
  const response = await api.fetch(path, { method, headers, body: body as BodyInit })
  return { status: response.status, text: await response.text() }
}

const bytesOf = (body: string | Uint8Array) => Buffer.from(body as Uint8Array)

/** Many at once, as commits are shared then, but not so many that they are turned away. */
async function inTurns<T>(items: readonly T[], one: (item: T) => Promise<void>): Promise<void> {
  const AT_ONCE = 40
  for (let from = 0; from < items.length; from += AT_ONCE)
    await Promise.all(items.slice(from, from + AT_ONCE).map(one))
}

async function countStored(): Promise<number> {
  const { log, metadata } = api.stores
  const records = (await log.listPartitions()).reduce((sum, partition) => sum + partition.records, 0)
  const labels = (await log.readLabels(null, 1_000_000)).reduce((sum, block) => sum + block.labels.length, 0)
  const markers = await metadata.listMarkers({ range: { startMs: 0, endMs: 9e15 }, limit: 1_000 })
  return records + labels + markers.length
}

let sentinels = 0
/** Nothing was logged as our own fault, and the next request is served. */
async function expectWell(): Promise<void> {
  expect(api.logged.splice(0)).toEqual([])
  const body = JSON.stringify({ prediction_id: `well${sentinels++}`, prediction: 1 })
  const next = await api.fetch('/api/v1/ingest/well', { method: 'POST', body })
  expect(await next.json()).toMatchObject({ accepted: 1 })
}

/** One raw block in a frame with a checksum: there is no encoder in Node 20. */
function zstdStored(bytes: Buffer): Buffer {
  const head = Buffer.from('28b52ffd0458000000', 'hex')
  head.writeUIntLE((bytes.length << 3) | 1, 6, 3)
  const sum = Buffer.alloc(4)
  sum.writeUInt32LE(Number(BigInt.asUintN(32, new Xxh64(0).finish(bytes, bytes.length))))
  return Buffer.concat([head, bytes, sum])
}

const COMPRESS: Readonly<Record<string, (bytes: Buffer) => Buffer>> = {
  gzip: (bytes) => zlib.gzipSync(bytes),
  deflate: (bytes) => zlib.deflateSync(bytes),
  br: (bytes) => zlib.brotliCompressSync(bytes),
  zstd: zstdStored,
  snappy: (bytes) => snappy.compress(bytes),
}

const blanks = Buffer.alloc(2 * MAX_DECODED, 0x20)
const BOMBS: Readonly<Record<string, Buffer>> = {
  gzip: zlib.gzipSync(blanks),
  deflate: zlib.deflateSync(blanks),
  br: zlib.brotliCompressSync(blanks, { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 1 } }),
  // Runs of 128 KiB.
  zstd: Buffer.from(`28b52ffd0058${'02001020'.repeat(31)}03001020`, 'hex'),
  snappy: snappy.compress(blanks),
}

describe('the table of routes', () => {
  it('has nothing that machines send to without a body for it here, and no more is here than there is', () => {
    expect(Object.keys(FORMS_OF).sort()).toEqual(SENT_TO.map(({ name }) => name).sort())
  })
})

function headOf({ method, path }: SentTo, key: string, length: number, headers: Form['headers']): string[] {
  return [
    `${method} ${path} HTTP/1.1`,
    'Host: localhost',
    `Authorization: Bearer ${key}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    `Content-Length: ${length}`,
  ]
}

const JSON_TYPE = { 'content-type': 'application/json' }

/** Half a request on every route, and then silence. */
const silent = new Map<string, Promise<string>>()
describe('clients that are slow', () => {
  it('begin a body on every route, and fall silent', () => {
    for (const route of SENT_TO) {
      const request = rawRequest(headOf(route, server.adminKey, 100, JSON_TYPE), '[{"predic')
      silent.set(route.name, readUntilClosed(server.port, request))
    }
  })
})

describe('clients that announce too much', () => {
  it('are refused unread on every route', async () => {
    const answers = await Promise.all(
      SENT_TO.filter(isRead).map(async (route) => {
        const request = rawRequest(headOf(route, server.adminKey, 99_999_999, JSON_TYPE), '[')
        return [route.name, (await sendRaw(server.port, [request], { waitMs: 2_000 })).status]
      }),
    )
    expect(answers.filter(([, status]) => status !== 413)).toEqual([])
  })
})

function readUntilClosed(port: number, request: Buffer): Promise<string> {
  return new Promise((resolve) => {
    let text = ''
    const socket = net.connect(port, '127.0.0.1', () => socket.write(request))
    socket.on('data', (part) => {
      text += part
    })
    socket.on('error', () => {})
    socket.on('close', () => resolve(text))
  })
}

describe.each(CASES)('%s', (_name, route, form) => {
  const { headers, wrap, inside = wrap, good } = form
  it('takes what is good, whole and compressed in each way', async () => {
    const whole = bytesOf(wrap(good))
    const answers = [await send(route, whole, headers)]
    for (const [encoding, compress] of Object.entries(COMPRESS))
      answers.push(
        await send(route, compress(bytesOf(inside(good))), { ...headers, 'content-encoding': encoding }),
      )
    for (const { status, text } of answers) expect([200, 201, 204], text).toContain(status)
    await expectWell()
  })

  it('stops at the limit whatever a body would grow to', async () => {
    for (const [encoding, bomb] of Object.entries(BOMBS)) {
      const { status, text } = await send(route, bomb, { ...headers, 'content-encoding': encoding })
      expect([encoding, status], text).toEqual([encoding, 413])
    }
    await expectWell()
  })

  it('never takes a compressed body for a whole one when it is cut off, at any byte', async () => {
    const before = await countStored()
    for (const [encoding, compress] of Object.entries(COMPRESS)) {
      const whole = compress(bytesOf(inside(good.replace('good', 'cut'))))
      const lengths = Array.from({ length: whole.length - 1 }, (_, i) => i + 1)
      await inTurns(shareOf(route, lengths), async (length) => {
        const sent = { ...headers, 'content-encoding': encoding }
        const { status, text } = await send(route, whole.subarray(0, length), sent)
        expect([400, 422], `${encoding} ${length}: ${text}`).toContain(status)
      })
    }
    expect(await countStored()).toBe(before)
    await expectWell()
  })

  it('never takes less than was announced for a whole body', async () => {
    const before = await countStored()
    const whole = bytesOf(wrap(good.replace('good', 'short')))
    const head = headOf(route, ADMIN_KEY, whole.length + 1, headers)
    for (const part of [0, Math.floor(whole.length / 2), whole.length]) {
      const request = rawRequest(head, whole.subarray(0, part))
      const { status } = await sendRaw(api.port, [request], { end: true, waitMs: 20 })
      expect([0, 400]).toContain(status)
    }
    expect(await countStored()).toBe(before)
  })

  it('answers whatever JSON, broken JSON or text it carries, and never as our fault', async () => {
    const texts = NAUGHTY_TEXTS.map((naughty) =>
      JSON.stringify({
        prediction_id: naughty,
        model: naughty,
        model_version: naughty,
        features: { [naughty]: naughty },
        tags: { [naughty]: naughty },
        prediction: naughty,
        actual: naughty,
        event: naughty,
        memory_bytes: naughty,
      }),
    )
    await inTurns(shareOf(route, [...VALID_JSON, ...INVALID_JSON, ...texts]), async (text) => {
      const { status, text: answer } = await send(route, wrap(text), headers)
      expect([200, 204, 400, 422, ...(form.also ?? [])], `${text} → ${answer}`).toContain(status)
    })
    await expectWell()
  })

  it('refuses what is no request to it, and stores nothing of it', async () => {
    const before = await countStored()
    const whole = wrap(good.replace('good', 'refused'))
    const odd = bytesOf(wrap('{"x":"#"}')).toString('latin1').replace('#', '\u00ff')
    const answers: [string, number[], Promise<{ status: number; text: string }>][] = [
      ['a wrong key', [401, 403], send(route, whole, { ...headers, authorization: 'Bearer plb_wrong' })],
      ['an unknown encoding', [415], send(route, whole, { ...headers, 'content-encoding': 'lz4' })],
      ['two encodings', [415], send(route, whole, { ...headers, 'content-encoding': 'gzip, gzip' })],
      [
        'no UTF-8',
        form.isBinary ? [200, 204, 400, 422] : [400, 422],
        send(route, Buffer.from(odd, 'latin1'), headers),
      ],
      ['UTF-16', [400, 422], send(route, Buffer.from(`\ufeff${good}`, 'utf16le'), headers)],
      ['a key in the query', [400], send({ ...route, path: `${route.path}?api_key=plb_x` }, whole, headers)],
    ]
    for (const [what, statuses, answer] of answers) {
      const { status, text } = await answer
      expect(statuses, `${what}: ${text}`).toContain(status)
      expect(text).not.toMatch(/plb_\w/)
    }
    if (!form.isOfAnyType) {
      const html = await send(route, whole, { ...headers, 'content-type': 'text/html' })
      expect(html.status, html.text).toBe(415)
    }
    if (!form.isBinary) expect((await send(route, '', headers)).status).toBeLessThan(500)
    expect(await countStored()).toBe(before)
    await expectWell()
  })
})

describe('routes that do nothing with a body', () => {
  it.each(SENT_TO.filter((route) => !isRead(route)).map((route) => [route.name, route] as const))(
    'say so whatever comes: %s',
    async (_name, route) => {
      const before = await countStored()
      const encoded = { 'content-encoding': 'gzip' }
      const bombs = BOMBS.gzip ?? Buffer.alloc(0)
      for (const [body, headers] of [
        ['{"predic', {}] as const,
        ['\ud800', {}] as const,
        [bombs, encoded] as const,
      ])
        expect((await send(route, body, headers)).status).toBe(200)
      expect(await countStored()).toBe(before)
      await expectWell()
    },
  )
})

describe('slow clients', () => {
  it('kept nobody waiting, and were let go', async () => {
    const startedMs = performance.now()
    const body = JSON.stringify({ prediction_id: 'quick', prediction: 1 })
    const quick = await server.fetch('/api/v1/ingest/well', { method: 'POST', body })
    expect(quick.status).toBe(200)
    expect(performance.now() - startedMs).toBeLessThan(2_000)
    for (const [name, answer] of silent)
      expect([name, await answer]).toEqual([name, expect.stringMatching(/^HTTP\/1\.1 (408|200)/)])
  }, 20_000)
})
