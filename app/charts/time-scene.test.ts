import { describe, expect, it } from 'vitest'
import type { TimeChartProps } from '@/app/charts/time-chart-props'
import { toTimeScene } from '@/app/charts/time-scene'
import type { ChartPoint } from '@/lib/queries/chart-point'

function sceneOf(unit: TimeChartProps['unit'], values: readonly number[], isZoomed = false) {
  const points = values.map((value, i) => ({ startMs: i, endMs: i + 1, value, limit: null }) as ChartPoint)
  const series = [{ label: 'v1', tone: 'current', points }] as const
  return toTimeScene({ label: '', series, startMs: 0, endMs: 9, zone: 'UTC', unit, isZoomed })
}

describe('the value axis', () => {
  it.each([
    ['share', [0.97, 0.99], true, [0.95, 1]],
    ['share', [0.2, 1], false, [0, 1]],
    ['distance', [0.6, 0.99], true, [0.4, 1]],
    ['distance', [0.01, 1], false, [0, 1]],
    ['distance', [0.001, 0.05], true, [0, 0.06]],
  ] as const)('of a %s of %j ends where the values can', (unit, values, isZoomed, [low, high]) => {
    const scene = sceneOf(unit, values, isZoomed)
    expect(scene.low).toBeGreaterThanOrEqual(low)
    expect(scene.high).toBeCloseTo(high)
  })

  it('has room above what may grow', () => {
    expect(sceneOf('distance', [0.5, 1.2]).high).toBeGreaterThan(1.2)
    expect(sceneOf('number', [0.5, 1]).high).toBeGreaterThan(1)
  })
})

describe('labels of markers', () => {
  const place = (atMs: number, onsetMs: number | null) => {
    const markers = [{ atMs, label: 'v2' }]
    const props = {
      label: '',
      series: [],
      startMs: 0,
      endMs: 100,
      zone: 'UTC',
      unit: 'number',
      markers,
      onsetMs,
    } as const
    const { text, side } = toTimeScene(props).markers[0] ?? {}
    return text === null ? 'none' : side
  }

  it('stand where there is room, and never on the word onset', () => {
    expect([place(50, null), place(95, null)]).toEqual(['right', 'left'])
    expect([place(50, 50), place(50, 55), place(50, 80)]).toEqual(['left', 'left', 'right'])
    expect([place(2, 2), place(50, 45)]).toEqual(['none', 'none'])
  })
})
