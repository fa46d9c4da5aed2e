import { describe, expect, it } from 'vitest'
import { differencesIn } from '@/lib/stats/golden/compare'

const tolerances = { default: { rtol: 1e-6, atol: 0 }, p_value: { rtol: 0, atol: 0.1 } }

describe('differencesIn', () => {
  it('accepts numbers within the tolerance of their field and no others', () => {
    expect(differencesIn({ statistic: 1.0000001 }, { statistic: 1 }, tolerances)).toEqual([])
    expect(differencesIn({ statistic: 1.001 }, { statistic: 1 }, tolerances)).toHaveLength(1)
    expect(differencesIn({ p_value: 0.45 }, { p_value: 0.5 }, tolerances)).toEqual([])
  })
  it('never accepts NaN, and reads infinity from its name', () => {
    expect(differencesIn({ statistic: Number.NaN }, { statistic: 1 }, tolerances)).toHaveLength(1)
    expect(
      differencesIn({ statistic: Number.POSITIVE_INFINITY }, { statistic: 'Infinity' }, tolerances),
    ).toEqual([])
  })
  it('demands status, statistic and p-value but not other fields', () => {
    expect(differencesIn({}, { statistic: 1, critical_values: [1] }, tolerances)).toEqual([
      'statistic is absent',
    ])
  })
  it('compares lists and objects element by element', () => {
    expect(differencesIn({ a: { b: [1, 2] } }, { a: { b: [1, 3] } }, tolerances)).toEqual([
      'a.b[1]: 2 instead of 3',
    ])
    expect(differencesIn({ a: [1] }, { a: [1, 2] }, tolerances)).toHaveLength(1)
  })
})
