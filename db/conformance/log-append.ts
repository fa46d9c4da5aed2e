/** Owns the conformance suite of appending to the log: exactly once, in order, retries recognised. */
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  batchOf,
  type LogHarness,
  NOON_MS,
  type OpenLog,
  readAll,
  readIds,
  record,
} from '@/db/conformance/log-harness'
import { DAY_MS, MINUTE_MS } from '@/lib/domain/time'

const key = (value: string, bodyHash = 'h', scope = 'k1') => ({
  kind: 'key' as const,
  scope,
  value,
  bodyHash,
})

export function testLogAppend(openLog: OpenLog): void {
  describe('appending to the log', () => {
    let log: LogHarness
    beforeEach(async () => {
      log = await openLog()
    })
    afterEach(() => log.dispose())

    it('stores records in order and gives them back as they were', async () => {
      const odd = record('weird },{"id":"x', {
        f: Object.fromEntries([
          ['__proto__', 'own'],
          ['},{"a', '},{"b"'],
        ]),
        ss: { a: 0.5 },
      })
      await log.writer.append(batchOf([record('a'), odd, record('b', { e: true, t: { naïve: '雪' } })]))
      const [block, ...rest] = await readAll(log.reader)
      expect(rest).toEqual([])
      expect(block).toMatchObject({ model: 'fraud', version: '1', receivedMs: NOON_MS, backfill: false })
      expect(block?.records[1]).toEqual(odd)
      expect(Object.keys(block?.records[1]?.f ?? {})).toContain('__proto__')
      expect(await log.writer.append(batchOf([odd]))).toMatchObject({ accepted: 0, duplicates: 1 })
    })

    it('counts an id once within a batch, across batches and across a restart', async () => {
      const first = await log.writer.append(batchOf([record('a'), record('b'), record('a')]))
      expect(first).toMatchObject({ kind: 'committed', accepted: 2, duplicates: 1, conflicts: 0 })
      expect(await log.writer.append(batchOf([record('b'), record('c')]))).toMatchObject({
        accepted: 1,
        duplicates: 1,
      })
      log = await log.reopen()
      expect(await log.writer.append(batchOf([record('a'), record('d')]))).toMatchObject({
        accepted: 1,
        duplicates: 1,
      })
      expect(await readIds(log.reader)).toEqual(['a', 'b', 'c', 'd'])
    })

    it('keeps the first of two records that share an id and differ, and says where', async () => {
      await log.writer.append(batchOf([record('a')]))
      const outcome = await log.writer.append(
        batchOf([record('b'), record('a', { p: 0 }), record('b', { p: 0 })]),
      )
      expect(outcome).toMatchObject({ accepted: 1, duplicates: 0, conflicts: 2, conflictIndexes: [1, 2] })
      expect((await readAll(log.reader)).flatMap(({ records }) => records.map(({ p }) => p))).toEqual([1, 1])
    })

    it('names at most twenty conflicting positions and counts them all', async () => {
      const many = Array.from({ length: 30 }, (_, i) => record(`r${i}`))
      await log.writer.append(batchOf(many))
      const outcome = await log.writer.append(batchOf(many.map((one) => ({ ...one, p: 7 }))))
      expect(outcome).toMatchObject({ conflicts: 30, accepted: 0 })
      expect(outcome.kind === 'committed' && outcome.conflictIndexes).toHaveLength(20)
    })

    it('names every repeated and every conflicting position of an itemised batch', async () => {
      const many = Array.from({ length: 30 }, (_, i) => record(`r${i}`))
      const itemised = { itemised: true }
      expect(await log.writer.append(batchOf(many, itemised))).toMatchObject({ duplicateIndexes: [] })
      const again = [...many.map((one) => ({ ...one, p: 7 })), ...many, record('new')]
      expect(await log.writer.append(batchOf(again, itemised))).toMatchObject({
        accepted: 1,
        conflictIndexes: many.map((_, i) => i),
        duplicateIndexes: many.map((_, i) => 30 + i),
      })
      expect(await log.writer.append(batchOf(many))).toMatchObject({ duplicates: 30, duplicateIndexes: [] })
    })

    it('takes the order of keys and an assumed time for no difference', async () => {
      await log.writer.append(batchOf([record('a', { f: { x: 1, y: 2 } }), record('b', { ta: 1 })]))
      const resent = [record('a', { f: { y: 2, x: 1 } }), record('b', { ta: 1, at: NOON_MS + 5_000 })]
      expect(await log.writer.append(batchOf(resent))).toMatchObject({ duplicates: 2, conflicts: 0 })
    })

    it('keeps models apart, and calls the same id under another version a conflict', async () => {
      await log.writer.append(batchOf([record('a')]))
      expect(await log.writer.append(batchOf([record('a')], { model: 'churn' }))).toMatchObject({
        accepted: 1,
      })
      expect(await log.writer.append(batchOf([record('a')], { version: '2' }))).toMatchObject({
        conflicts: 1,
      })
    })

    it('answers a retry under the same key with the first counts, also at once and after a restart', async () => {
      const send = () => log.writer.append(batchOf([record('a'), record('a')], { idempotency: key('k') }))
      const [first, second] = await Promise.all([send(), send()])
      expect(first).toMatchObject({ kind: 'committed', accepted: 1, duplicates: 1 })
      const replay = {
        kind: 'replayed',
        accepted: 1,
        duplicates: 1,
        conflicts: 0,
        labelsAccepted: 0,
        refused: 0,
      }
      expect(second).toEqual(replay)
      expect(await send()).toEqual(replay)
      log = await log.reopen()
      expect(await send()).toEqual(replay)
      expect(await readIds(log.reader)).toEqual(['a'])
    })

    it('refuses the same key with another body and stores nothing of it', async () => {
      await log.writer.append(batchOf([record('a')], { idempotency: key('k') }))
      const other = () => log.writer.append(batchOf([record('b')], { idempotency: key('k', 'other') }))
      expect(await other()).toEqual({ kind: 'idempotency_mismatch' })
      log = await log.reopen()
      expect(await other()).toEqual({ kind: 'idempotency_mismatch' })
      expect(await readIds(log.reader)).toEqual(['a'])
    })

    it('keeps the keys of different senders apart', async () => {
      await log.writer.append(batchOf([record('a')], { idempotency: key('k') }))
      const other = await log.writer.append(batchOf([record('b')], { idempotency: key('k', 'other', 'k2') }))
      expect(other).toMatchObject({ kind: 'committed', accepted: 1 })
    })

    it.each([
      ['key', 7 * DAY_MS],
      ['body', 15 * MINUTE_MS],
    ] as const)('forgets a request named by its %s after its time', async (kind, rememberedMs) => {
      const idempotency = { kind, scope: 's', value: 'v', bodyHash: 'h' }
      const sendAt = (receivedMs: number) =>
        log.writer.append(batchOf([record('a')], { receivedMs, idempotency }))
      await sendAt(NOON_MS)
      expect(await sendAt(NOON_MS + rememberedMs - 1)).toMatchObject({ kind: 'replayed' })
      log = await log.reopen(NOON_MS + rememberedMs - 1)
      expect(await sendAt(NOON_MS + rememberedMs - 1)).toMatchObject({ kind: 'replayed' })
      expect(await sendAt(NOON_MS + rememberedMs)).toMatchObject({ kind: 'committed', duplicates: 1 })
    })

    it('puts small requests that come together into one block', async () => {
      const outcomes = await Promise.all(
        Array.from({ length: 64 }, (_, i) => log.writer.append(batchOf([record(`r${i}`)]))),
      )
      expect(outcomes.every((outcome) => outcome.kind === 'committed' && outcome.accepted === 1)).toBe(true)
      expect(await readAll(log.reader)).toHaveLength(1)
    })

    it('never goes back to an earlier day when the clock is set back', async () => {
      await log.writer.append(batchOf([record('a')], { receivedMs: NOON_MS }))
      await log.writer.append(batchOf([record('b')], { receivedMs: NOON_MS + DAY_MS }))
      await log.writer.append(batchOf([record('c')], { receivedMs: NOON_MS - DAY_MS }))
      log = await log.reopen()
      await log.writer.append(batchOf([record('d')], { receivedMs: NOON_MS }))
      const blocks = await readAll(log.reader)
      expect(blocks.map(({ position }) => position.day)).toEqual([
        '2026-03-01',
        '2026-03-02',
        '2026-03-02',
        '2026-03-02',
      ])
      expect(await readIds(log.reader)).toEqual(['a', 'b', 'c', 'd'])
    })

    it('recognises ids across days and forgets those of dropped days', async () => {
      await log.writer.append(batchOf([record('a')]))
      await log.writer.append(batchOf([record('b')], { receivedMs: NOON_MS + DAY_MS }))
      expect(await log.writer.append(batchOf([record('a')], { receivedMs: NOON_MS + DAY_MS }))).toMatchObject(
        { duplicates: 1 },
      )
      expect(await log.writer.dropPartitionsBefore('2026-03-02')).toEqual(['2026-03-01'])
      expect(await readIds(log.reader)).toEqual(['b'])
      expect(await log.writer.append(batchOf([record('a')], { receivedMs: NOON_MS + DAY_MS }))).toMatchObject(
        { accepted: 1 },
      )
    })

    it('never drops the day that is written to', async () => {
      await log.writer.append(batchOf([record('a')]))
      expect(await log.writer.dropPartitionsBefore('2027-01-01')).toEqual([])
      expect(await readIds(log.reader)).toEqual(['a'])
    })

    it('commits what is queued when it closes and refuses what comes later', async () => {
      const queued = log.writer.append(batchOf([record('a')]))
      await log.writer.close()
      expect(await queued).toMatchObject({ accepted: 1 })
      await expect(log.writer.append(batchOf([record('b')]))).rejects.toMatchObject({
        code: 'unavailable',
        details: { reason: 'closing' },
      })
    })

    it('stores a large request in several blocks, each record once', async () => {
      const many = Array.from({ length: 12_345 }, (_, i) => record(`r${i}`))
      expect(await log.writer.append(batchOf(many))).toMatchObject({ accepted: 12_345 })
      const blocks = await readAll(log.reader, 1)
      expect(blocks.length).toBeGreaterThan(1)
      expect(Math.max(...blocks.map(({ records }) => records.length))).toBeLessThanOrEqual(5_000)
      expect(blocks.flatMap(({ records }) => records.map(({ id }) => id))).toEqual(many.map(({ id }) => id))
    })
  })

  describe('any split, order and repetition of the same records', () => {
    it('is stored once each, with counts that add up', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.array(fc.nat({ max: 40 }), { maxLength: 12 }), { minLength: 1, maxLength: 14 }),
          fc.array(fc.nat({ max: 14 }), { maxLength: 3 }),
          async (requests, restarts) => {
            let log = await openLog()
            try {
              let sent = 0
              let accepted = 0
              let repeated = 0
              for (const [i, ids] of requests.entries()) {
                const half = Math.floor(ids.length / 2)
                const parts = [ids.slice(0, half), ids.slice(half)].map((part) =>
                  batchOf(part.map((id) => record(`r${id}`))),
                )
                for (const outcome of await Promise.all(parts.map((part) => log.writer.append(part)))) {
                  if (outcome.kind !== 'committed') throw new Error('no request here repeats a key')
                  accepted += outcome.accepted
                  repeated += outcome.duplicates + outcome.conflicts
                }
                sent += ids.length
                if (restarts.includes(i)) log = await log.reopen()
              }
              const stored = await readIds(log.reader)
              expect(accepted + repeated).toBe(sent)
              expect(stored).toHaveLength(accepted)
              expect(new Set(stored)).toEqual(new Set(requests.flat().map((id) => `r${id}`)))
              expect(new Set(stored).size).toBe(stored.length)
            } finally {
              await log.dispose()
            }
          },
        ),
        { numRuns: 25 },
      )
    })
  })
}
