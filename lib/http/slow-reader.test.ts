import net from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { openTestStores } from '@/db/sqlite/testing'
import { ADMIN_KEY, startTestApi } from '@/lib/http/testing'
import { rawRequest } from '@/lib/http/testing-raw'

const MEBIBYTE = 1024 * 1024

describe('row 20: a client that takes nothing of a long answer', () => {
  it('is let go at the write time-out, and with it what the answer held', async () => {
    await using api = await startTestApi(await openTestStores(), { writeTimeoutMs: 300 })
    const head = ['GET /api/v1/live HTTP/1.1', 'Host: localhost', `Authorization: Bearer ${ADMIN_KEY}`]
    const socket = net.connect(api.port, '127.0.0.1')
    let bytes = 0
    const closed = new Promise((resolve) => socket.once('close', resolve))
    socket.on('error', () => {})
    await new Promise<void>((resolve) => {
      socket.once('data', () => resolve())
      socket.write(rawRequest(head))
    })
    socket.pause()
    // More than the buffers of two sockets hold.
    for (let i = 0; i < 20; i++) api.app.events.publish({ type: 'records', model: 'x'.repeat(2 * MEBIBYTE) })
    await sleep(2_000)
    socket.on('data', (chunk) => {
      bytes += chunk.length
    })
    socket.resume()
    await closed
    expect(bytes).toBeLessThan(35 * MEBIBYTE)
    expect((await api.fetch('/api/v1/ingest')).status).toBe(200)
  })
})
