import { describe, expect, it } from 'vitest'
import { BREACH_VERDICTS } from '@/lib/domain/evaluation'
import { HOUR_MS } from '@/lib/domain/time'
import { createMonitors } from '@/lib/monitor/create-monitors'
import { alphaOf } from '@/lib/monitor/false-alarm-budget'
import { judgeWindow } from '@/lib/monitor/judge-window'
import { TEST_FAMILIES, testFamilyOf } from '@/lib/monitor/test-family'
import {
  columnProfile,
  model,
  START_MS,
  storedProfile,
  summaryOf,
  trafficSummary,
  type Values,
  version,
} from '@/lib/monitor/testing'
import { createMulberry32 } from '@/lib/stats/mulberry32'
import { emptyQuality } from '@/lib/summary/merge-quality'
import type { QualitySummary } from '@/lib/summary/types'

const ROWS = 300
const REFERENCE_ROWS = 5_000
const WINDOWS = 500
/** As many alarms as may be asked for: the fewer are asked for, the longer one waits to count them. */
const BUDGET = 14

const random = createMulberry32(12)
const flip = (chance: number) => random.uniform() < chance
const count = (n: number, chance: number) => {
  let hits = 0
  for (let i = 0; i < n; i++) if (flip(chance)) hits++
  return hits
}

/** One value of a column; some are missing, and no law ever changes. */
const LAWS: Readonly<Record<string, () => number | string | null>> = Object.fromEntries(
  Array.from({ length: 10 }, (_, k) => {
    if (k % 2 === 0) return [`number ${k}`, () => (flip(0.02) ? null : random.normal())]
    const share = 0.1 + 0.025 * k
    return [`text ${k}`, () => (flip(0.03) ? null : flip(share) ? 'a' : flip(0.5) ? 'b' : 'c')]
  }),
)
const drawn = (law: () => number | string | null, n: number): Values => Array.from({ length: n }, law)

const predicted = () => (flip(0.3) ? '1' : '0')
const columns = [
  ...Object.entries(LAWS).map(([name, law]) => columnProfile(name, drawn(law, REFERENCE_ROWS))),
  columnProfile(
    'prediction',
    drawn(() => (flip(0.01) ? null : predicted()), REFERENCE_ROWS),
    {
      family: 'output',
      role: 'prediction',
    },
  ),
  columnProfile(
    'score',
    drawn(() => random.uniform(), REFERENCE_ROWS),
    { family: 'output', role: 'score' },
  ),
]

/** Labels that agree with four of five predictions. */
function quality(n: number): QualitySummary {
  const ones = count(n, 0.3)
  const hits = { ones: count(ones, 0.8), zeros: count(n - ones, 0.8) }
  const confusion = new Map([
    [
      '1',
      new Map([
        ['1', hits.ones],
        ['0', ones - hits.ones],
      ]),
    ],
    [
      '0',
      new Map([
        ['1', n - ones - hits.zeros],
        ['0', hits.zeros],
      ]),
    ],
  ])
  return { ...emptyQuality(), n, confusion }
}

describe('a model that stands still', () => {
  it('raises no more alarms than its budget has room for, with every floor taken away', () => {
    const profile = storedProfile(columns, {
      // Of 0.3 · 0.8 hits, 0.06 misses and 0.14 false alarms.
      quality: { n: REFERENCE_ROWS, metrics: { accuracy: 0.8, f1: 0.48 / 0.68, roc_auc: null } },
    })
    const monitors = createMonitors(version, profile).map((monitor, index) => ({
      ...monitor,
      id: index + 1,
      effectFloor: monitor.effectFloor > 0 ? 1e-9 : 0,
    }))
    const settings = { ...model.settings, falseAlarmBudget: BUDGET }
    const alpha = alphaOf(BUDGET, '1h')
    const byFamily = new Map<string, number>()
    let alarmed = 0
    for (let turn = 0; turn < WINDOWS; turn++) {
      const nullPredictions = count(ROWS, 0.01)
      const summaries = columns.map((column) => {
        const law =
          column.family === 'input'
            ? LAWS[column.name]
            : column.role === 'score'
              ? () => random.uniform()
              : predicted
        return [`${column.family}:${column.name}`, summaryOf(column, drawn(law ?? predicted, ROWS))] as const
      })
      const judged = judgeWindow({
        model: { ...model, settings },
        version,
        profile,
        monitors,
        window: { startMs: START_MS, endMs: START_MS + HOUR_MS },
        columns: new Map(summaries),
        traffic: trafficSummary(ROWS, { nullPredictions }),
        quality: quality(ROWS),
        trailing: new Map(),
        nowMs: START_MS + 2 * HOUR_MS,
        historical: false,
        withDetail: false,
      })
      const breached = new Set(
        judged
          .filter(({ verdict }) => BREACH_VERDICTS.has(verdict))
          .map(({ monitorId }) => testFamilyOf(monitors[monitorId - 1]?.metric ?? 'volume')),
      )
      if (breached.size > 0) alarmed++
      for (const family of breached) byFamily.set(family, (byFamily.get(family) ?? 0) + 1)
    }
    const room = (share: number) => WINDOWS * share + 4 * Math.sqrt(WINDOWS * share) + 1
    for (const [family, windows] of byFamily) expect(windows, family).toBeLessThan(room(alpha))
    expect(alarmed).toBeLessThan(room(TEST_FAMILIES * alpha))
    expect(alarmed).toBeGreaterThan(0)
  })
})
