import { describe, expect, it } from 'vitest'
import { prepareReference, referenceColumn } from '@/lib/monitor/reference'
import { columnProfile, normals, storedProfile, summaryOf } from '@/lib/monitor/testing'
import { findUnitChange } from '@/lib/monitor/unit-change'

const profile = columnProfile('amount', normals(5_000, 40, 8, 1))
const column = referenceColumn(prepareReference(storedProfile([profile])), profile)

function factorOf(values: readonly number[]): number | null {
  const summary = summaryOf(profile, values)
  return summary.kind === 'grid' ? (findUnitChange(column, summary)?.factor ?? null) : null
}

describe('findUnitChange', () => {
  const cases: readonly [string, (value: number) => number, number | null][] = [
    ['cents instead of euros', (x) => x * 100, 100],
    ['thousands', (x) => x / 1000, 0.001],
    ['inches to centimetres', (x) => x * 2.54, 2.54],
    ['pounds to kilograms', (x) => x * 0.4536, 0.4536],
    ['Celsius to Fahrenheit', (x) => x * 1.8 + 32, 1.8],
    ['nothing', (x) => x, null],
    ['a shift', (x) => x + 20, null],
    ['a factor of no unit', (x) => x * 3, null],
    ['a mean that doubled ten times without the spread', (x) => x + 360, null],
  ]
  for (const [name, change, factor] of cases) {
    it(`${factor === null ? 'leaves' : 'names'} ${name}`, () => {
      expect(factorOf(normals(1_000, 40, 8, 2).map(change))).toBe(factor)
    })
  }

  it('takes a probability that more than doubled for what it is', () => {
    const of = (level: number, seed: number) =>
      normals(5_000, 0, 1, seed).map((x) => level * Math.min(1, Math.max(0, 0.4 + x / 8)))
    const score = columnProfile('score', of(0.4, 3))
    const summary = summaryOf(score, of(0.88, 4))
    const reference = referenceColumn(prepareReference(storedProfile([score])), score)
    expect(summary.kind === 'grid' && findUnitChange(reference, summary)).toBeNull()
  })

  it('needs some rows', () => {
    expect(factorOf([4_000, 4_100, 3_900])).toBeNull()
  })
})
