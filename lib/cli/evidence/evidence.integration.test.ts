/** The short version of the evidence: the same experiments with fewer windows, and limits with binomial room. */
import { describe, expect, it } from 'vitest'
import { HOURS_A_FORTNIGHT, runMoving, runStill } from '@/lib/cli/evidence/false-alarms'
import { STILL_WORLD } from '@/lib/cli/evidence/latent'
import { runPower } from '@/lib/cli/evidence/power'
import { runShapes, SHAPE_CASES, type ShapeCase } from '@/lib/cli/evidence/shapes'
import { runStreams } from '@/lib/cli/evidence/streams'
import { runRecords } from '@/lib/cli/evidence/whole-records'

/** Most successes that chance gives with share `share` in all but one of 100,000 runs (normal law with continuity). */
function atMost(share: number, of: number): number {
  return Math.ceil(share * of + 4.27 * Math.sqrt(share * (1 - share) * of) + 0.5)
}

describe('the verdict rule', { timeout: 120_000 }, () => {
  it.each([
    [20, 200, 150],
    [20, 1_000, 150],
    [100, 1_000, 30],
  ])(
    'alarms on at most one window in a hundred where nothing moved: %i columns, %i records a window',
    async (columns, n, windows) => {
      const setting = { columns, n, windows, peerWindows: 0, referenceRows: 10_000, seed: columns + n }
      const { ours, alerts, flagged } = await runStill(setting)
      expect(ours.alarmed, flagged.join('\n')).toBeLessThanOrEqual(atMost(0.01, windows))
      expect(alerts).toBe(0)
    },
  )

  it.each([
    ['correlated columns and tenfold traffic', { ...STILL_WORLD, correlation: 0.6, trafficSwing: 10 }],
    ['days and weekends', { ...STILL_WORLD, daily: 0.5, weekend: 0.3 }],
    ['records that remember the one before', { ...STILL_WORLD, memory: 0.8 }],
  ])('keeps to its budget of one alert a fortnight in a world with %s', async (_name, world) => {
    const result = await runMoving({
      world,
      columns: 12,
      n: 200,
      referenceDays: 28,
      learningDays: 7,
      days: 14,
      seed: 5,
    })
    expect(result.hours).toBe(HOURS_A_FORTNIGHT)
    // Poisson with mean 1 gives more than six once in 10,000 fortnights.
    expect(result.alerts, result.flagged.join('\n')).toBeLessThanOrEqual(6)
    expect(result.ours.alarmed / result.ours.windows).toBeLessThan(0.1)
  })

  it('sees a shift of 0.35 sigma in one of 20 columns from 1,000 records in at least 85 % of windows', async () => {
    const trials = 60
    const { ours, windowsUntilAlert } = await runPower({
      planted: { kind: 'shift', sigma: 0.35 },
      kind: 'normal',
      columns: 20,
      n: 1_000,
      referenceRows: 10_000,
      trials,
      peerTrials: 0,
      seed: 3,
    })
    expect(trials - ours.seen).toBeLessThanOrEqual(atMost(0.15, trials))
    expect(windowsUntilAlert.every((wait) => wait !== null && wait <= 3)).toBe(true)
  })

  it('never sees less than a peer that cries wolf no more often', async () => {
    const n = 10_000
    const still = await runStill({ columns: 8, n, windows: 15, peerWindows: 15, referenceRows: n, seed: 9 })
    for (const planted of [
      { kind: 'shift', sigma: 0.2 },
      { kind: 'spread', factor: 1.3 },
    ] as const) {
      const trials = 12
      const setting = {
        planted,
        kind: 'normal',
        columns: 8,
        n,
        referenceRows: n,
        trials,
        peerTrials: trials,
        seed: 4,
      } as const
      const { ours, peers } = await runPower(setting)
      for (const [index, peer] of peers.entries()) {
        if ((still.peers[index]?.alarmed ?? 0) > still.ours.alarmed) continue
        expect(ours.seen, `${peer.name}, ${JSON.stringify(planted)}`).toBeGreaterThanOrEqual(peer.seen - 1)
      }
    }
  })

  it.each(Object.keys(SHAPE_CASES) as ShapeCase[])('gives a %s its name', async (kind) => {
    const streams = 20
    const { right, wrong } = await runShapes(kind, { streams, n: 1_000, referenceRows: 10_000, seed: 7 })
    expect(streams - right, wrong.join(', ')).toBeLessThanOrEqual(atMost(0.1, streams))
  })

  it('knows records that no longer go together from records that do, though every column looks as it did', async () => {
    const setting = { columns: 8, n: 300, referenceRows: 5_000, seed: 6 }
    const still = await runRecords('nothing', { ...setting, windows: 25 })
    expect(still.separation).toBeLessThanOrEqual(atMost(0.01, 25))
    expect(still.reconstruction).toBeLessThanOrEqual(atMost(0.01, 25))
    const apart = await runRecords('columns no longer go together', { ...setting, windows: 6 })
    expect(apart).toMatchObject({ reconstruction: 6, columns: 0 })
  })
})

/** Values between two false signals that theory or the method's own page gives, and the worst delay of 1 σ that is taken. */
describe('stream detectors', () => {
  const results = runStreams({ steadyValues: 30_000, streams: 40, shifts: [1], seed: 8 })

  it.each([
    ['CUSUM', 465, 15],
    ['EWMA', 560, 15],
    ['Western Electric', 92, 12],
  ])(
    '%s signals by chance about as rarely as the textbook says, and a shift of 1 σ at once',
    (name, between, delay) => {
      const found = results.find(({ detector }) => detector === name)
      expect((found?.between ?? 0) / between).toBeGreaterThan(0.75)
      expect((found?.between ?? 0) / between).toBeLessThan(1.5)
      expect(found?.shifts[0]).toMatchObject({ found: 40 })
      expect(found?.shifts[0]?.delay).toBeLessThan(delay)
    },
  )

  it.each(results.map(({ detector }) => detector))('%s finds a shift of 1 σ within 200 values', (name) => {
    expect(results.find(({ detector }) => detector === name)?.shifts[0]?.found).toBeGreaterThanOrEqual(36)
  })
})
