import { describe, expect, it } from 'vitest'
import { BREACH_VERDICTS } from '@/lib/domain/evaluation'
import type { Monitor } from '@/lib/domain/monitor'
import type { Slice } from '@/lib/domain/slice'
import { HOUR_MS } from '@/lib/domain/time'
import { alphaOf } from '@/lib/monitor/false-alarm-budget'
import { type JudgedMonitor, judgeWindow } from '@/lib/monitor/judge-window'
import { createSliceMonitors } from '@/lib/monitor/slice-monitors'
import type { SliceWindow } from '@/lib/monitor/slice-window'
import {
  columnProfile,
  model,
  normals,
  START_MS,
  storedProfile,
  trafficSummary,
  version,
} from '@/lib/monitor/testing'
import { createMulberry32 } from '@/lib/stats/mulberry32'
import { createColumnFold } from '@/lib/summary/fold-column'
import type { ColumnSummary } from '@/lib/summary/types'

const NAMES = ['a', 'b', 'c', 'd']
const PROFILE = storedProfile(NAMES.map((name, i) => columnProfile(name, normals(4_000, 0, 1, 10 + i))))

/** Ten slices by a tag of each record, three of which overlap with others. */
const SLICES: Slice[] = Array.from({ length: 10 }, (_, i) => ({
  id: i + 1,
  modelId: 1,
  name: `s${i}`,
  revision: 1,
  conditions: [{ on: 'tag', name: 'group', op: 'in', values: i < 7 ? [`${i}`] : [`${i - 7}`, `${i - 6}`] }],
  createdMs: 0,
  createdBy: 'ada',
  endedMs: null,
  endedBy: null,
}))
const MONITORS: Monitor[] = SLICES.flatMap((slice) => createSliceMonitors(version, PROFILE, slice)).map(
  (monitor, index) => ({ ...monitor, id: index + 1 }),
)

interface Row {
  readonly group: string
  readonly values: readonly number[]
}

const rowsOf = (n: number, seed: number): Row[] => {
  const random = createMulberry32(seed)
  return Array.from({ length: n }, () => ({
    group: String(Math.floor(random.uniform() * 7)),
    values: NAMES.map(() => random.normal()),
  }))
}

function summariesOf(rows: readonly Row[], slice: Slice): Map<string, ColumnSummary> {
  const [condition] = slice.conditions
  const groups = condition?.op === 'in' ? condition.values : []
  const own = rows.filter(({ group }) => groups.includes(group))
  return new Map(
    PROFILE.profile.columns.map((column, j) => {
      const fold = createColumnFold(column)
      for (const { values } of own) fold.add(values[j])
      return [`input:${column.name}`, fold.summary()]
    }),
  )
}

const BEFORE = rowsOf(30_000, 99)
const EARLIER = new Map(SLICES.map((slice) => [slice.id, summariesOf(BEFORE, slice)]))

function judge(rows: readonly Row[], budget: number, monitors: readonly Monitor[]): JudgedMonitor[] {
  const slices = SLICES.map((slice): SliceWindow => {
    const columns = summariesOf(rows, slice)
    return {
      slice,
      columns,
      traffic: trafficSummary(rows.length / 7),
      quality: null,
      baselines: new Map([['trailing', EARLIER.get(slice.id) ?? new Map()]]),
      trailing: new Map(),
      earlierQuality: null,
    }
  })
  return judgeWindow({
    model: { ...model, settings: { ...model.settings, falseAlarmBudget: budget } },
    version,
    profile: PROFILE,
    monitors,
    window: { startMs: START_MS, endMs: START_MS + HOUR_MS },
    columns: new Map(),
    traffic: null,
    quality: null,
    trailing: new Map(),
    slices,
    isSliced: true,
    nowMs: START_MS + 2 * HOUR_MS,
    historical: false,
    withDetail: false,
  })
}

const breaches = (judged: readonly JudgedMonitor[]) =>
  judged.filter(({ verdict }) => BREACH_VERDICTS.has(verdict))

describe('the budget of false alarms of a model with ten slices', () => {
  it('holds when nothing moves, with every floor taken away so that the level alone decides', () => {
    const windows = 250
    const budget = 14
    const alpha = alphaOf(budget, model.settings.cadence, true)
    const bare = MONITORS.map((monitor) => ({ ...monitor, effectFloor: 0 }))
    expect(bare.length).toBeGreaterThan(80)
    let wrong = 0
    let uncorrected = 0
    for (let i = 0; i < windows; i++) {
      const judged = judge(rowsOf(1_400, 1_000 + i), budget, bare)
      if (breaches(judged).length > 0) wrong++
      if (judged.some(({ pValue }) => pValue !== null && pValue < alpha)) uncorrected++
    }
    // 250 windows at 0.0083 allow 2; seven or more would come in one of 200 runs.
    expect(wrong).toBeLessThanOrEqual(6)
    // The same tests without correction over the slices.
    expect(uncorrected).toBeGreaterThan((20 * Math.max(1, wrong)) / 6)
  }, 60_000)

  it('lets a shift of one slice be seen in that slice and nowhere else', () => {
    const moved = rowsOf(7_000, 5).map((row) =>
      row.group === '5'
        ? { ...row, values: row.values.map((value, j) => (j === 1 ? value + 1 : value)) }
        : row,
    )
    const found = breaches(judge(moved, 1, MONITORS)).map(({ monitorId, reason }) => {
      const monitor = MONITORS.find(({ id }) => id === monitorId)
      expect(reason).toMatch(/^b is .* higher than in the week before/)
      return `${monitor?.slice?.name} ${monitor?.metric} ${monitor?.column?.name}`
    })
    expect(found).toEqual(['s5 drift b'])
  })

  it('asks more of every window once there are slices: they have the same share as the other families', () => {
    expect(alphaOf(1, '1h', true)).toBeCloseTo((alphaOf(1, '1h') * 4) / 5, 12)
  })
})
