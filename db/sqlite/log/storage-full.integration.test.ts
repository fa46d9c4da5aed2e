/** Fills a small file system under the log: refused politely, nothing half-stored, working again once there is room. */
import { execFileSync } from 'node:child_process'
import { existsSync, statfsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { batchOf, NOON_MS, readIds, record } from '@/db/conformance/log-harness'
import type { LogWriter } from '@/db/contracts/log-store'
import { Ballast } from '@/db/sqlite/log/ballast'
import { openLogReader } from '@/db/sqlite/log/log-reader'
import { openLogWriter } from '@/db/sqlite/log/log-writer'
import { DAY_MS } from '@/lib/domain/time'

const MIB = 1024 * 1024

function canMount(): boolean {
  return process.getuid?.() === 0 && existsSync('/bin/mount')
}

describe.skipIf(!canMount())('a full disk (needs root, to mount a small one)', () => {
  let dir: string
  let writer: LogWriter
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'plumbline-full-'))
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=12m', 'tmpfs', dir])
    writer = open()
  })
  afterEach(async () => {
    await writer.close()
    execFileSync('umount', ['-l', dir])
    await rm(dir, { recursive: true, force: true })
  })

  const open = () =>
    openLogWriter({
      logDir: join(dir, 'log'),
      maxQuarantinePerDay: 10,
      nowMs: NOON_MS,
      ballast: new Ballast(dir, 2 * MIB),
    })
  const batch = (n: number, receivedMs = NOON_MS) =>
    batchOf(
      Array.from({ length: 200 }, (_, i) => record(`b${n}-${i}`, { f: { text: 'x'.repeat(500) } })),
      { receivedMs },
    )

  async function appendUntilFull(receivedMs: number, from: number): Promise<number[]> {
    const stored: number[] = []
    for (let n = from; n < from + 1_000; n++) {
      try {
        await writer.append(batch(n, receivedMs))
        stored.push(n)
      } catch (error) {
        expect(error).toMatchObject({
          code: 'unavailable',
          details: { reason: 'storage_full', retryAfterSeconds: 30 },
        })
        return stored
      }
    }
    throw new Error('the disk never filled')
  }

  it('is refused with a reason, frees the reserve for retention, and recovers without a restart', async () => {
    expect(existsSync(join(dir, 'ballast'))).toBe(true)
    const first = await appendUntilFull(NOON_MS, 0)
    expect(first.length).toBeGreaterThan(5)
    expect(existsSync(join(dir, 'ballast'))).toBe(false)
    // The room that the reserve gave back is not for appends.
    const { bavail, bsize } = statfsSync(dir)
    expect(bavail * bsize).toBeGreaterThan(MIB)
    await expect(writer.append(batch(5_000))).rejects.toMatchObject({ details: { reason: 'storage_full' } })

    const reader = openLogReader(join(dir, 'log'))
    expect(await readIds(reader)).toHaveLength(first.length * 200)
    await reader.close()

    execFileSync('mount', ['-o', 'remount,size=40m', dir])
    expect(await writer.append(batch(5_000, NOON_MS + DAY_MS))).toMatchObject({
      accepted: 200,
      duplicates: 0,
    })
    expect(existsSync(join(dir, 'ballast'))).toBe(true)
    expect(await writer.append(batch(first[0] ?? 0, NOON_MS + DAY_MS))).toMatchObject({
      accepted: 0,
      duplicates: 200,
    })
    expect(await writer.dropPartitionsBefore('2026-03-02')).toEqual(['2026-03-01'])
  })

  it('keeps what was acknowledged over a restart while it is full', async () => {
    const stored = await appendUntilFull(NOON_MS, 0)
    await writer.close()
    await writeFile(join(dir, 'filler'), Buffer.alloc(64 * 1024)).catch(() => {})
    writer = open()
    const reader = openLogReader(join(dir, 'log'))
    const ids = new Set(await readIds(reader))
    await reader.close()
    for (const n of stored) expect(ids.has(`b${n}-199`)).toBe(true)
    expect(ids.size).toBe(stored.length * 200)
  })
})
