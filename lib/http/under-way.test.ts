import http, { type ServerResponse } from 'node:http'
import net, { type AddressInfo } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { createUnderWay } from '@/lib/http/under-way'

const ASKED = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n'

/** A server that answers when it is told to, and says how many requests were under way as each came. */
async function open() {
  const underWayWith = createUnderWay()
  const counts: number[] = []
  const waiting: ServerResponse[] = []
  const server = http.createServer((_request, response) => {
    counts.push(underWayWith(response))
    waiting.push(response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const connect = () => net.connect((server.address() as AddressInfo).port, '127.0.0.1')
  return { counts, waiting, connect }
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5))
}

it('counts what was begun and not yet answered, ahead on one connection too', async () => {
  const { counts, waiting, connect } = await open()
  const socket = connect()
  socket.resume()
  socket.write(ASKED.repeat(3))
  await until(() => counts.length === 3)
  expect(counts).toEqual([1, 2, 3])
  const answered = Promise.all(
    waiting.map((response) => new Promise((resolve) => response.once('close', resolve))),
  )
  for (const response of waiting.splice(0)) response.end()
  await answered
  socket.write(ASKED)
  await until(() => counts.length === 4)
  expect(counts[3]).toBe(1)
})

it('forgets requests that wait behind others on a connection that ends', async () => {
  const { counts, waiting, connect } = await open()
  const leaving = connect()
  leaving.write(ASKED.repeat(5))
  await until(() => counts.length === 5)
  const gone = new Promise((resolve) => waiting[0]?.req.socket.once('close', resolve))
  leaving.destroy()
  await gone
  for (const response of waiting.splice(0)) response.end()
  connect().write(ASKED)
  await until(() => counts.length === 6)
  expect(counts[5]).toBe(1)
})
