import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { BAD_INPUT_ROWS } from '@/lib/http/bad-input-rows'
import { rawRequest, sendRaw, sendRow } from '@/lib/http/testing-raw'
import { startServer, type TestServer } from '@/lib/runtime/testing'

let server: TestServer
let sentinels = 0
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.dispose())

async function expectNextServed(): Promise<void> {
  const body = JSON.stringify({ prediction_id: `s${sentinels++}`, prediction: 1 })
  const next = await server.fetch('/api/v1/ingest/sentinel', { method: 'POST', body })
  expect(await next.json()).toMatchObject({ accepted: 1 })
}

/** Highest resident memory of the server so far, in MiB (Linux). */
function peakMib(): number {
  const status = readFileSync(`/proc/${server.pid}/status`, 'utf8')
  return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1024
}

describe('the real server', () => {
  it.each(BAD_INPUT_ROWS.map((row) => [`${row.row}: ${row.what}`, row] as const))(
    'answers row %s as promised',
    async (_name, row) => {
      const { status, code, body } = await sendRow(server.port, server.adminKey, row)
      expect([status, code, body.accepted]).toEqual([row.status, row.code, row.accepted ?? body.accepted])
      await expectNextServed()
    },
  )

  it.each([
    ['TRACE', ['TRACE /api/v1/ingest HTTP/1.1', 'Host: localhost'], [405]],
    ['no Host on HTTP/1.1', ['GET /api/v1/limits HTTP/1.1'], [400]],
    ['another host', ['GET /api/v1/limits HTTP/1.1', 'Host: evil.example'], [400]],
    [
      'an oversize length that waits for a go-ahead',
      ['POST /api/v1/ingest HTTP/1.1', 'Host: localhost', 'Expect: 100-continue', 'Content-Length: 99999999'],
      [413],
    ],
    [
      '2,000 header lines',
      ['GET /livez HTTP/1.1', 'Host: localhost', ...Array.from({ length: 2_000 }, (_, i) => `x${i}: 1`)],
      [400, 431],
    ],
    [
      'length and chunks at once',
      ['POST /api/v1/ingest HTTP/1.1', 'Host: localhost', 'Content-Length: 5', 'Transfer-Encoding: chunked'],
      [400],
    ],
    ['a negative length', ['POST /api/v1/ingest HTTP/1.1', 'Host: localhost', 'Content-Length: -1'], [400]],
  ])('refuses %s', async (_name, head, statuses) => {
    const answer = await sendRaw(server.port, [rawRequest(head)])
    expect(statuses).toContain(answer.status)
    await expectNextServed()
  })

  it('stays within 512 MiB while bodies at the limits come side by side', async () => {
    const wide = `[${Array.from({ length: 5_000 }, (_, i) => `{"prediction_id":"w${i}","features":{${Array.from({ length: 100 }, (_, k) => `"f${k}":${i}.5`).join(',')}}}`).join(',')}]`
    const bodies = [
      `[${'{},'.repeat(3e6)}{}]`,
      `[${'[],'.repeat(3e6)}[]]`,
      wide,
      wide.replaceAll('},{', '}\n{').slice(1, -1),
    ]
    const answers = await Promise.all(
      [...bodies, ...bodies, ...bodies].map((body) =>
        server.fetch('/api/v1/ingest/heavy', { method: 'POST', body }),
      ),
    )
    for (const answer of answers) expect([200, 413, 503]).toContain(answer.status)
    await expectNextServed()
    expect(peakMib()).toBeLessThan(512)
  })

  it('serves others while one model sends a hundred times as much (row 148)', async () => {
    let isOver = false
    let loud = 0
    const flood = async (client: number) => {
      for (let n = 0; !isOver; n++) {
        const records = Array.from(
          { length: 1_000 },
          (_, i) => `{"prediction_id":"${client}-${n}-${i}","features":{"a":${i}}}`,
        )
        const answer = await server.fetch('/api/v1/ingest/loud', { method: 'POST', body: records.join('\n') })
        expect([200, 503]).toContain(answer.status)
        if (answer.status === 200) loud += records.length
        await answer.text()
      }
    }
    const flooding = Promise.all(Array.from({ length: 6 }, (_, client) => flood(client)))
    const waits: number[] = []
    for (let i = 0; i < 60; i++) {
      const started = performance.now()
      const body = JSON.stringify({ prediction_id: `q${i}`, prediction: 1 })
      const answer = await server.fetch('/api/v1/ingest/quiet', { method: 'POST', body })
      expect(await answer.json()).toMatchObject({ accepted: 1 })
      waits.push(performance.now() - started)
    }
    isOver = true
    await flooding
    expect(loud).toBeGreaterThan(60 * 100)
    // Far above what an idle machine needs: a queue behind the flood would grow without end.
    expect(Math.max(...waits)).toBeLessThan(5_000)
    await expectNextServed()
  })

  it('lost nothing that it acknowledged, and is still the same process', async () => {
    const ids = Array.from({ length: sentinels }, (_, i) => ({ prediction_id: `s${i}`, prediction: 1 }))
    const again = await server.fetch('/api/v1/ingest/sentinel', { method: 'POST', body: JSON.stringify(ids) })
    expect(await again.json()).toMatchObject({ accepted: 0, duplicates: sentinels })
    expect((await fetch(`${server.url}/readyz`)).status).toBe(200)
    // Row 31: neither a key in an address nor the right one gets into the log.
    expect(server.output()).not.toMatch(/plb_/)
    expect(server.output()).not.toMatch(/unexpected|"level":"(error|fatal)"/)
  })
})
