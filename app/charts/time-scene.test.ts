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

  it('does not go below 0 for values that do not', () => {
    expect(sceneOf('number', [75_000, 7_500_000], true).low).toBe(0)
    expect(sceneOf('number', [-2, 7], true).low).toBeLessThan(-2)
  })

  it('has room above what may grow', () => {
    expect(sceneOf('distance', [0.5, 1.2]).high).toBeGreaterThan(1.2)
    expect(sceneOf('number', [0.5, 1]).high).toBeGreaterThan(1)
  })
})

describe('markers', () => {
  it('that would be one black bar are thinned out, but none that has a label', () => {
    const markers = Array.from({ length: 200 }, (_, index) => ({
      atMs: 5_000 + index,
      label: `release ${index}`,
    }))
    const shown = toTimeScene({
      label: '',
      series: [],
      startMs: 0,
      endMs: 9_000,
      zone: 'UTC',
      unit: 'share',
      markers,
    })
    expect(shown.markers.length).toBeLessThan(8)
    expect(shown.markers.filter(({ text }) => text !== null).length).toBeGreaterThan(0)
  })
})
