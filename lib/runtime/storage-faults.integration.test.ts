/** Lets the disk under the real server fail: refused with 503, said on /readyz, and well again without a restart. */
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createFaultyDisk, type DiskFault, NO_FAULTY_DISK, readOnlyFrom } from '@/db/sqlite/faulty-disk'
import { launchServer, startServer, type TestServer } from '@/lib/runtime/testing'

const LIMIT = { timeout: 30_000, interval: 50 }

let dir: string
let dataDir: string
beforeEach(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'plumbline-faults-'))
  dataDir = path.join(dir, 'data')
  await mkdir(dataDir)
})
afterEach(() => rm(dir, { recursive: true, force: true }))

async function post(
  server: TestServer,
  id: string,
): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await server.fetch('/api/v1/ingest/m', {
    method: 'POST',
    body: JSON.stringify({ prediction_id: id, features: { x: 1 }, prediction: 1 }),
  })
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}

async function readiness(server: TestServer): Promise<{ ready: boolean; problems: string[] }> {
  return (await (await fetch(`${server.url}/readyz`)).json()) as { ready: boolean; problems: string[] }
}

describe.skipIf(NO_FAULTY_DISK !== null)(`a server on a bad disk (${NO_FAULTY_DISK ?? 'by cc'})`, () => {
  it.each<[string, (data: string) => DiskFault[], string]>([
    ['whose log cannot be synced', () => [{ call: 'sync', errno: 'EIO', on: '/log/' }], 'storage_error'],
    ['that turned read-only', (data) => readOnlyFrom(data), 'storage_error'],
  ])('%s refuses records, says so, and recovers by itself', async (_what, faults, code) => {
    const disk = createFaultyDisk(dir)
    await using server = await startServer({ dataDir, env: disk.env })
    expect(await post(server, 'before')).toMatchObject({ status: 200, body: { accepted: 1 } })
    disk.fail(...faults(dataDir))
    const refused = await post(server, 'during')
    expect(refused).toMatchObject({ status: 503, body: { code } })
    await vi.waitFor(async () => {
      expect(await readiness(server)).toMatchObject({
        ready: false,
        problems: expect.arrayContaining(['The log cannot be written.']),
      })
    }, LIMIT)
    expect((await fetch(`${server.url}/livez`)).status).toBe(200)
    expect((await server.fetch('/api/v1/models')).status).toBe(200)
    disk.heal()
    // Nobody sends anything meanwhile: whoever looks at /readyz first would wait for ever.
    await vi.waitFor(
      async () => expect(await readiness(server)).toEqual({ ready: true, problems: [] }),
      LIMIT,
    )
    expect((await post(server, 'before')).body).toMatchObject({ accepted: 0, duplicates: 1 })
    const again = (await post(server, 'during')).body
    expect([again.accepted, again.duplicates].sort()).toEqual([0, 1])
    expect(await server.stop()).toEqual({ code: 0, signal: null })
  })

  it('whose main database fails refuses changes with 503 and makes them once it is healed', async () => {
    const disk = createFaultyDisk(dir)
    await using server = await startServer({ dataDir, env: disk.env })
    const makeKey = () =>
      server.fetch('/api/v1/keys', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ name: 'shipper', scopes: ['ingest'] }),
      })
    const listKeys = async () => (await (await server.fetch('/api/v1/keys')).json()) as { keys: unknown[] }
    disk.fail({ call: 'sync', errno: 'EIO', on: 'plumbline.db-wal' })
    const refused = await makeKey()
    expect(refused.status).toBe(503)
    expect(refused.headers.get('retry-after')).toBe('5')
    expect(await refused.json()).toMatchObject({ code: 'storage_error' })
    // The log is another file: records are taken all the same.
    expect((await post(server, 'meanwhile')).status).toBe(200)
    await vi.waitFor(async () => expect((await readiness(server)).ready).toBe(false), LIMIT)
    disk.heal()
    await vi.waitFor(
      async () => expect(await readiness(server)).toEqual({ ready: true, problems: [] }),
      LIMIT,
    )
    expect((await listKeys()).keys).toHaveLength(0)
    expect((await makeKey()).status).toBe(201)
    expect((await listKeys()).keys).toHaveLength(1)
  })
})

describe.skipIf(NO_FAULTY_DISK !== null)(`an upload to a bad disk (${NO_FAULTY_DISK ?? 'by cc'})`, () => {
  it('is refused with 503, leaves nothing behind, and is taken once the disk is healed', async () => {
    const disk = createFaultyDisk(dir)
    await using server = await startServer({ dataDir, env: disk.env })
    const rows = Array.from({ length: 60 }, (_, i) => `${i},${i % 2}`)
    const upload = () =>
      server.fetch('/api/v1/models/m/versions/1/profile?name=x.csv', {
        method: 'PUT',
        body: ['age,prediction', ...rows].join('\n'),
      })
    for (const [errno, code] of [
      ['EIO', 'storage_error'],
      ['ENOSPC', 'storage_full'],
    ] as const) {
      disk.fail({ call: 'write', errno, on: '/upload-' })
      const refused = await upload()
      expect([refused.status, (await refused.json()).code]).toEqual([503, code])
    }
    disk.fail(...readOnlyFrom(path.join(dataDir, 'tmp')))
    expect((await upload()).status).toBe(503)
    disk.heal()
    expect(await readdir(path.join(dataDir, 'tmp'))).toEqual([])
    expect((await server.fetch('/api/v1/models/m')).status).toBe(404)
    expect((await upload()).status).toBe(200)
  })
})

const canMount = process.getuid?.() === 0 && existsSync('/bin/mount')

describe.skipIf(!canMount)('a folder that cannot be written (needs root, to mount one)', () => {
  it('stops the start with one line', async () => {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16m', 'tmpfs', dataDir])
    try {
      const before = await startServer({ dataDir })
      expect((await before.stop()).code).toBe(0)
      execFileSync('mount', ['-o', 'remount,ro', dataDir])
      const { exited, output } = launchServer({
        PORT: '0',
        PLUMBLINE_PAGES: 'off',
        PLUMBLINE_DATA_DIR: dataDir,
      })
      expect(await exited).toEqual({ code: 1, signal: null })
      expect(output().match(/^Plumbline cannot start: .*$/gm)).toEqual([
        expect.stringMatching(/read-?only|cannot be used/i),
      ])
    } finally {
      execFileSync('umount', ['-l', dataDir])
    }
  })
})
