/** Two processes, one data folder: who may own it, and when it is free again. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openReaderStores, openWriterStores } from '@/db/sqlite/open'
import { openTestStores } from '@/db/sqlite/testing'

const HOLD = `
import Database from 'better-sqlite3'
import { writeFileSync } from 'node:fs'
const lock = new Database(process.argv[1] + '/owner.db', { timeout: 0 })
lock.exec('BEGIN EXCLUSIVE')
writeFileSync(process.argv[1] + '/owner.json', JSON.stringify({ pid: process.pid, host: 'elsewhere' }))
process.stdout.write('held')
setInterval(() => {}, 1000)`

describe('a data folder', () => {
  let dir: string
  let holder: ChildProcess | null = null
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'plumbline-owner-'))
  })
  afterEach(async () => {
    holder?.kill('SIGKILL')
    await rm(dir, { recursive: true, force: true })
  })
  const openOwner = () => openWriterStores({ dataDir: dir, nowMs: 0, ballastBytes: 0 })

  it('refuses a second owner with the first one’s name, and is free at once after kill -9', async () => {
    holder = spawn(process.execPath, ['--input-type=module', '-e', HOLD, dir], { cwd: process.cwd() })
    if (holder.stdout) await once(holder.stdout, 'data')
    await expect(openOwner()).rejects.toMatchObject({
      code: 'conflict',
      details: { reason: 'data_folder_in_use', pid: holder.pid, host: 'elsewhere' },
    })
    holder.kill('SIGKILL')
    await once(holder, 'exit')
    await (await openOwner()).close()
  })

  it('refuses a second owner in the same process, and is free after closing', async () => {
    const first = await openOwner()
    await expect(openOwner()).rejects.toMatchObject({ code: 'conflict' })
    await first.close()
    await (await openOwner()).close()
  })

  it('may be read and judged by others beside its owner, but only once it is migrated', async () => {
    await expect(openReaderStores({ dataDir: dir })).rejects.toThrow('start the server first')
    const owner = await openTestStores({ dataDir: dir })
    const beside = await openReaderStores({ dataDir: dir })
    await beside.metadata.registerVersion('fraud', '1', 0)
    expect(await owner.metadata.listModels()).toHaveLength(1)
    await beside.close()
    await owner.close()
  })
})
