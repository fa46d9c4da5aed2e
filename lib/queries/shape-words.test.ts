import { describe, expect, it } from 'vitest'
import { HOUR_MS } from '@/lib/domain/time'
import type { ChartPoint } from '@/lib/queries/chart-point'
import { shapeInWords } from '@/lib/queries/shape-words'

function points(values: readonly (number | null)[]): ChartPoint[] {
  return values.map((value, hour) => ({
    startMs: hour * HOUR_MS,
    endMs: (hour + 1) * HOUR_MS,
    value,
    limit: 0.1,
    n: 500,
    verdict: value === null ? 'not_enough_data' : value > 0.1 ? 'drift' : 'ok',
    isRevised: false,
    isPartial: false,
    note: null,
  }))
}

const calm = [0.02, 0.03, 0.02, 0.03]

describe('the shape of a drift in words', () => {
  it.each([
    ['step', [...calm, 0.4, 0.42, 0.41, 0.4], 4],
    ['ramp', [...calm, 0.12, 0.18, 0.24, 0.3, 0.36, 0.4, 0.4, 0.41], 4],
    ['seasonal', [...calm, 0.4, 0.4, ...calm, 0.4, 0.4, ...calm], 4],
    ['blip', [...calm, 0.4, ...calm], 4],
    ['blip', [...calm, 0.4, 0.4, 0.4, ...calm], 4],
    ['from_start', [0.4, 0.42, 0.41, 0.4], 0],
    ['ramp', [0.12, 0.18, 0.24, 0.3, 0.36, 0.4, 0.4, 0.41], 0],
    ['step', [...calm, null, null, 0.4, 0.42, 0.41, 0.4], 6],
  ] as const)('is a %s', (word, values, onset) => {
    expect(shapeInWords(points(values))).toMatchObject({ word, onsetMs: onset * HOUR_MS })
  })

  it('counts the windows of a blip', () => {
    expect(shapeInWords(points([...calm, 0.4, 0.4, 0.4, ...calm]))?.sentence).toBe(
      'It was a blip: 3 windows, then calm again.',
    )
  })

  it('looks below the limit where falling is bad', () => {
    const accuracy = points([0.12, 0.13, 0.12, 0.13, 0.05, 0.04, 0, 0.05])
    expect(shapeInWords(accuracy, 'down')).toMatchObject({ word: 'step', onsetMs: 4 * HOUR_MS })
    expect(shapeInWords(accuracy, 'both')).toBeNull()
  })

  it('is not told of a column that stays within its limit', () => {
    expect(shapeInWords(points(calm))).toBeNull()
  })
})
