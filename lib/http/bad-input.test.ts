import net from 'node:net'
import zlib from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { openTestStores } from '@/db/sqlite/testing'
import { BAD_INPUT_ROWS } from '@/lib/http/bad-input-rows'
import { ADMIN_KEY, startTestApi, type TestApi } from '@/lib/http/testing'
import { rawRequest, sendRaw, sendRow } from '@/lib/http/testing-raw'

let api: TestApi
let stored = 0
let sentinels = 0
beforeAll(async () => {
  api = await startTestApi(await openTestStores())
})
afterAll(() => api[Symbol.asyncDispose]())

async function countStored(): Promise<number> {
  return (await api.stores.log.listPartitions()).reduce((sum, partition) => sum + partition.records, 0)
}

/** The server lives, the next request is served, and exactly what was acknowledged is there. */
async function expectWell(accepted: number): Promise<void> {
  const body = JSON.stringify({ prediction_id: `well-${sentinels++}`, prediction: 1 })
  const next = await api.fetch('/api/v1/ingest/well', { method: 'POST', body })
  expect(await next.json()).toMatchObject({ accepted: 1 })
  stored += accepted + 1
  expect(await countStored()).toBe(stored)
  expect(api.logged).toEqual([])
}

describe('a bad request', () => {
  it.each(BAD_INPUT_ROWS.map((row) => [`${row.row}: ${row.what}`, row] as const))(
    'of row %s is answered as promised',
    async (_name, row) => {
      const { body, ...answer } = await sendRow(api.port, ADMIN_KEY, row)
      expect([answer.status, answer.code, body.accepted]).toEqual([
        row.status,
        row.code,
        row.accepted ?? body.accepted,
      ])
      expect(answer.text.toLowerCase()).not.toContain('access-control-allow')
      expect(answer.text.toLowerCase()).toContain('x-request-id: ')
      if (answer.status !== 204) expect(answer.text).toMatch(/content-type: application\/(problem\+)?json/i)
      expect(answer.text).not.toMatch(/plb_\w/)
      await expectWell(row.accepted ?? 0)
    },
  )
})

