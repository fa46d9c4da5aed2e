import { describe, expect, it } from 'vitest'
import { stepPath } from '@/app/charts/step-path'

const same = (value: number) => value

function pathOf(...values: (number | null)[]): string {
  return stepPath(
    values.map((v0, index) => ({ t: index * 10, v0 })),
    'v0',
    same,
    same,
  )
}

describe('stepPath', () => {
  it('holds a value until the next one', () => {
    expect(pathOf(5, 7, 7, 2)).toBe('M0 5H10V7H30V2H30')
  })

  it('breaks at a gap, where the last value ended', () => {
    expect(pathOf(5, 5, null, 3, 3)).toBe('M0 5H10M30 3H40')
  })

  it('draws nothing without values', () => {
    expect(pathOf()).toBe('')
    expect(pathOf(null, null)).toBe('')
  })

  it('is short where nothing moves', () => {
    expect(pathOf(...Array.from({ length: 500 }, () => 1))).toBe('M0 1H4990')
  })
})
