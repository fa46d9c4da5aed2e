/** Owns the conformance suite of what a series store drops with age. */
import { describe, expect, it } from 'vitest'
import { openForEach } from '@/db/conformance/open-for-each'
import { at, commitOf, delta, type OpenSeries, readHours, START } from '@/db/conformance/series-harness'
import type { SeriesStore } from '@/db/contracts/series-store'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '@/lib/domain/time'

export function testSeriesRetention(open: OpenSeries): void {
  describe('the series store', () => {
    let series: SeriesStore
    openForEach(open, (harness) => {
      series = harness.series
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
      expect(await readHours(series)).toHaveLength(2)
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
      expect(await readHours(series)).toEqual([[0, 1, 2]])
      expect((await series.findJoined(1, ['a'])).size).toBe(1)
      expect(await compactAt(arrivedMs + 1)).toBe(2)
      expect(await readHours(series)).toEqual([])
      expect((await series.findJoined(1, ['a'])).size).toBe(0)
    })
  })
}
