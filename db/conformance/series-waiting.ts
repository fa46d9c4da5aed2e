/** Owns the conformance suite of labels and events that wait for their record, and of labels that are joined. */
import { describe, expect, it } from 'vitest'
import { openForEach } from '@/db/conformance/open-for-each'
import { at, commitOf, type OpenSeries } from '@/db/conformance/series-harness'
import type { SeriesStore } from '@/db/contracts/series-store'

export function testSeriesWaiting(open: OpenSeries): void {
  describe('the series store', () => {
    let series: SeriesStore
    openForEach(open, (harness) => {
      series = harness.series
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
  })
}
