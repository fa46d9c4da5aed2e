import http from 'node:http'
import net, { type AddressInfo } from 'node:net'
import { expect, it } from 'vitest'
import { noteConnection, turnFor } from '@/lib/http/take-turns'

const BUSY = 20
const NEW = 100
const REQUEST = 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nx'

/** A connection that sends its next request as soon as it has an answer. */
function keepSending(port: number): net.Socket {
  const socket = net.connect(port, '127.0.0.1', () => socket.write(REQUEST))
  socket.on('data', () => socket.write(REQUEST))
  return socket
}

it.each([
  ['small', 1],
  ['large', 1024 * 1024],
])('new connections are taken on before more than a few %s bodies are done', async (_what, bytes) => {
  let done = 0
  let taken = 0
  const server = http.createServer(async (request, response) => {
    request.resume()
    await turnFor(bytes)
    // Work, as parsing and syncing are: nothing else happens meanwhile.
    for (const until = performance.now() + 1; performance.now() < until; );
    done++
    response.end()
  })
  server.on('connection', () => {
    taken++
    noteConnection()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const busy = Array.from({ length: BUSY }, () => keepSending(port))
  while (done < BUSY * 3) await new Promise((resolve) => setTimeout(resolve, 5))

  const doneBefore = done
  const fresh = Array.from({ length: NEW }, () => net.connect(port, '127.0.0.1'))
  while (taken < BUSY + NEW) await new Promise((resolve) => setImmediate(resolve))
  // One connection a turn, and a body of each busy connection a turn, would be 2,000.
  expect(done - doneBefore).toBeLessThan(BUSY * 15)
  for (const socket of [...busy, ...fresh]) socket.destroy()
  await new Promise((resolve) => server.close(resolve))
})