const head = (...more: string[]) => [
  'POST /api/v1/ingest/raw HTTP/1.1',
  'Host: localhost',
  `Authorization: Bearer ${ADMIN_KEY}`,
  ...more,
]
const BODY = '[{"prediction":1},{"prediction":2}]'
const chunked = (text: string) => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`

describe('a broken transport', () => {
  it('never makes a whole body out of one that was cut off, at any byte, with a length or in chunks', async () => {
    const lines = '{"prediction":1}\n{"prediction":2}\n{"prediction":3}'
    for (let cut = 0; cut < lines.length; cut += 3) {
      const part = lines.slice(0, cut)
      await sendRaw(api.port, [rawRequest(head(`Content-Length: ${lines.length}`), part)], {
        end: true,
        waitMs: 30,
      })
      const chunk = part === '' ? '' : chunked(part)
      await sendRaw(api.port, [rawRequest(head('Transfer-Encoding: chunked'), chunk)], {
        end: true,
        waitMs: 30,
      })
    }
    await expectWell(0)
  }, 30_000)

  it('refuses an announced length over the limit before it reads', async () => {
    const answer = await sendRaw(api.port, [rawRequest(head('Content-Length: 99999999'), '[')])
    expect([answer.status, answer.code]).toEqual([413, 'body_too_large'])
    expect(answer.text).toContain('"limit":16777216')
    await expectWell(0)
  })

  it('refuses a chunked body as soon as it crosses the limit, and hangs up', async () => {
    const mebibyte = Buffer.from(chunked(' '.repeat(1024 * 1024)))
    const parts = [
      rawRequest(head('Transfer-Encoding: chunked')),
      ...Array.from({ length: 20 }, () => mebibyte),
    ]
    const answer = await sendRaw(api.port, parts, { pauseMs: 5, waitMs: 1_500 })
    expect([answer.status, answer.code]).toEqual([413, 'body_too_large'])
    expect(answer.text.toLowerCase()).toContain('connection: close')
    await expectWell(0)
  })

  it('stores what a length covers and takes the bytes after it for no record', async () => {
    const answer = await sendRaw(api.port, [
      rawRequest(head(`Content-Length: ${BODY.length}`), `${BODY}{"prediction":3}`),
    ])
    // Node answers the garbage with 400, often before our own answer is ready; what counts is that it is no record.
    expect(answer.statuses.every((status) => status === 200 || status === 400)).toBe(true)
    await expectWell(2)
  })

  it.each([
    ['both a length and chunks', ['Content-Length: 5', 'Transfer-Encoding: chunked']],
    ['two lengths', ['Content-Length: 5', 'Content-Length: 6']],
    ['a negative length', ['Content-Length: -1']],
    ['a length with an exponent', ['Content-Length: 1e3']],
    ['a length with a sign', ['Content-Length: +5']],
    ['a length of 2^63', ['Content-Length: 9223372036854775808']],
    ['an unknown transfer encoding', ['Transfer-Encoding: rot13']],
    ['NUL in a header', ['X-Bad: a\u0000b']],
    ['a carriage return in a header', ['X-Bad: a\rb']],
    ['a header without a name', [': a']],
  ])('refuses %s', async (_name, headers) => {
    const answer = await sendRaw(api.port, [rawRequest(head(...headers), chunked(BODY))], { end: true })
    expect([400, 413]).toContain(answer.status)
    await expectWell(0)
  })

  it('refuses a bad chunk size', async () => {
    const answer = await sendRaw(
      api.port,
      [rawRequest(head('Transfer-Encoding: chunked'), `zz\r\n${BODY}\r\n0\r\n\r\n`)],
      { end: true },
    )
    expect([0, 400]).toContain(answer.status)
    await expectWell(0)
  })

  it('refuses chunk extensions of 16 KiB and more', async () => {
    const body = `${BODY.length.toString(16)};${'x'.repeat(20_000)}\r\n${BODY}\r\n0\r\n\r\n`
    const answer = await sendRaw(api.port, [rawRequest(head('Transfer-Encoding: chunked'), body)], {
      end: true,
    })
    expect([400, 413]).toContain(answer.status)
    await expectWell(0)
  })

  it('serves HTTP/1.0, which names no host', async () => {
    const body = '[{"prediction":10},{"prediction":11}]'
    const answer = await sendRaw(api.port, [
      rawRequest(
        [
          'POST /api/v1/ingest/raw HTTP/1.0',
          `Authorization: Bearer ${ADMIN_KEY}`,
          `Content-Length: ${body.length}`,
        ],
        body,
      ),
    ])
    expect(answer.text).toMatch(/^HTTP\/1\.[01] 200/)
    await expectWell(2)
  })

  it('keeps what it stored for a client that never reads the answer', async () => {
    const body = '[{"prediction":20},{"prediction":21}]'
    const socket = net.connect(api.port, '127.0.0.1')
    socket.pause()
    socket.write(rawRequest(head(`Content-Length: ${body.length}`), body))
    await vi.waitFor(async () => expect(await countStored()).toBe(stored + 2))
    socket.destroy()
    await expectWell(2)
  })

  it('takes no record out of gzip that was cut off, wherever', async () => {
    const whole = zlib.gzipSync('{"prediction":1}\n{"prediction":2}\n{"prediction":3}')
    for (let cut = 1; cut < whole.length; cut++) {
      const body = whole.subarray(0, cut)
      const headers = { 'content-encoding': 'gzip' }
      const answer = await api.fetch('/api/v1/ingest/cut', { method: 'POST', headers, body })
      expect([answer.status, (await answer.json()).code]).toEqual([422, 'bad_compression'])
    }
    await expectWell(0)
  })

  it('takes a body that comes in many small chunks', async () => {
    const parts = [
      rawRequest(head('Transfer-Encoding: chunked')),
      ...[...'[{"prediction":3},{"prediction":4}]'].map((letter) => Buffer.from(chunked(letter))),
    ]
    const answer = await sendRaw(api.port, [...parts, Buffer.from('0\r\n\r\n')])
    expect(answer.status).toBe(200)
    await expectWell(2)
  })

  it('answers HEAD like GET without a body, and unknown methods with 405', async () => {
    for (const what of ['ingest', 'labels', 'events', 'resources'])
      for (const path of [`/api/v1/${what}`, `/api/v1/${what}/m`]) {
        const answer = await api.fetch(path, { method: 'HEAD' })
        expect([path, answer.status, await answer.text()]).toEqual([path, 200, ''])
        expect(await (await api.fetch(path)).json()).toEqual({ ready: true })
      }
    const patch = await api.fetch('/api/v1/ingest/m', { method: 'PATCH' })
    expect([patch.status, patch.headers.get('allow')]).toEqual([405, 'GET, HEAD, OPTIONS, POST, PUT'])
    await expectWell(0)
  })

  it('keeps a body of 12 MiB byte for byte', async () => {
    const values = Array.from(
      { length: 12_000 },
      (_, i) => `{"prediction_id":"big-${i}","features":{"t":"${String(i).padStart(1_000, '.')}"}}`,
    )
    const answer = await api.fetch('/api/v1/ingest/big', { method: 'POST', body: values.join('\n') })
    expect(await answer.json()).toMatchObject({ accepted: 12_000, rejected: 0 })
    const found = await api.stores.log.findRecords('big', ['big-0', 'big-11999'])
    expect(found.get('big-11999')?.record.f.t).toBe('11999'.padStart(1_000, '.'))
    await expectWell(12_000)
  })
})
