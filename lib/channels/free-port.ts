/** Owns giving a program of a test, which must be told its port beforehand, one that nobody listens on. */
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:net'

/** Below those that a system hands out by itself: whoever asks for any port, or connects, does not come by one of these. */
const FIRST = 20_000
const LAST = 30_000
const MAX_TRIES = 5

/**
 * Starts something on a port of this machine's own address, which stays its own when it ends and is started again there.
 * @param start rejects when it could not start; then, if somebody else has its port meanwhile, another one is tried
 */
export async function onFreePort<T>(start: (port: number) => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    const port = await freePort()
    try {
      return await start(port)
    } catch (error) {
      if (tries === MAX_TRIES || (await isFree(port))) throw error
    }
  }
}

async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(FIRST, LAST)
    if (await isFree(port)) return port
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer()
  try {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EADDRINUSE' || code === 'EACCES') return false
    throw error
  }
  server.close()
  await once(server, 'close')
  return true
}
