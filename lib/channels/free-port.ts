/** Owns finding a port that nobody listens on, for programs that a test or a bench starts. */
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'

/** Of this machine's own address; somebody else may take it before the program does. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
