import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openInstance } from '@/lib/cli/open-instance'
import { startServer, type TestServer } from '@/lib/runtime/testing'

let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.dispose())

const env = () => ({ PLUMBLINE_DATA_DIR: server.dataDir })
const open = (url?: string) => openInstance({ command: 'demo', url, key: undefined }, env())
const statusWith = async (key: string) =>
  (await server.fetch('/api/v1/keys', { headers: { authorization: `Bearer ${key}` } })).status

/** Keys as an administrator sees them: name, and whether it works. */
async function listKeys(): Promise<(readonly [string, boolean])[]> {
  const { keys } = (await (await server.fetch('/api/v1/keys')).json()) as {
    keys: { name: string; revoked: string | null }[]
  }
  return keys.map(({ name, revoked }) => [name, revoked === null])
}

describe('a command without a key', () => {
  it('finds the server of the data folder, and has a key of it for as long as it runs', async () => {
    const instance = await open()
    expect(instance.url).toBe(server.url)
    expect(await statusWith(instance.key)).toBe(200)
    const name = `npm run demo (process ${process.pid})`
    expect(await listKeys()).toContainEqual([name, true])
    await instance.close()
    await instance.close()
    expect(await listKeys()).toEqual([[name, false]])
    // A key that was seen before works for a second after it was revoked.
    await expect.poll(() => statusWith(instance.key), { timeout: 3_000 }).toBe(401)
  })

  it('revokes what a command left that was killed, and nothing else', async () => {
    const gone = spawnSync(process.execPath, ['-e', '']).pid
    for (const name of [`npm run demo (process ${gone})`, `npm run import (process ${gone})`, 'shipper']) {
      const body = JSON.stringify({ name, scopes: ['admin'] })
      const headers = { 'content-type': 'application/json' }
      expect((await server.fetch('/api/v1/keys', { method: 'POST', headers, body })).ok).toBe(true)
    }
    await (await open()).close()
    expect(await listKeys()).toEqual(
      expect.arrayContaining([
        [`npm run demo (process ${gone})`, false],
        [`npm run import (process ${gone})`, true],
        ['shipper', true],
      ]),
    )
  })

  it('shows the key to no other server', async () => {
    const { port } = server
    await (await open(`http://localhost:${port}/`)).close()
    for (const url of ['http://127.0.0.1:9', `https://localhost:${port}`, `http://example.com:${port}`])
      await expect(open(url)).rejects.toThrow('is not the instance of the data folder')
  })

  it('says what to do where no server runs', async () => {
    const empty = mkdtempSync(path.join(tmpdir(), 'plumbline-empty-'))
    const nowhere = openInstance(
      { command: 'import', url: undefined, key: undefined },
      { PLUMBLINE_DATA_DIR: empty },
    )
    await expect(nowhere).rejects.toThrow(/No Plumbline runs on the data folder .*npm start/s)
    rmSync(empty, { recursive: true })
  })

  it('takes a key that it is given, and looks at no folder', async () => {
    const given = { command: 'demo', url: undefined, key: 'k' }
    expect(await openInstance(given, { PORT: '4000' })).toMatchObject({
      url: 'http://127.0.0.1:4000',
      key: 'k',
    })
    expect(await openInstance(given, { PLUMBLINE_URL: 'https://a.example/' })).toMatchObject({
      url: 'https://a.example',
    })
  })

  it('finds no server that has ended', async () => {
    const note = path.join(server.dataDir, 'address.json')
    expect(statSync(note).mode & 0o077).toBe(0)
    await server.stop()
    expect(existsSync(note)).toBe(false)
    await expect(open()).rejects.toThrow('No Plumbline runs')
  })
})
