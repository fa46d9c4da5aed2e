import fc from 'fast-check'
import { expect, it } from 'vitest'
import { NO_PROFILE, TRAFFIC_SERIES } from '@/db/contracts/series-store'
import { openTestStores } from '@/db/sqlite/testing'
import { type BucketLevel, DAY_MS, HOUR_MS } from '@/lib/domain/time'
import { readingAhead } from '@/lib/queries/read-ahead'
import { encodeSummary } from '@/lib/summary/codec'
import { emptyTraffic } from '@/lib/summary/fold-traffic'

const HOURS = 90
const START_MS = Date.UTC(2026, 0, 5, 7)

it('gives what the series gives, with fewer questions', async () => {
  await using stores = await openTestStores()
  const deltas = Array.from({ length: HOURS }, (_, hour) => {
    const key = { versionId: 1 + (hour % 2), profileId: NO_PROFILE, level: 'hour' as const }
    const startMs = START_MS + hour * HOUR_MS
    const bytes = encodeSummary({ ...emptyTraffic(), records: hour })
    return { key: { ...key, startMs, columnId: TRAFFIC_SERIES }, bytes }
  })
  const to = { day: '2026-01-05', seq: 1 }
  await stores.series.commit({ stage: 'records', from: null, to, deltas, dueWindows: [] })

  let asked = 0
  const counted: typeof stores.series = {
    ...stores.series,
    read: (query) => {
      asked++
      return stores.series.read(query)
    },
  }
  const queryAt = (hour: number, hours: number, versionId: number, level: BucketLevel = 'hour') => {
    const startMs = START_MS + hour * HOUR_MS
    const range = { startMs, endMs: startMs + hours * HOUR_MS }
    return { versionId, profileId: NO_PROFILE, level, range, columnIds: [TRAFFIC_SERIES] }
  }
  const inARow = readingAhead(counted)
  for (let hour = 0; hour < HOURS; hour++) {
    const query = queryAt(hour, 1, 1)
    expect(await inARow.read(query)).toEqual(await stores.series.read(query))
  }
  expect(asked).toBeLessThanOrEqual(Math.ceil((HOURS * HOUR_MS) / DAY_MS) + 1)

  const jumping = readingAhead(counted)
  const anywhere = fc.record({
    hour: fc.integer({ min: -30, max: HOURS + 30 }),
    hours: fc.integer({ min: 0, max: 40 }),
    versionId: fc.constantFrom(1, 2, 3),
    level: fc.constantFrom<BucketLevel>('hour', 'day'),
  })
  await fc.assert(
    fc.asyncProperty(anywhere, async ({ hour, hours, versionId, level }) => {
      const query = queryAt(hour, hours, versionId, level)
      expect(await jumping.read(query)).toEqual(await stores.series.read(query))
    }),
  )
})
