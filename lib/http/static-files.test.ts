import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createStaticFiles } from '@/lib/http/static-files'

const folder = mkdtempSync(path.join(tmpdir(), 'plumbline-static-'))
const script = 'export const answer = 42;'.repeat(50)
let server: http.Server
let port = 0

function get(
  url: string,
  encoding: string,
): Promise<{ status: number; headers: http.IncomingHttpHeaders; body: Buffer }> {
  return new Promise((resolve, reject) => {
    const request = http.get({ port, path: url, headers: { 'accept-encoding': encoding } }, (response) => {
      const parts: Buffer[] = []
      response.on('data', (part) => parts.push(part))
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(parts) }),
      )
    })
    request.on('error', reject)
  })
}

beforeAll(async () => {
  mkdirSync(path.join(folder, 'chunks'))
  writeFileSync(path.join(folder, 'chunks/0a-b_~c.js'), script)
  writeFileSync(path.join(folder, '../plumbline-outside.js'), 'secret')
  const serve = createStaticFiles(folder)
  server = http.createServer(async (request, response) => {
    if (!(await serve(request, response))) response.writeHead(404).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  port = (server.address() as AddressInfo).port
})

afterAll(() => {
  server.close()
  rmSync(folder, { recursive: true })
  rmSync(path.join(folder, '../plumbline-outside.js'))
})

describe('built files', () => {
  it('come compressed as the browser likes, the same bytes each time', async () => {
    for (let visit = 0; visit < 2; visit++) {
      const brotli = await get('/_next/static/chunks/0a-b_~c.js', 'gzip, deflate, br')
      expect(brotli.headers['content-encoding']).toBe('br')
      expect(brotliDecompressSync(brotli.body).toString()).toBe(script)
      const gzipped = await get('/_next/static/chunks/0a-b_~c.js?v=1', 'gzip')
      expect(gunzipSync(gzipped.body).toString()).toBe(script)
      const plain = await get('/_next/static/chunks/0a-b_~c.js', 'identity')
      expect(plain.body.toString()).toBe(script)
      expect(plain.headers['cache-control']).toContain('immutable')
      expect(plain.headers['content-type']).toContain('javascript')
    }
  })

  it('are left to others when they are not there, not of a built kind, or outside the folder', async () => {
    for (const url of [
      '/_next/static/chunks/none.js',
      '/_next/static/../../plumbline-outside.js',
      '/_next/static/chunks/..%2f..%2fplumbline-outside.js',
      '/_next/static/chunks/',
      '/_next/static/.env',
      '/_next/other/chunks/0a-b_~c.js',
    ]) {
      expect((await get(url, 'br')).status, url).toBe(404)
    }
  })
})
