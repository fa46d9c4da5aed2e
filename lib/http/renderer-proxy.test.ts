import { mkdtempSync, rmSync } from 'node:fs'
import http, { type IncomingMessage, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createRendererProxy, REMOTE_HEADER, type RendererAddress } from '@/lib/http/renderer-proxy'

const closing = (server: Server) =>
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })

/** A process behind, as far as the proxy can tell. */
async function behind(name: string, answer: RequestListener): Promise<{ socket: string; server: Server }> {
  const socket = path.join(mkdtempSync(path.join(tmpdir(), 'plumbline-proxy-')), `${name}.sock`)
  const server = http.createServer(answer)
  await new Promise<void>((resolve) => server.listen(socket, resolve))
  closing(server)
  onTestFinished(() => rmSync(path.dirname(socket), { recursive: true, force: true }))
  return { socket, server }
}

/** The proxy in front, on a port. */
async function inFront(
  socket: RendererAddress['socket'],
  trustProxy = false,
): Promise<{ url: string; statuses: number[] }> {
  const proxy = createRendererProxy({ socket, standing: () => null }, trustProxy)
  const statuses: number[] = []
  const server = http.createServer((request, response) => {
    response.setHeader('content-security-policy', 'ours')
    const failed = () => {
      response.writeHead(503)
      response.end('failed')
    }
    proxy.hand(request, response, failed, (status) => statuses.push(status))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closing(server)
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, statuses }
}

describe('what is handed on to the renderer', () => {
  it('arrives with its address, its headers and who asks, whatever the sender says about that', async () => {
    let seen: IncomingMessage | null = null
    const { socket } = await behind('a', (request, response) => {
      seen = request
      response.end('x')
    })
    const { url } = await inFront(async () => socket)
    await fetch(`${url}/models/m?x=%2F`, {
      headers: { cookie: 'a=b', [REMOTE_HEADER]: '6.6.6.6', te: 'trailers' },
    })
    expect(seen).toMatchObject({ method: 'GET', url: '/models/m?x=%2F' })
    const { headers } = seen as unknown as IncomingMessage
    expect(headers).toMatchObject({ cookie: 'a=b', [REMOTE_HEADER]: '127.0.0.1' })
    expect(headers.te).toBeUndefined()
  })

  it('comes from whom the nearest proxy names, where that is believed', async () => {
    let remote: unknown
    const { socket } = await behind('b', (request, response) => {
      remote = request.headers[REMOTE_HEADER]
      response.end()
    })
    const { url } = await inFront(async () => socket, true)
    await fetch(url, { headers: { 'x-forwarded-for': '6.6.6.6, 10.0.0.7' } })
    expect(remote).toBe('10.0.0.7')
  })

  it('is answered with status, body and headers, of which those set before win', async () => {
    const { socket } = await behind('c', (_request, response) => {
      response.writeHead(404, {
        'content-security-policy': 'theirs',
        'x-mine': '1',
        'set-cookie': ['a=1', 'b=2'],
        connection: 'keep-alive',
      })
      response.write('first ')
      setImmediate(() => response.end('second'))
    })
    const { url, statuses } = await inFront(async () => socket)
    const answer = await fetch(url)
    expect(answer.status).toBe(404)
    expect(await answer.text()).toBe('first second')
    expect(answer.headers.get('content-security-policy')).toBe('ours')
    expect(answer.headers.get('x-mine')).toBe('1')
    expect(answer.headers.getSetCookie()).toEqual(['a=1', 'b=2'])
    expect(statuses).toEqual([404])
  })

  it('is asked once more where the process ended meanwhile', async () => {
    const first = await behind('d', (_request, response) => response.socket?.destroy())
    const second = await behind('e', (_request, response) => response.end('second'))
    const { url } = await inFront(async (dead) => (dead === first.socket ? second.socket : first.socket))
    expect(await (await fetch(url)).text()).toBe('second')
  })

  it('is asked with the same body each time', async () => {
    const bodies: string[] = []
    const reading: (end: RequestListener) => RequestListener = (end) => (request, response) => {
      let text = ''
      request.on('data', (bytes) => {
        text += bytes
      })
      request.on('end', () => {
        bodies.push(text)
        end(request, response)
      })
    }
    const first = await behind(
      'i',
      reading((_request, response) => response.socket?.destroy()),
    )
    const second = await behind(
      'j',
      reading((_request, response) => response.end('second')),
    )
    const { url } = await inFront(async (dead) => (dead === first.socket ? second.socket : first.socket))
    const answer = await fetch(url, { method: 'POST', body: '{"limit":0.3}' })
    expect(await answer.text()).toBe('second')
    expect(bodies).toEqual(['{"limit":0.3}', '{"limit":0.3}'])
  })

  it('leaves out a body that is too large, or does not tell its length', async () => {
    const lengths: number[] = []
    const { socket } = await behind('k', (request, response) => {
      let length = 0
      request.on('data', (bytes) => {
        length += bytes.length
      })
      request.on('end', () => {
        lengths.push(length)
        response.end('page')
      })
    })
    const { url } = await inFront(async () => socket)
    const { port } = new URL(url)
    const ask = (headers: Record<string, string>, body: Buffer) =>
      new Promise<number | undefined>((resolve, reject) => {
        const asked = http.request({ port, headers, agent: false }, (answer) => {
          answer.resume()
          resolve(answer.statusCode)
        })
        asked.on('error', reject)
        asked.end(body)
      })
    const large = Buffer.alloc(200_000, 'x')
    expect(await ask({ 'content-length': '200000' }, large)).toBe(200)
    expect(await ask({ 'transfer-encoding': 'chunked' }, large)).toBe(200)
    expect(lengths).toEqual([0, 0])
  })

  it('can be handed on with a body that tells its length, up to 64 KiB', () => {
    const { canTake } = createRendererProxy({ standing: () => null, socket: async () => '' }, false)
    const saying = (headers: IncomingMessage['headers']) => canTake({ headers } as IncomingMessage)
    expect(saying({})).toBe(true)
    expect(saying({ 'content-length': '65536' })).toBe(true)
    expect(saying({ 'content-length': '65537' })).toBe(false)
    expect(saying({ 'transfer-encoding': 'chunked' })).toBe(false)
  })

  it('fails after the second try, and at once where there is no process', async () => {
    const dead = await behind('f', (_request, response) => response.socket?.destroy())
    const { url } = await inFront(async () => dead.socket)
    expect((await fetch(url)).status).toBe(503)
    const none = await inFront(() => Promise.reject(new Error('resting')))
    expect(await (await fetch(none.url)).text()).toBe('failed')
  })

  it('is cut off for the reader when the process ends in the middle of its answer', async () => {
    const { socket } = await behind('g', (_request, response) => {
      response.write('half')
      setImmediate(() => response.socket?.destroy())
    })
    const { url } = await inFront(async () => socket)
    const answer = await fetch(url)
    await expect(answer.text()).rejects.toThrow()
  })

  it('is given up when its reader leaves', async () => {
    const left = new Promise<void>((resolve) => {
      behind('h', (request, response) => {
        response.write('half')
        request.socket.once('close', () => resolve())
      }).then(async ({ socket }) => {
        const { url } = await inFront(async () => socket)
        const reader = http.get(url, () => reader.destroy())
        reader.on('error', () => {})
      })
    })
    await left
  })
})
