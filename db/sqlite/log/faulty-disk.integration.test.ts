/** Lets the disk under the log fail, and cuts the power: what was acknowledged is there, what was refused counts never or once. */
import { cp, mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { batchOf, NOON_MS, readIds, record } from '@/db/conformance/log-harness'
import type { AppendBatch } from '@/db/contracts/log-store'
import { openConnection } from '@/db/sqlite/connection'
import { createFaultyDisk, type DiskFault, NO_FAULTY_DISK, readOnlyFrom } from '@/db/sqlite/faulty-disk'
import { AppendChild, buildChild, firstAnswer } from '@/db/sqlite/log/child-harness'
import { openLogReader } from '@/db/sqlite/log/log-reader'
import { partitionPath } from '@/db/sqlite/log/partition'

const CUTS = 8
const CONNECTIONS = 4
const RECORDS = 5

function makeBatch(n: number): AppendBatch {
  const records = Array.from({ length: RECORDS }, (_, i) => record(`b${n}-${i}`, { at: NOON_MS + n }))
  const idempotency = { kind: 'key' as const, scope: 'k', value: `key-${n}`, bodyHash: `hash-${n}` }
  return batchOf(records, { receivedMs: NOON_MS + n, idempotency })
}

const idsOf = (batch: AppendBatch) => batch.records.flatMap(({ records }) => records.map(({ id }) => id))
const idsUpTo = (numbers: Iterable<number>) => [...numbers].flatMap((n) => idsOf(makeBatch(n))).sort()

describe.skipIf(NO_FAULTY_DISK !== null)(`the log on a bad disk (${NO_FAULTY_DISK ?? 'by cc'})`, () => {
  let program: string
  let dir: string
  let data: string
  beforeAll(async () => {
    program = await buildChild()
  })
  afterAll(() => rm(program, { force: true }))
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'plumbline-disk-'))
    data = join(dir, 'data')
    await mkdir(data)
  })
  afterEach(() => rm(dir, { recursive: true, force: true }))

  const start = (env: Readonly<Record<string, string>>, ...more: string[]) =>
    AppendChild.start({ program, dataDir: data, nowMs: NOON_MS, env, arguments: more })

  async function end(child: AppendChild): Promise<void> {
    child.process.kill('SIGKILL')
    await child.exited
  }

  /** Ids below a folder, sorted; a copy is read, because reading recovers and thereby writes. */
  async function readStored(from: string): Promise<string[]> {
    const copy = join(dir, 'copy')
    await rm(copy, { recursive: true, force: true })
    await cp(from, copy, { recursive: true, filter: (name) => !name.endsWith('.draft') })
    const db = openConnection({ path: partitionPath(join(copy, 'log'), '2026-03-01') })
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok')
    const reader = openLogReader(join(copy, 'log'))
    const ids = await readIds(reader)
    await reader.close()
    db.close()
    return ids.sort()
  }

  it.each<[string, DiskFault]>([
    ['syncing the write-ahead log fails', { call: 'sync', errno: 'EIO', on: '.db-wal' }],
    ['writing to the write-ahead log fails', { call: 'write', errno: 'EIO', on: '.db-wal' }],
    ['there is no room to write', { call: 'write', errno: 'ENOSPC', on: '.db-wal' }],
  ])('while %s appends are refused, and the same ones count once when it is healed', async (_what, fault) => {
    const disk = createFaultyDisk(dir)
    const child = await start(disk.env)
    expect((await child.append({ n: 1, batch: makeBatch(1) }))?.outcome).toMatchObject({ accepted: RECORDS })
    disk.fail(fault)
    const reason = fault.errno === 'ENOSPC' ? 'storage_full' : 'storage_error'
    for (const n of [2, 3, 2]) {
      expect((await child.append({ n, batch: makeBatch(n) }))?.failure).toBe(reason)
    }
    disk.heal()
    for (const n of [1, 2, 3]) {
      const { outcome } = (await child.append({ n, batch: makeBatch(n) })) ?? {}
      expect(outcome).toMatchObject({ accepted: RECORDS, duplicates: 0 })
    }
    await end(child)
    expect(await readStored(data)).toEqual(idsUpTo([1, 2, 3]))
  })

  it('refuses while the file system is read-only, and goes on when it is writable again', async () => {
    const disk = createFaultyDisk(dir)
    const child = await start(disk.env)
    await child.append({ n: 1, batch: makeBatch(1) })
    disk.fail(...readOnlyFrom(data))
    for (const n of [2, 3]) {
      expect((await child.append({ n, batch: makeBatch(n) }))?.failure).toBe('storage_error')
    }
    disk.heal()
    for (const n of [2, 3]) await child.append({ n, batch: makeBatch(n) })
    await end(child)
    expect(await readStored(data)).toEqual(idsUpTo([1, 2, 3]))
  })

  it('takes nothing for stored that a failed sync left behind: the power may go right after the answer', async () => {
    const shadow = join(dir, 'shadow')
    const disk = createFaultyDisk(dir, { root: data, shadow })
    const child = await start(disk.env)
    await child.append({ n: 1, batch: makeBatch(1) })
    disk.fail({ call: 'sync', errno: 'EIO', on: '.db-wal' })
    expect((await child.append({ n: 2, batch: makeBatch(2) }))?.failure).toBe('storage_error')
    disk.heal()
    expect((await child.append({ n: 2, batch: makeBatch(2) }))?.outcome).toMatchObject({ accepted: RECORDS })
    await end(child)
    expect(await readStored(shadow)).toEqual(idsUpTo([1, 2]))
  })

  /** Cuts the power again and again; how many of the acknowledged records are gone in the end. */
  async function countLost(
    durability: string,
    cuts: number,
  ): Promise<{ acknowledged: number; lost: number; twice: number }> {
    const shadow = join(dir, 'shadow')
    const { env } = createFaultyDisk(dir, { root: data, shadow })
    const acknowledged = new Set<number>()
    let next = 0
    for (let cut = 0; cut < cuts; cut++) {
      const child = await start(env, durability)
      let isAlive = true
      const life = firstAnswer()
      const send = async () => {
        while (isAlive) {
          const n = next++
          if (!(await child.append({ n, batch: makeBatch(n) }))?.outcome) continue
          acknowledged.add(n)
          life.answered()
        }
      }
      const senders = Array.from({ length: CONNECTIONS }, send)
      // Half of them from the first answer on: however slow the machine, some cuts fall under full load.
      if (cut % 2 === 1) await life.hasAnswered
      await sleep(40 + ((cut * 67) % 160))
      isAlive = false
      await end(child)
      await Promise.all(senders)
      // What was never synced is gone.
      await rm(data, { recursive: true })
      await mkdir(shadow, { recursive: true })
      await cp(shadow, join(dir, 'next'), { recursive: true, filter: (name) => !name.endsWith('.draft') })
      await rename(join(dir, 'next'), data)
    }
    const stored = await readStored(data)
    const ids = new Set(stored)
    const lost = idsUpTo(acknowledged).filter((id) => !ids.has(id)).length
    return { acknowledged: acknowledged.size, lost, twice: stored.length - ids.size }
  }

  it(`loses nothing that it acknowledged in ${CUTS} power cuts`, async () => {
    const { acknowledged, ...harm } = await countLost('full', CUTS)
    expect(acknowledged).toBeGreaterThan(CUTS / 2)
    expect(harm).toEqual({ lost: 0, twice: 0 })
  })

  it('would be caught by that test if it did not sync before it answers', async () => {
    // One cut may fall just after a sync by chance; hardly all of them.
    expect((await countLost('normal', CUTS)).lost).toBeGreaterThan(0)
  })
})
