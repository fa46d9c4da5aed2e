/** Kills the process that appends at random instants and holds what it acknowledged against what is stored. */
import { execFileSync } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { batchOf, NOON_MS, readIds, record } from '@/db/conformance/log-harness'
import type { AppendBatch } from '@/db/contracts/log-store'
import { openConnection } from '@/db/sqlite/connection'
import { AppendChild, buildChild, firstAnswer } from '@/db/sqlite/log/child-harness'
import { openLogReader } from '@/db/sqlite/log/log-reader'
import { partitionPath } from '@/db/sqlite/log/partition'

const CYCLES = 15
const CONNECTIONS = 8

function hasStrace(): boolean {
  try {
    execFileSync('strace', ['-V'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** Batches with ids of their own, each with one id of an earlier batch now and then. */
function makeBatch(n: number): AppendBatch {
  const own = Array.from({ length: 1 + ((n * 7) % 40) }, (_, i) => record(`b${n}-${i}`, { at: NOON_MS + n }))
  const earlier = n % 5 === 4 ? [record(`b${n - 4}-0`, { at: NOON_MS + n - 4 })] : []
  const idempotency = { kind: 'key' as const, scope: 'k', value: `key-${n}`, bodyHash: `hash-${n}` }
  return batchOf([...own, ...earlier], { receivedMs: NOON_MS + n, idempotency })
}

describe('the appending process', () => {
  let program: string
  let dataDir: string
  beforeAll(async () => {
    program = await buildChild()
  })
  afterAll(() => rm(program, { force: true }))
  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'plumbline-crash-'))
  })
  afterEach(() => rm(dataDir, { recursive: true, force: true }))

  async function readStored(): Promise<string[]> {
    const reader = openLogReader(join(dataDir, 'log'))
    const ids = await readIds(reader)
    await reader.close()
    const db = openConnection({ path: partitionPath(join(dataDir, 'log'), '2026-03-01') })
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok')
    db.close()
    return ids
  }

  it(`loses nothing that it acknowledged and stores nothing twice over ${CYCLES} kills`, async () => {
    const acknowledged = new Set<number>()
    let unanswered: number[] = []
    let next = 0
    for (let cycle = 0; cycle < CYCLES; cycle++) {
      const child = await AppendChild.start({ program, dataDir, nowMs: NOON_MS })
      let isAlive = true
      const retries = unanswered
      unanswered = []
      const life = firstAnswer()
      const sendNext = async (): Promise<void> => {
        while (isAlive) {
          const n = retries.shift() ?? next++
          const answer = await child.append({ n, batch: makeBatch(n) })
          if (answer?.outcome) {
            acknowledged.add(n)
            life.answered()
          } else unanswered.push(n)
          expect(answer?.failure).toBeUndefined()
          expect(answer?.outcome?.kind).not.toBe('idempotency_mismatch')
        }
      }
      const senders = Array.from({ length: CONNECTIONS }, sendNext)
      // Half of them from the start on, half from the first answer: however slow the machine, both are hit.
      if (cycle % 2 === 1) await life.hasAnswered
      await sleep(20 + ((cycle * 67) % 180))
      isAlive = false
      child.process.kill('SIGKILL')
      await child.exited
      await Promise.all(senders)
      unanswered.push(...retries)
    }
    const stored = await readStored()
    const storedIds = new Set(stored)
    expect(stored).toHaveLength(storedIds.size)
    const sent = new Set(Array.from({ length: next }, (_, n) => makeBatch(n)).flatMap(idsOf))
    expect(stored.filter((id) => !sent.has(id))).toEqual([])
    for (const n of acknowledged) expect(idsOf(makeBatch(n)).filter((id) => !storedIds.has(id))).toEqual([])
    // A batch is stored whole or not at all, answered or not.
    for (const n of unanswered) {
      const own = idsOf(makeBatch(n)).filter((id) => id.startsWith(`b${n}-`))
      expect([0, own.length]).toContain(own.filter((id) => storedIds.has(id)).length)
    }
    expect(acknowledged.size).toBeGreaterThan(CYCLES / 2)
  })

  it('answers a retry with the first counts when it died between commit and answer', async () => {
    const dying = await AppendChild.start({ program, dataDir, nowMs: NOON_MS, fault: 'after_commit' })
    expect(await dying.append({ n: 1, batch: makeBatch(1) })).toBeNull()
    await dying.exited
    const child = await AppendChild.start({ program, dataDir, nowMs: NOON_MS })
    const answer = await child.append({ n: 1, batch: makeBatch(1) })
    expect(answer?.outcome).toMatchObject({ kind: 'replayed', accepted: 8, duplicates: 0 })
    const withoutKey = await child.append({ n: 2, batch: { ...makeBatch(1), idempotency: null } })
    expect(withoutKey?.outcome).toMatchObject({ kind: 'committed', accepted: 0, duplicates: 8 })
    child.process.disconnect()
    await child.exited
    expect(await readStored()).toHaveLength(8)
  })

  /** How many answers left before the batch's writes to the write-ahead log were synced. */
  async function countUnfenced(durability: string): Promise<{ answers: number; unfenced: number }> {
    const trace = join(dataDir, 'trace')
    const calls = 'trace=fsync,fdatasync,pwrite64,write'
    const under = ['strace', '-f', '-y', '-qq', '-e', calls, '-s', '16', '-o', trace]
    const child = await AppendChild.start({
      program,
      dataDir,
      nowMs: NOON_MS,
      arguments: [durability],
      under,
    })
    for (let n = 0; n < 20; n++) await child.append({ n, batch: makeBatch(n) })
    child.process.disconnect()
    await child.exited
    let answers = 0
    let unfenced = 0
    let hasUnsynced = false
    for (const line of (await readFile(trace, 'utf8')).split('\n')) {
      if (/pwrite64\(\d+<[^>]*-wal>/.test(line)) hasUnsynced = true
      else if (/f(data)?sync\(\d+<[^>]*-wal>/.test(line)) hasUnsynced = false
      else if (line.includes('"ack ')) {
        answers++
        if (hasUnsynced) unfenced++
      }
    }
    return { answers, unfenced }
  }

  it.skipIf(!hasStrace())('syncs the write-ahead log before every answer (needs strace)', async () => {
    expect(await countUnfenced('full')).toEqual({ answers: 20, unfenced: 0 })
  })

  it.skipIf(!hasStrace())('would be caught by that check if it only wrote (needs strace)', async () => {
    expect((await countUnfenced('normal')).unfenced).toBeGreaterThan(0)
  })
})

function idsOf(batch: AppendBatch): string[] {
  return batch.records.flatMap(({ records }) => records.map(({ id }) => id))
}
