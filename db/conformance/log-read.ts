/** Owns the conformance suite of reading the log: positions, versions, labels, single records, refusals, partitions. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  batchOf,
  type LogHarness,
  NOON_MS,
  type OpenLog,
  readIds,
  record,
  refusal,
} from '@/db/conformance/log-harness'
import { comparePositions, type LogPosition } from '@/db/contracts/log-store'
import { DAY_MS, HOUR_MS } from '@/lib/domain/time'

const TOMORROW_MS = NOON_MS + DAY_MS

export function testLogRead(openLog: OpenLog): void {
  describe('reading the log', () => {
    let log: LogHarness
    beforeEach(async () => {
      log = await openLog()
    })
    afterEach(() => log.dispose())

    it('is empty at first', async () => {
      expect(await log.reader.readRecords(null, 10)).toEqual([])
      expect(await log.reader.readLabels(null, 10)).toEqual([])
      expect(await log.reader.head()).toBeNull()
      expect(await log.reader.listPartitions()).toEqual([])
      expect(await log.reader.listQuarantine({ limit: 5 })).toEqual([])
      expect(await log.reader.countQuarantine(0)).toEqual([])
      expect((await log.reader.findRecords('fraud', ['a'])).size).toBe(0)
    })

    it('goes on from a position, over the change of day, and stops at the size asked for', async () => {
      for (const [i, day] of [0, 0, 1, 1, 3].entries()) {
        await log.writer.append(
          batchOf([record(`r${i}a`), record(`r${i}b`)], { receivedMs: NOON_MS + day * DAY_MS }),
        )
      }
      const first = await log.reader.readRecords(null, 3)
      expect(first.flatMap(({ records }) => records.map(({ id }) => id))).toEqual([
        'r0a',
        'r0b',
        'r1a',
        'r1b',
      ])
      const rest = await log.reader.readRecords(first[1]?.position ?? null, 100)
      expect(rest.map(({ position }) => position.day)).toEqual(['2026-03-02', '2026-03-02', '2026-03-04'])
      const last = rest.at(-1)?.position as LogPosition
      expect(await log.reader.readRecords(last, 100)).toEqual([])
      expect(await log.reader.head()).toEqual(last)
      const positions = [...first, ...rest].map(({ position }) => position)
      expect([...positions].sort(comparePositions)).toEqual(positions)
    })

    it('sees what is appended after it was opened', async () => {
      await log.writer.append(batchOf([record('a')]))
      expect(await readIds(log.reader)).toEqual(['a'])
      await log.writer.append(batchOf([record('b')], { receivedMs: TOMORROW_MS }))
      expect(await readIds(log.reader)).toEqual(['a', 'b'])
    })

    it('marks back-filled blocks and does not mix them with live ones', async () => {
      await Promise.all([
        log.writer.append(batchOf([record('a')])),
        log.writer.append(batchOf([record('b')], { backfill: true })),
      ])
      const blocks = await log.reader.readRecords(null, 10)
      expect(blocks.map(({ backfill, records }) => [backfill, records[0]?.id])).toEqual([
        [false, 'a'],
        [true, 'b'],
      ])
    })

    it('reads one version alone, up to and including a position', async () => {
      const versions = ['1', '2', '1', '1', '2', '1']
      for (const [i, version] of versions.entries()) {
        await log.writer.append(
          batchOf([record(`r${i}`)], { version, receivedMs: NOON_MS + (i > 2 ? DAY_MS : 0) }),
        )
      }
      const all = await log.reader.readRecords(null, 100)
      const until = all[3]?.position as LogPosition
      const read = async (from: LogPosition | null, max: number) =>
        (await log.reader.readRecordsOf('fraud', '1', from, until, max)).map(({ records }) => records[0]?.id)
      expect(await read(null, 100)).toEqual(['r0', 'r2', 'r3'])
      expect(await read(null, 1)).toEqual(['r0'])
      expect(await read(all[0]?.position ?? null, 100)).toEqual(['r2', 'r3'])
      expect(await read(until, 100)).toEqual([])
    })

    it('reads labels in order, numbered apart from records', async () => {
      const label = (id: string, y: number) => ({ id, y, at: NOON_MS })
      await log.writer.append(
        batchOf([record('a')], { labels: [{ model: 'fraud', labels: [label('a', 1), label('b', 0)] }] }),
      )
      await log.writer.append(
        batchOf([], { receivedMs: TOMORROW_MS, labels: [{ model: 'churn', labels: [label('c', 1)] }] }),
      )
      const first = await log.reader.readLabels(null, 1)
      expect(first).toHaveLength(1)
      expect(first[0]).toMatchObject({ model: 'fraud', labels: [label('a', 1), label('b', 0)] })
      const second = await log.reader.readLabels(first[0]?.position ?? null, 10)
      expect(second.map(({ model, position }) => [model, position.day])).toEqual([['churn', '2026-03-02']])
    })

    it('finds records by id in every partition, and those that came since', async () => {
      await log.writer.append(batchOf([record('a'), record('b', { p: 5 })]))
      await log.writer.append(batchOf([record('c')], { receivedMs: TOMORROW_MS, version: '2' }))
      await log.writer.append(batchOf([record('a', { p: 9 })], { model: 'churn' }))
      const found = await log.reader.findRecords('fraud', ['a', 'b', 'c', 'unknown'])
      expect([...found.keys()].sort()).toEqual(['a', 'b', 'c'])
      const [first] = await log.reader.readRecords(null, 1)
      expect(found.get('b')).toEqual({
        version: '1',
        position: first?.position,
        record: record('b', { p: 5 }),
      })
      expect(found.get('c')?.version).toBe('2')
      expect((await log.reader.findRecords('churn', ['a', 'b'])).get('a')?.record.p).toBe(9)
      await log.writer.append(batchOf([record('d')], { receivedMs: TOMORROW_MS }))
      expect((await log.reader.findRecords('fraud', ['d'])).size).toBe(1)
    })

    it('gives the newest records of a model first', async () => {
      await log.writer.append(batchOf([record('a'), record('b')]))
      await log.writer.append(batchOf([record('c')], { version: '2', receivedMs: TOMORROW_MS }))
      await log.writer.append(batchOf([record('x')], { model: 'churn', receivedMs: TOMORROW_MS }))
      const ids = async (version: string | null, limit: number) =>
        (await log.reader.latestRecords('fraud', version, limit)).map(({ record: { id } }) => id)
      expect(await ids(null, 2)).toEqual(['c', 'b'])
      expect(await ids(null, 10)).toEqual(['c', 'b', 'a'])
      expect(await ids('1', 10)).toEqual(['b', 'a'])
      expect(await ids('3', 10)).toEqual([])
    })

    it('gives records of a version by their own time, wherever they arrived', async () => {
      const [first, last] = [NOON_MS - 5_000, TOMORROW_MS + 5_000]
      await log.writer.append(batchOf([record('a', { at: first }), record('b', { at: first + 1 })]))
      await log.writer.append(batchOf([record('c', { at: first })], { version: '2' }))
      await log.writer.append(batchOf([record('d', { at: last })], { receivedMs: TOMORROW_MS }))
      const late = batchOf([record('e', { at: first + 2 })], { receivedMs: TOMORROW_MS, backfill: true })
      await log.writer.append(late)
      const ids = async (startMs: number, endMs: number, limit = 10) =>
        (await log.reader.recordsBetween('fraud', '1', { startMs, endMs }, limit)).map(({ id }) => id)
      expect(await ids(first, first + 3)).toEqual(['a', 'b', 'e'])
      expect(await ids(first, first + 1)).toEqual(['a'])
      expect(await ids(first, last + 1, 2)).toEqual(['a', 'b'])
      expect(await ids(last, last + 1)).toEqual(['d'])
      expect(await ids(last + 1, last + 9)).toEqual([])
      expect(await log.reader.recordsBetween('churn', '1', { startMs: 0, endMs: last }, 9)).toEqual([])
    })

    it('tells the size and the span of event times of each partition', async () => {
      await log.writer.append(batchOf([record('a', { at: 1_000 }), record('b', { at: 9_000 })]))
      await log.writer.append(batchOf([record('c', { at: 500 })]))
      const [partition] = await log.reader.listPartitions()
      expect(partition).toMatchObject({ day: '2026-03-01', records: 3, minMs: 500, maxMs: 9_000 })
      expect(partition?.sizeBytes).toBeGreaterThan(0)
    })

    it('lists refusals newest first, by model, page by page', async () => {
      await log.writer.append(
        batchOf([], {
          refusals: [refusal('a'), refusal('b', { model: 'churn' }), refusal('c', { model: null })],
        }),
      )
      await log.writer.append(batchOf([], { receivedMs: TOMORROW_MS, refusals: [refusal('d')] }))
      const all = await log.reader.listQuarantine({ limit: 3 })
      expect(all.map(({ code }) => code)).toEqual(['d', 'c', 'b'])
      const last = all[2] as (typeof all)[number]
      const next = await log.reader.listQuarantine({ limit: 3, before: { day: last.day, seq: last.seq } })
      expect(next.map(({ code }) => code)).toEqual(['a'])
      expect((await log.reader.listQuarantine({ model: 'fraud', limit: 9 })).map(({ code }) => code)).toEqual(
        ['d', 'a'],
      )
    })

    it('closes partitions that were dropped', async () => {
      await log.writer.append(batchOf([record('a')]))
      await log.writer.append(batchOf([record('b')], { receivedMs: TOMORROW_MS }))
      expect(await readIds(log.reader)).toEqual(['a', 'b'])
      await log.writer.dropPartitionsBefore('2026-03-02')
      expect(await readIds(log.reader)).toEqual(['b'])
      expect((await log.reader.findRecords('fraud', ['a', 'b'])).size).toBe(1)
    })
  })

  describe('a log with small limits', () => {
    it('keeps refused records up to the limit a day and counts all of them', async () => {
      let log = await openLog({ maxQuarantinePerDay: 3 })
      try {
        const five = Array.from({ length: 5 }, () => refusal('bad'))
        await log.writer.append(batchOf([], { refusals: [...five, refusal('worse', { model: null })] }))
        log = await log.reopen()
        await log.writer.append(batchOf([], { receivedMs: NOON_MS + HOUR_MS, refusals: five }))
        expect(await log.writer.countRefused('2026-03-01')).toBe(3)
        expect(await log.reader.listQuarantine({ limit: 100 })).toHaveLength(3)
        const counts = await log.reader.countQuarantine(NOON_MS)
        expect(counts.map(({ model, code, count }) => [model, code, count])).toEqual([
          ['fraud', 'bad', 10],
          [null, 'worse', 1],
        ])
        expect((await log.reader.countQuarantine(NOON_MS + HOUR_MS))[0]?.count).toBe(5)
      } finally {
        await log.dispose()
      }
    })

    it('finds records beyond what is held in memory', async () => {
      let log = await openLog({ dedupHorizon: 2 })
      try {
        for (let i = 0; i < 6; i++) {
          await log.writer.append(batchOf([record(`r${i}`)], { receivedMs: NOON_MS + i * DAY_MS }))
        }
        log = await log.reopen()
        const found = await log.reader.findRecords('fraud', ['r0', 'r3', 'r5', 'none'])
        expect([...found.keys()].sort()).toEqual(['r0', 'r3', 'r5'])
      } finally {
        await log.dispose()
      }
    })
  })
}
