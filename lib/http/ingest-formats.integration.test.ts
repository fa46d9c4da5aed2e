import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import zlib from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startServer, type TestServer } from '@/lib/runtime/testing'

const MIB = 1024 * 1024
const dataDir = mkdtempSync(path.join(tmpdir(), 'plumbline-formats-'))

let server: TestServer
let key = ''
const start = () => startServer({ dataDir, env: { PLUMBLINE_LOG_LEVEL: 'trace' } })
beforeAll(async () => {
  server = await start()
  const response = await server.fetch('/api/v1/keys', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'kserve', scopes: ['ingest'] }),
  })
  key = (await response.json()).secret
}, 60_000)
afterAll(async () => {
  await server.dispose()
  rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 })
})

const half = (side: string) => ({
  'content-type': 'application/json',
  'ce-specversion': '1.0',
  'ce-id': 'killed',
  'ce-type': `org.kubeflow.serving.inference.${side}`,
  'ce-source': 'http://localhost:9081/',
  'ce-inferenceservicename': 'iris',
})

async function post(target: string, body: BodyInit, headers: Record<string, string> = {}) {
  const response = await fetch(server.url + target, { method: 'POST', headers, body })
  return { status: response.status, text: await response.text() }
}

describe('the real server', () => {
  it('loses no half of a prediction when it is killed between the halves', async () => {
    const target = `/api/v1/ingest/k/${key}`
    const first = await post(target, '{"instances":[[6.8,2.8]]}', half('request'))
    expect(JSON.parse(first.text)).toMatchObject({ accepted: 0, waiting: 1 })
    server.kill('SIGKILL')
    await server.exited
    server = await start()
    const second = await post(target, '{"predictions":[1]}', half('response'))
    expect(JSON.parse(second.text)).toMatchObject({ accepted: 1 })
    expect(JSON.parse((await post(target, '{"predictions":[1]}', half('response'))).text)).toMatchObject({
      accepted: 0,
      waiting: 1,
    })
  }, 60_000)

  it('writes no key to its log, wherever it was sent and whatever became of it', async () => {
    const wrong = `${key.slice(0, -4)}XXXX`
    for (const secret of [key, wrong]) {
      for (const target of [`/api/v1/ingest/k/${secret}/m`, `/api/v1/ingest/m?token=${secret}`]) {
        for (const body of ['{"prediction":1}', 'no json', '{"prediction":{}}']) {
          const answer = await post(target, body)
          expect(answer.text).not.toContain(secret)
        }
        expect((await fetch(server.url + target, { method: 'HEAD' })).status).toBe(secret === key ? 200 : 401)
      }
      await post(`/api/v1/models/k/${secret}`, '')
      await post(`/api/v1/models?token=${secret}`, '')
      await post(`/api/v1/ingest/k/${secret}/%ff`, '')
      await post(`/k/${secret}/page?token=${secret}`, '')
    }
    expect(server.output()).toContain('"listening"')
    expect(server.output()).not.toContain(key.slice(10))
    expect(server.output()).not.toContain(wrong.slice(10))
  }, 30_000)

  it('stops bombs of every kind at the cap, many at once, within its memory', async () => {
    const blanks = Buffer.alloc(80 * MIB, 0x20)
    const bombs: Record<string, Uint8Array> = {
      gzip: zlib.gzipSync(blanks, { level: 1 }),
      deflate: zlib.deflateSync(blanks, { level: 1 }),
      br: zlib.brotliCompressSync(blanks, { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 1 } }),
      zstd: Buffer.from(`28b52ffd0058${'02001020'.repeat(639)}03001020`, 'hex'),
    }
    const headers = { authorization: `Bearer ${key}` }
    const send = (encoding: string) =>
      post('/api/v1/ingest/m', bombs[encoding] as BodyInit, { ...headers, 'content-encoding': encoding })
    const all = Object.keys(bombs).flatMap((encoding) => Array.from({ length: 8 }, () => encoding))
    const answers = await Promise.all(all.map(send))
    expect(
      [...new Set(answers.map(({ status }) => status))].filter((status) => ![413, 503].includes(status)),
    ).toEqual([])
    expect(answers.some(({ status }) => status === 413)).toBe(true)
    const status = readFileSync(`/proc/${server.pid}/status`, 'utf8')
    expect(Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1024).toBeLessThan(512)
    expect((await post('/api/v1/ingest/m', '{"prediction":1}', headers)).status).toBe(200)
  }, 60_000)
})
