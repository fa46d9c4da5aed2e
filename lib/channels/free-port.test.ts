import { once } from 'node:events'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { onFreePort } from '@/lib/channels/free-port'

async function listenOn(port: number): Promise<Server> {
  const server = createServer().listen(port, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return server
}

it('tries another port when somebody else took the first before the program did', async () => {
  const ports: number[] = []
  const server = await onFreePort(async (port) => {
    ports.push(port)
    if (ports.length === 1) await listenOn(port)
    return listenOn(port)
  })
  expect(ports).toHaveLength(2)
  expect((server.address() as AddressInfo).port).toBe(ports[1])
})

it('does not try again what failed for a reason of its own', async () => {
  const ports: number[] = []
  const broken = onFreePort(async (port) => {
    ports.push(port)
    throw new Error('a wrong flag')
  })
  await expect(broken).rejects.toThrow('a wrong flag')
  expect(ports).toHaveLength(1)
})

it('gives up where every port is taken from it', async () => {
  let tries = 0
  const unlucky = onFreePort(async (port) => {
    tries++
    await listenOn(port)
    return listenOn(port)
  })
  await expect(unlucky).rejects.toThrow('EADDRINUSE')
  expect(tries).toBe(5)
})
