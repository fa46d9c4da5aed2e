/** Owns the conformance suite of reading a series store, of its size, and of clearing it. */
import { describe, expect, it } from 'vitest'
import { openForEach } from '@/db/conformance/open-for-each'
import { commitOf, delta, type OpenSeries, readHours, START } from '@/db/conformance/series-harness'
import { type SeriesStore, TRAFFIC_SERIES } from '@/db/contracts/series-store'
import { DAY_MS, HOUR_MS } from '@/lib/domain/time'

export function testSeriesReads(open: OpenSeries): void {
  describe('the series store', () => {
    let series: SeriesStore
    openForEach(open, (harness) => {
      series = harness.series
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
      expect(await readHours(series)).toEqual(
        [0, 1, 2].flatMap((hour) => [0, 1, 2, 3].map((column) => [hour, column, hour * 10 + column])),
      )
      expect(await readHours(series, [2, 0, 2])).toEqual([
        [0, 0, 0],
        [0, 2, 2],
        [1, 0, 10],
        [1, 2, 12],
        [2, 0, 20],
        [2, 2, 22],
      ])
      expect(
        await readHours(
          series,
          Array.from({ length: 20 }, (_, i) => i + 3),
        ),
      ).toEqual([
        [0, 3, 3],
        [1, 3, 13],
        [2, 3, 23],
      ])
      expect(await readHours(series, [])).toEqual([])
      expect(await readHours(series, undefined, 4)).toEqual([[0, 1, 99]])
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

    it('clears one profile of one version', async () => {
      await series.commit(commitOf({ deltas: [delta(START, 1, 1), delta(START, 1, 2, { profileId: 3 })] }))
      await series.clear(1, 3)
      expect(await readHours(series, undefined, 3)).toEqual([])
      expect(await readHours(series)).toHaveLength(1)
    })

    it('tells its size', async () => {
      await series.commit(commitOf({ deltas: [delta(START, 1, 123), delta(START, 2, 45)] }))
      expect(await series.size()).toEqual({ summaries: 2, bytes: 5 })
    })
  })
}
