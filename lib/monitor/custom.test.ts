import { describe, expect, it } from 'vitest'
import type { Aggregate, CustomMetric, Direction } from '@/lib/domain/custom-metric'
import { metricOfCustom } from '@/lib/domain/custom-metric'
import type { Monitor } from '@/lib/domain/monitor'
import { DAY_MS, HOUR_MS, WEEK_MS } from '@/lib/domain/time'
import { customMonitor } from '@/lib/monitor/custom-monitors'
import { hasStoredWeeks, sameHourWindows } from '@/lib/monitor/custom-window'
import { decide } from '@/lib/monitor/decide'
import { withFixedLimit } from '@/lib/monitor/fixed-limit'
import type { MeasureInput } from '@/lib/monitor/measurement'
import { measureCustom } from '@/lib/monitor/measures/custom'
import { CustomFold, type CustomSummary } from '@/lib/summary/custom'

const START_MS = Date.UTC(2026, 10, 16)
const window = { startMs: START_MS, endMs: START_MS + HOUR_MS }
const NOW_MS = window.endMs + 10 * 60_000

interface Case {
  readonly aggregate: Aggregate
  readonly bad: Direction
  readonly values: readonly number[]
  readonly history?: readonly number[]
  readonly monitor?: Partial<Monitor>
  readonly arrivals?: readonly { ageHours: number; coverage: number; delayMs: number }[]
}

function summaryOf(aggregate: Aggregate, values: readonly number[]): CustomSummary {
  const fold = new CustomFold(aggregate)
  for (const value of values) fold.add({ kind: 'value', value, reason: 'absent' })
  return fold.finish()
}

/** A measure reads no more of its input than stands here. */
function inputOf({ aggregate, bad, values, history = [], monitor, arrivals }: Case): MeasureInput {
  const metric = {
    id: 7,
    name: 'approval rate',
    aggregate,
    bad,
    baseline: 'trailing',
    fixedLimit: null,
    fields: {},
    unit: null,
  } as unknown as CustomMetric
  const past = history.map((value, i) => {
    const endMs = window.startMs - (history.length - 1 - i) * HOUR_MS
    return { startMs: endMs - HOUR_MS, endMs, value }
  })
  const custom = {
    metric,
    summary: summaryOf(aggregate, values),
    history: past,
    arrivals:
      arrivals?.map(({ ageHours, coverage, delayMs }) => {
        const startMs = window.startMs - ageHours * HOUR_MS
        return { startMs, endMs: startMs + HOUR_MS, coverage, delayMs }
      }) ?? null,
  }
  const made = { ...customMonitor(metric, 1, 1), id: 1, metric: metricOfCustom(metric), ...monitor }
  return { monitor: made, custom, window, nowMs: NOW_MS, traffic: null } as unknown as MeasureInput
}

function judge(given: Case): string {
  const input = inputOf(given)
  const measured = withFixedLimit(input.monitor, measureCustom(input))
  if (!measured) return 'nothing'
  return measured.kind === 'state' ? measured.verdict : decide(measured, measured.pValue, 0.001)
}

const shares = (n: number, trues: number) => Array.from({ length: n }, (_, i) => (i < trues ? 1 : 0))
const usual = [0.2, 0.21, 0.19, 0.2, 0.22, 0.18, 0.2]

