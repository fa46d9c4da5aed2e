/** Owns the conformance suite of committing to a series store: deltas and their stage’s position together. */
import { describe, expect, it } from 'vitest'
import { openForEach } from '@/db/conformance/open-for-each'
import { at, commitOf, delta, due, type OpenSeries, readHours, START } from '@/db/conformance/series-harness'
import type { SeriesStore } from '@/db/contracts/series-store'
import { HOUR_MS } from '@/lib/domain/time'

export function testSeriesCommits(open: OpenSeries): void {
  describe('the series store', () => {
    let series: SeriesStore
    openForEach(open, (harness) => {
      series = harness.series
    })

    it('merges deltas into what is stored and moves the position with them', async () => {
      await series.commit(commitOf({ deltas: [delta(START, 1, 5), delta(START, 1, 2)] }))
      await series.commit(commitOf({ from: at(1), to: at(2), deltas: [delta(START, 1, 10)] }))
      expect(await readHours(series)).toEqual([[0, 1, 17]])
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
        expect(await readHours(series)).toEqual([[0, 1, 5]])
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
      expect(await readHours(series)).toEqual([[0, -1, 4]])
    })
  })
}
