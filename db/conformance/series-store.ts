/** Owns the whole conformance suite of a series store. */
import { testSeriesCommits } from '@/db/conformance/series-commits'
import { testSeriesDue } from '@/db/conformance/series-due'
import type { OpenSeries } from '@/db/conformance/series-harness'
import { testSeriesReads } from '@/db/conformance/series-reads'
import { testSeriesRetention } from '@/db/conformance/series-retention'
import { testSeriesWaiting } from '@/db/conformance/series-waiting'

export function testSeriesStore(open: OpenSeries): void {
  testSeriesCommits(open)
  testSeriesReads(open)
  testSeriesDue(open)
  testSeriesWaiting(open)
  testSeriesRetention(open)
}
