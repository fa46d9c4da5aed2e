/** Owns the conformance suite of a series store; summaries here are JSON numbers that merge by addition. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  type DueWindow,
  type SeriesCommit,
  type SeriesStore,
  type SummaryDelta,
  TRAFFIC_SERIES,
} from '@/db/contracts/series-store'
import { type BucketLevel, DAY_MS, HOUR_MS, MINUTE_MS } from '@/lib/domain/time'

export interface SeriesHarness {
  readonly series: SeriesStore
  dispose(): Promise<void>
}

/** Opens a store whose summaries are added and taken back by `TEST_ARITHMETIC`. */
export type OpenSeries = () => Promise<SeriesHarness>

const encode = (value: number) => new TextEncoder().encode(String(value))
const decode = (bytes: Uint8Array) => Number(new TextDecoder().decode(bytes))

/** Merging and subtracting of the suite's summaries: numbers as text. */
export const TEST_ARITHMETIC = {
  mergeEncoded: (a: Uint8Array, b: Uint8Array) => encode(decode(a) + decode(b)),
  subtractEncoded: (a: Uint8Array, b: Uint8Array) => encode(decode(a) - decode(b)),
}

const START = Date.UTC(2026, 2, 1)
const at = (seq: number) => ({ day: '2026-03-01', seq })

function delta(
  startMs: number,
  columnId: number,
  value: number,
  change: { level?: BucketLevel; profileId?: number; versionId?: number } = {},
): SummaryDelta {
  const { level = 'hour', profileId = 0, versionId = 1 } = change
  return { key: { versionId, profileId, level, startMs, columnId }, bytes: encode(value) }
}

function commitOf(change: Partial<SeriesCommit>): SeriesCommit {
  return { stage: 'records', from: null, to: at(1), deltas: [], dueWindows: [], ...change }
}

const due = (hour: number, dueMs: number, change: Partial<DueWindow> = {}): DueWindow => ({
  versionId: 1,
  startMs: START + hour * HOUR_MS,
  endMs: START + (hour + 1) * HOUR_MS,
  dueMs,
  backfill: false,
  ...change,
})