describe('a custom metric', () => {
  const share = { aggregate: 'share', bad: 'down' } as const
  const fixed = (limit: number): Partial<Monitor> => ({ fixedLimit: limit, baseline: 'none' })
  const named: readonly (readonly [string, Case, string])[] = [
    ['is as it usually is', { ...share, values: shares(2_000, 400), history: usual }, 'ok'],
    ['falls where that is bad', { ...share, values: shares(2_000, 200), history: usual }, 'drift'],
    ['rises where only falling is bad', { ...share, values: shares(2_000, 900), history: usual }, 'ok'],
    ['moves either way', { ...share, bad: 'both', values: shares(2_000, 700), history: usual }, 'drift'],
    ['falls by chance', { ...share, values: shares(20, 1), history: usual }, 'not_enough_data'],
    [
      'has too short a past',
      { ...share, values: shares(2_000, 0), history: usual.slice(3) },
      'not_enough_data',
    ],
    [
      'needs fewer weeks than windows',
      {
        ...share,
        values: shares(2_000, 0),
        history: usual.slice(3),
        monitor: { baseline: 'same_hour_of_week' },
      },
      'severe',
    ],
    ['is below a limit by hand', { ...share, values: shares(500, 40), monitor: fixed(0.15) }, 'drift'],
    ['is above it', { ...share, values: shares(1_000, 200), monitor: fixed(0.15) }, 'ok'],
    ['is below it by chance', { ...share, values: shares(10, 1), monitor: fixed(0.15) }, 'not_enough_data'],
    ['has no limit', { ...share, values: shares(10, 1), monitor: { baseline: 'none' } }, 'ok'],
    [
      'a sum rises far',
      { aggregate: 'sum', bad: 'up', values: [5_000], history: [100, 110, 90, 105, 95, 100] },
      'severe',
    ],
    [
      'a mean below zero falls further',
      { aggregate: 'mean', bad: 'down', values: Array(200).fill(-9), history: [-5, -5.1, -4.9, -5, -5, -5] },
      'drift',
    ],
    [
      'a maximum passes its limit',
      { aggregate: 'max', bad: 'up', values: [1, 9], monitor: fixed(4) },
      'severe',
    ],
    [
      'a count of nothing',
      { aggregate: 'count', bad: 'down', values: [], history: [9, 9, 9, 9, 9, 9] },
      'severe',
    ],
    ['has no value', { aggregate: 'mean', bad: 'up', values: [] }, 'not_enough_data'],
    [
      'of events whose delay is not known',
      { ...share, values: shares(2_000, 0), history: usual, arrivals: [] },
      'not_enough_data',
    ],
    [
      'of events that may still come',
      {
        ...share,
        values: shares(2_000, 0),
        history: usual,
        arrivals: [9, 8, 7, 6, 5, 4].map((ageHours) => ({ ageHours, coverage: 0.2, delayMs: HOUR_MS })),
      },
      'not_enough_data',
    ],
  ]
  for (const [name, given, verdict] of named) it(name, () => expect(judge(given)).toBe(verdict))

  it('says its value, what is usual, and why records have none', () => {
    const input = inputOf({ ...share, values: shares(2_000, 200), history: usual })
    const measured = measureCustom(input)
    expect(measured).toMatchObject({
      fact: 'approval rate is 10 %; usual is 20 %',
      evidence: 'limit 14 % from 7 earlier windows, 2,000 records',
      detail: { customRevision: 7, missing: { absent: 0 } },
    })
  })

  it('has the same hours of eight weeks where those are stored', () => {
    expect(['15m', '1h', '1d', '1w'].map((cadence) => hasStoredWeeks(cadence as '1h'))).toEqual([
      false,
      true,
      true,
      false,
    ])
    const hours = sameHourWindows('1h', window)
    expect(hours).toHaveLength(8)
    expect(hours.at(-1)).toEqual({ startMs: START_MS - WEEK_MS, endMs: START_MS - WEEK_MS + HOUR_MS })
    expect(sameHourWindows('1d', { startMs: START_MS, endMs: START_MS + DAY_MS })[0]?.startMs).toBe(
      START_MS - 8 * WEEK_MS,
    )
  })

  it('is of the software where it reads nothing else', () => {
    const of = (keys: readonly string[]) =>
      customMonitor(
        {
          aggregate: 'mean',
          bad: 'up',
          name: 'a',
          baseline: 'none',
          fields: Object.fromEntries(keys.map((key) => [key, 'number'])),
        } as unknown as CustomMetric,
        1,
        1,
      ).cause
    expect([of(['record:latency', 'record:status']), of(['record:latency', 'input:x']), of([])]).toEqual([
      'software',
      'output_drift',
      'output_drift',
    ])
  })
})
