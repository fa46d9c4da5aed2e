import { describe, expect, it } from 'vitest'
import { limitSide } from '@/app/charts/limit-label'
import type { ChartPoint } from '@/lib/queries/chart-point'

const pointsOf = (values: readonly (number | null)[]) =>
  values.map((value, i) => ({ startMs: i, endMs: i + 1, value }) as ChartPoint)
const scale = { startMs: 0, endMs: 8, low: 0, high: 1, pixels: 90 }

describe('the word of a limit', () => {
  it.each([
    ['above its line where nothing is drawn', [0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1], 0.5, 'above'],
    [
      'beneath it where the newest values lie just above',
      [0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.6, 0.6],
      0.5,
      'below',
    ],
    [
      'above it where the newest values lie just beneath',
      [0.6, 0.6, 0.6, 0.6, 0.6, 0.6, 0.4, 0.4],
      0.5,
      'above',
    ],
    [
      'above it where only older values lie there',
      [0.6, 0.6, 0.6, 0.6, null, null, null, null],
      0.5,
      'above',
    ],
    ['above it where values are far beyond', [0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9], 0.5, 'above'],
    ['above it at the foot of the chart', [0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2], 0.1, 'above'],
    ['beneath it at the top of the chart', [0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2], 0.95, 'below'],
  ] as const)('stands %s', (_, values, limit, side) => {
    expect(limitSide(pointsOf(values), limit, scale)).toBe(side)
  })
})
