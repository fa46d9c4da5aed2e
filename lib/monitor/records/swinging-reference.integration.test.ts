import { describe, expect, it } from 'vitest'
import type { Profile } from '@/lib/domain/profile'
import { HOUR_MS } from '@/lib/domain/time'
import { type Hour, hoursOf, judgeHour, type StreamPlan } from '@/lib/monitor/records/testing-streams'
import { testFolder } from '@/lib/profile/testing'

const START_MS = Date.UTC(2026, 0, 5)
const REFERENCE_HOURS = 28 * 24
const WINDOWS = 14 * 24

/** Traffic goes up and down tenfold over the day in all of them. */
const PLANS: readonly (readonly [string, StreamPlan])[] = [
  [
    'wanders from hour to hour and has seasons',
    { columns: 8, perHour: 400, together: 0.6, wander: 0.2, daily: 0.3, weekly: 0.3 },
  ],
  [
    'has columns that go together and strong seasons',
    { columns: 5, perHour: 400, together: 0.9, wander: 0.1, daily: 0.8, weekly: 0.3 },
  ],
  [
    'has many columns that go together',
    { columns: 12, perHour: 200, together: 0.9, wander: 0.1, daily: 0.1, weekly: 0.1 },
  ],
]

async function profileOf(hours: readonly Hour[]): Promise<Profile> {
  await using folder = await testFolder()
  const lines = hours.flatMap(({ hour, rows }) =>
    rows.map((row, i) => {
      const atMs = START_MS + hour * HOUR_MS + Math.floor((i * HOUR_MS) / rows.length)
      return `${new Date(atMs).toISOString()},${row.map((value) => value.toFixed(5)).join()}`
    }),
  )
  const names = (hours[0]?.rows[0] ?? []).map((_, j) => `c${j}`)
  return await folder.profile(
    await folder.write('reference.csv', `timestamp,${names}\n${lines.join('\n')}\n`),
  )
}

describe('whole records raise no alarm in a fortnight of hours when the stream', () => {
  it.each(PLANS)('%s as its reference did', { timeout: 120_000 }, async (_, plan) => {
    const profile = await profileOf(hoursOf(plan, REFERENCE_HOURS, 11))
    const alarms: string[] = []
    let judged = 0
    for (const hour of hoursOf(plan, WINDOWS, 12)) {
      for (const { metric, verdict, value, limit } of judgeHour(profile, hour)) {
        if (verdict === 'ok' || verdict === 'drift' || verdict === 'severe') judged++
        if (verdict !== 'ok' && verdict !== 'not_enough_data')
          alarms.push(`${hour.hour} ${metric} ${verdict} ${value} ${limit}`)
      }
    }
    expect(alarms).toEqual([])
    expect(judged).toBeGreaterThan(WINDOWS)
  })
})
