import { describe, expect, it } from 'vitest'
import { constantLimit, pointAt, toPlotRows } from '@/app/charts/plot-rows'
import type { ChartPoint } from '@/lib/queries/chart-point'

const HOUR = 3_600_000

function point(hour: number, value: number | null, change: Partial<ChartPoint> = {}): ChartPoint {
  return {
    startMs: hour * HOUR,
    endMs: (hour + 1) * HOUR,
    value,
    limit: null,
    n: 100,
    verdict: 'ok',
    isRevised: false,
    isPartial: false,
    note: null,
    ...change,
  }
}

const rowsOf = (points: ChartPoint[]) =>
  toPlotRows([{ label: 'drift', tone: 'current', points }], false).map((row) => [row.t, row.v0])

describe('the rows of a step line', () => {
  it('give the last window its width', () => {
    expect(rowsOf([point(0, 1), point(1, 2)])).toEqual([
      [0, 1],
      [HOUR, 2],
      [2 * HOUR, 2],
      [2 * HOUR + 1, null],
    ])
  })

  it('keep a missing window as a gap', () => {
    expect(rowsOf([point(0, 1), point(2, 3)])).toContainEqual([HOUR + 1, null])
  })

  it('keep a window without a value as a gap', () => {
    expect(rowsOf([point(0, 1), point(1, null), point(2, 3)])).toContainEqual([HOUR, null])
  })

  it('draw an unfinished window on a line of its own', () => {
    const rows = toPlotRows(
      [{ label: 'drift', tone: 'current', points: [point(0, 1), point(1, 2, { isPartial: true })] }],
      false,
    )
    expect(rows.find((row) => row.t === HOUR)).toMatchObject({ p0: 2 })
  })

  it('break the limit where it changes from one side of the values to the other, and only there', () => {
    const limitsOf = (limits: readonly number[]) =>
      toPlotRows(
        [{ label: 'a', tone: 'current', points: limits.map((limit, hour) => point(hour, 5, { limit })) }],
        true,
      ).map((row) => [row.t, row.limit])
    expect(limitsOf([8, 2])).toContainEqual([HOUR - 1, null])
    expect(limitsOf([8, 9]).filter(([at, limit]) => limit === null && at !== 2 * HOUR + 1)).toEqual([])
  })

  it('do not let the windows of one series break another', () => {
    const rows = toPlotRows(
      [
        { label: 'a', tone: 'current', points: [point(0, 1), point(1, 1)] },
        { label: 'b', tone: 'second', points: [{ ...point(0, 5), startMs: HOUR / 2, endMs: 1.5 * HOUR }] },
      ],
      false,
    )
    expect(rows.find((row) => row.t === HOUR / 2)).toMatchObject({ v0: 1, v1: 5 })
  })
})

describe('windows of a chart', () => {
  it('are found by any instant in them, and not in gaps', () => {
    const points = [point(0, 1), point(2, 3)]
    expect(pointAt(points, HOUR / 2)?.value).toBe(1)
    expect(pointAt(points, 1.5 * HOUR)).toBeNull()
    expect(pointAt(points, -1)).toBeNull()
  })

  it('have one limit line only when the limit never moves', () => {
    expect(constantLimit([point(0, 1, { limit: 0.1 }), point(1, 1, { limit: 0.1 })])).toBe(0.1)
    expect(constantLimit([point(0, 1, { limit: 0.1 }), point(1, 1, { limit: 0.2 })])).toBeNull()
    expect(constantLimit([point(0, 1)])).toBeUndefined()
  })
})