export function testSeriesStore(openSeries: OpenSeries): void {
  describe('the series store', () => {
    let harness: SeriesHarness
    let series: SeriesStore
    beforeEach(async () => {
      harness = await openSeries()
      series = harness.series
    })
    afterEach(() => harness.dispose())

    const readHours = async (columnIds?: number[], profileId = 0) => {
      const range = { startMs: START, endMs: START + DAY_MS }
      const rows = await series.read({ versionId: 1, profileId, level: 'hour', range, columnIds })
      return rows.map(({ startMs, columnId, bytes }) => [
        (startMs - START) / HOUR_MS,
        columnId,
        decode(bytes),
      ])
    }

    it('merges deltas into what is stored and moves the position with them', async () => {
      await series.commit(commitOf({ deltas: [delta(START, 1, 5), delta(START, 1, 2)] }))
      await series.commit(commitOf({ from: at(1), to: at(2), deltas: [delta(START, 1, 10)] }))
      expect(await readHours()).toEqual([[0, 1, 17]])
      expect(await series.position('records')).toEqual(at(2))
      expect(await series.position('labels')).toBeNull()
    })

    it.each([[null], [at(1)], [at(3)]])(
      'refuses a commit from position %j once it stands elsewhere',
      async (from) => {
        await series.commit(commitOf({ to: at(2), deltas: [delta(START, 1, 5)] }))
        const again = series.commit(
          commitOf({ from, to: at(4), deltas: [delta(START, 1, 5)], dueWindows: [due(0, 1)] }),
        )
        await expect(again).rejects.toMatchObject({ code: 'conflict' })
        expect(await readHours()).toEqual([[0, 1, 5]])
        expect(await series.listDue(Number.MAX_SAFE_INTEGER, 10)).toEqual([])
        expect(await series.position('records')).toEqual(at(2))
      },
    )

    it('lets every stage have its own position', async () => {
      await series.commit(commitOf({ stage: 'labels' }))
      await series.commit(commitOf({ stage: 'rebuild:7', to: at(9) }))
      expect(await series.position('labels')).toEqual(at(1))
      expect(await series.position('rebuild:7')).toEqual(at(9))
      expect(await series.position('records')).toBeNull()
    })

    it('takes deltas back, and ignores one whose bucket is gone', async () => {
      await series.commit(commitOf({ stage: 'labels', deltas: [delta(START, -1, 5)] }))
      const retractions = [delta(START, -1, 2), delta(START + HOUR_MS, -1, 2)]
      await series.commit(
        commitOf({ stage: 'labels', from: at(1), to: at(2), deltas: [delta(START, -1, 1)], retractions }),
      )
      expect(await readHours()).toEqual([[0, -1, 4]])
    })

    it('reads a range by start and column, half open, all columns or some', async () => {
      const deltas = [2, 0, 1].flatMap((hour) =>
        [3, 0, 1, 2].map((column) => delta(START + hour * HOUR_MS, column, hour * 10 + column)),
      )
      const others = [
        delta(START, 1, 99, { level: 'day' }),
        delta(START, 1, 99, { profileId: 4 }),
        delta(START, 1, 99, { versionId: 2 }),
      ]
      await series.commit(commitOf({ deltas: [...deltas, ...others, delta(START + DAY_MS, 1, 99)] }))
      expect(await readHours()).toEqual(
        [0, 1, 2].flatMap((hour) => [0, 1, 2, 3].map((column) => [hour, column, hour * 10 + column])),
      )
      expect(await readHours([2, 0, 2])).toEqual([
        [0, 0, 0],
        [0, 2, 2],
        [1, 0, 10],
        [1, 2, 12],
        [2, 0, 20],
        [2, 2, 22],
      ])
      expect(await readHours(Array.from({ length: 20 }, (_, i) => i + 3))).toEqual([
        [0, 3, 3],
        [1, 3, 13],
        [2, 3, 23],
      ])
      expect(await readHours([])).toEqual([])
      expect(await readHours(undefined, 4)).toEqual([[0, 1, 99]])
    })

    it('lists where there is data, over all profiles, up to a limit', async () => {
      const traffic = (hour: number, profileId: number) =>
        delta(START + hour * HOUR_MS, TRAFFIC_SERIES, 1, { profileId })
      await series.commit(commitOf({ deltas: [traffic(5, 2), traffic(1, 0), traffic(3, 2), traffic(3, 0)] }))
      const list = (limit: number, endHour: number) =>
        series.listStarts({
          versionId: 1,
          level: 'hour',
          range: { startMs: START, endMs: START + endHour * HOUR_MS },
          limit,
        })
      expect(await list(10, 24)).toEqual([1, 3, 5].map((hour) => START + hour * HOUR_MS))
      expect(await list(2, 24)).toEqual([1, 3].map((hour) => START + hour * HOUR_MS))
      expect(await list(10, 5)).toEqual([1, 3].map((hour) => START + hour * HOUR_MS))
    })

    it('lists due windows when their time has come, oldest first', async () => {
      await series.commit(commitOf({ dueWindows: [due(2, 300), due(0, 100)] }))
      await series.addDue([due(1, 200)])
      expect((await series.listDue(250, 10)).map(({ dueMs }) => dueMs)).toEqual([100, 200])
      expect((await series.listDue(300, 2)).map(({ dueMs }) => dueMs)).toEqual([100, 200])
      expect(await series.listDue(99, 10)).toEqual([])
    })

    it('changes the due instant when a window is touched again, so that an older judgement cannot settle it', async () => {
      await series.addDue([due(0, 100)])
      const [first] = await series.listDue(1_000, 10)
      await series.addDue([due(0, 100)])
      const [second] = await series.listDue(1_000, 10)
      expect(first?.dueMs).toBe(100)
      expect(second?.dueMs).toBeGreaterThan(100)
      await series.addDue([due(0, 900)])
      expect((await series.listDue(1_000, 10)).map(({ dueMs }) => dueMs)).toEqual([900])
    })

    it('calls a window back-filled only as long as nothing live is in it', async () => {
      await series.addDue([due(0, 1, { backfill: true })])
      expect((await series.listDue(1_000, 1))[0]?.backfill).toBe(true)
      await series.addDue([due(0, 1), due(0, 1, { backfill: true })])
      expect((await series.listDue(1_000, 1))[0]?.backfill).toBe(false)
    })

    it('lets events wait for their record, each of a name once, until nothing waits for it any more', async () => {
      const waiting = ['click', 'redo', 'click'].map((event, i) => ({
        modelId: 1,
        predictionId: 'a',
        event,
        receivedMs: 5 + i,
      }))
      const other = { modelId: 2, predictionId: 'a', event: 'click', receivedMs: 5 }
      await series.commit(commitOf({ pendingEvents: [...waiting, other] }))
      const found = await series.findPendingEvents(1, ['a', 'b'])
      expect(found.map(({ event, receivedMs }) => [event, receivedMs]).sort()).toEqual([
        ['click', 5],
        ['redo', 6],
      ])
      expect(await series.countPendingEvents(1)).toBe(2)
      const instant = Number.MIN_SAFE_INTEGER
      const kept = { minuteMs: instant, hourMs: instant, dayMs: instant }
      expect(await series.compact({ ...kept, pendingLabelMs: 6 }, 100)).toBe(2)
      expect(await series.countPendingEvents(1)).toBe(1)
      const done = [{ modelId: 1, predictionId: 'a' }]
      await series.commit(commitOf({ from: at(1), to: at(2), noLongerPendingEvents: done }))
      expect(await series.countPendingEvents(1)).toBe(0)
    })

    it('keeps labels that are joined or waiting, and the newest of each', async () => {
      const joined = {
        modelId: 1,
        predictionId: 'a',
        versionId: 1,
        recordMs: 5,
        labelMs: 6,
        actual: '1',
        predicted: '0',
        score: 0.5,
      }
      const pending = { modelId: 1, predictionId: 'b', labelMs: 6, actual: '1', receivedMs: 7 }
      await series.commit(
        commitOf({ joined: [joined], pending: [pending, { ...pending, labelMs: 5, actual: '0' }] }),
      )
      expect((await series.findJoined(1, ['a', 'b'])).get('a')).toEqual(joined)
      expect((await series.findPending(1, ['a', 'b'])).get('b')).toEqual(pending)
      expect((await series.findPending(2, ['b'])).size).toBe(0)
      expect(await series.countPending(1)).toBe(1)
      const corrected = { ...joined, actual: '0', labelMs: 9, score: null }
      await series.commit(
        commitOf({
          from: at(1),
          to: at(2),
          joined: [corrected],
          noLongerPending: [{ modelId: 1, predictionId: 'b' }],
        }),
      )
      expect((await series.findJoined(1, ['a'])).get('a')).toEqual(corrected)
      expect(await series.countPending(1)).toBe(0)
    })

    it('drops buckets that ended before their instant, to the millisecond, in small steps', async () => {
      const minutes = [0, 1, 2].map((minute) => delta(START + minute * MINUTE_MS, 1, 1, { level: 'minute' }))
      const hours = [0, 1].map((hour) => delta(START + hour * HOUR_MS, 1, 1))
      const days = [
        delta(START - DAY_MS, 1, 1, { level: 'day', versionId: 2 }),
        delta(START, 1, 1, { level: 'day' }),
      ]
      const pending = [6, 7].map((receivedMs) => ({
        modelId: 1,
        predictionId: `p${receivedMs}`,
        labelMs: 1,
        actual: '1',
        receivedMs,
      }))
      await series.commit(commitOf({ deltas: [...minutes, ...hours, ...days], pending }))
      const limits = {
        minuteMs: START + 2 * MINUTE_MS,
        hourMs: START + HOUR_MS - 1,
        dayMs: START,
        pendingLabelMs: 7,
      }
      let deleted = 0
      for (let step = 0; step < 10; step++) deleted += await series.compact(limits, 1)
      expect(deleted).toBe(4)
      expect((await series.size()).summaries).toBe(4)
      expect(await series.countPending(1)).toBe(1)
      expect(await readHours()).toHaveLength(2)
      expect(await series.compact(limits, 100)).toBe(0)
    })

    it('keeps back-filled buckets and their labels for the retention counted from their arrival', async () => {
      const joined = {
        modelId: 1,
        predictionId: 'a',
        versionId: 1,
        recordMs: START,
        labelMs: START,
        actual: '1',
        predicted: '1',
        score: null,
      }
      const arrivedMs = START + 100 * DAY_MS
      await series.commit(commitOf({ deltas: [delta(START, 1, 1), delta(START + HOUR_MS, 1, 1)] }))
      const backfill = { deltas: [delta(START, 1, 1)], joined: [joined], arrivedMs }
      await series.commit(commitOf({ from: at(1), to: at(2), ...backfill }))
      const compactAt = (instant: number) =>
        series.compact({ minuteMs: instant, hourMs: instant, dayMs: instant, pendingLabelMs: 0 }, 100)
      expect(await compactAt(START + 2 * DAY_MS)).toBe(1)
      expect(await readHours()).toEqual([[0, 1, 2]])
      expect((await series.findJoined(1, ['a'])).size).toBe(1)
      expect(await compactAt(arrivedMs + 1)).toBe(2)
      expect(await readHours()).toEqual([])
      expect((await series.findJoined(1, ['a'])).size).toBe(0)
    })

    it('clears one profile of one version', async () => {
      await series.commit(commitOf({ deltas: [delta(START, 1, 1), delta(START, 1, 2, { profileId: 3 })] }))
      await series.clear(1, 3)
      expect(await readHours(undefined, 3)).toEqual([])
      expect(await readHours()).toHaveLength(1)
    })

    it('tells its size', async () => {
      await series.commit(commitOf({ deltas: [delta(START, 1, 123), delta(START, 2, 45)] }))
      expect(await series.size()).toEqual({ summaries: 2, bytes: 5 })
    })
  })
}
