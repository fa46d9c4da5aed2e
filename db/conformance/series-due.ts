/** Owns the conformance suite of windows that are due. */
import { describe, expect, it } from 'vitest'
import { openForEach } from '@/db/conformance/open-for-each'
import { commitOf, due, type OpenSeries } from '@/db/conformance/series-harness'
import type { SeriesStore } from '@/db/contracts/series-store'

export function testSeriesDue(open: OpenSeries): void {
  describe('the series store', () => {
    let series: SeriesStore
    openForEach(open, (harness) => {
      series = harness.series
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

    it('knows since when the oldest live window is due, however much history is due before it', async () => {
      expect(await series.oldestLiveDue(1_000)).toBeNull()
      await series.addDue([due(0, 1, { backfill: true }), due(1, 2, { backfill: true })])
      expect(await series.oldestLiveDue(1_000)).toBeNull()
      await series.addDue([due(2, 500), due(3, 300)])
      expect(await series.oldestLiveDue(299)).toBeNull()
      expect(await series.oldestLiveDue(1_000)).toBe(300)
    })
  })
}
