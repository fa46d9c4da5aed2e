import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  addToDDSketch,
  type DDSketch,
  ddSketchQuantile,
  emptyDDSketch,
  mergeDDSketches,
} from '@/lib/stats/sketches/ddsketch'
import {
  addToHyperLogLog,
  emptyHyperLogLog,
  estimateHyperLogLog,
  mergeHyperLogLogs,
} from '@/lib/stats/sketches/hyperloglog'
import {
  addToSpaceSaving,
  emptySpaceSaving,
  mergeSpaceSavings,
  type SpaceSaving,
  spaceSavingFromCounts,
  topItems,
} from '@/lib/stats/sketches/space-saving'

const hostile = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(0, -0, 1e-300, 5e-324, 1e-12, 1e308, -1e308, 1.7976931348623157e308, 42),
)
const values = fc.array(hostile, { maxLength: 60 })

function ddsketchOf(list: readonly number[]): DDSketch {
  const sketch = emptyDDSketch()
  for (const value of list) addToDDSketch(sketch, value)
  return sketch
}

describe('DDSketch', () => {
  it('merges to the sketch of the union, in any order, and leaves its arguments alone', () => {
    fc.assert(
      fc.property(values, values, values, (a, b, c) => {
        const [x, y, z] = [ddsketchOf(a), ddsketchOf(b), ddsketchOf(c)]
        expect(mergeDDSketches(x, y)).toEqual(ddsketchOf([...a, ...b]))
        expect(mergeDDSketches(y, x)).toEqual(mergeDDSketches(x, y))
        expect(mergeDDSketches(mergeDDSketches(x, y), z)).toEqual(mergeDDSketches(x, mergeDDSketches(y, z)))
        expect([x, y, z]).toEqual([ddsketchOf(a), ddsketchOf(b), ddsketchOf(c)])
      }),
    )
  })
  it('answers every quantile within one per cent of the true one', () => {
    fc.assert(
      fc.property(
        fc.array(hostile, { minLength: 1, maxLength: 60 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (list, p) => {
          const sorted = [...list].sort((a, b) => a - b)
          const exact = sorted[Math.floor(p * (list.length - 1))] ?? 0
          const answer = ddSketchQuantile(ddsketchOf(list), p) ?? Number.NaN
          expect(Math.abs(answer - exact)).toBeLessThanOrEqual(0.01000001 * Math.abs(exact) + 1e-12)
        },
      ),
    )
  })
  it('has no quantile while it is empty and refuses to merge another accuracy', () => {
    expect(ddSketchQuantile(emptyDDSketch(), 0.5)).toBeNull()
    expect(() => mergeDDSketches(emptyDDSketch(0.01), emptyDDSketch(0.02))).toThrow(RangeError)
  })
})

describe('HyperLogLog', () => {
  it('merges to the sketch of the union, whatever the texts', () => {
    const texts = fc.array(fc.string({ unit: 'binary' }), { maxLength: 40 })
    const sketchOf = (list: readonly string[]) => {
      const sketch = emptyHyperLogLog(8)
      for (const text of list) addToHyperLogLog(sketch, text)
      return sketch
    }
    fc.assert(
      fc.property(texts, texts, (a, b) => {
        const merged = mergeHyperLogLogs(sketchOf(a), sketchOf(b))
        expect(merged).toEqual(sketchOf([...b, ...a]))
        expect(estimateHyperLogLog(merged)).toBeLessThanOrEqual(3 * new Set([...a, ...b]).size + 1)
      }),
    )
  })
})

describe('SpaceSaving', () => {
  const labels = fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', '__proto__', 'constructor', ''), {
    maxLength: 80,
  })
  const summaryOf = (list: readonly string[], capacity: number): SpaceSaving => {
    const summary = emptySpaceSaving(capacity)
    for (const label of list) addToSpaceSaving(summary, label)
    return summary
  }
  const countsOf = (list: readonly string[]) => {
    const counts = new Map<string, number>()
    for (const label of list) counts.set(label, (counts.get(label) ?? 0) + 1)
    return counts
  }

  it('is exact, order-free and associative while everything fits', () => {
    fc.assert(
      fc.property(labels, labels, labels, (a, b, c) => {
        const [x, y, z] = [summaryOf(a, 10), summaryOf(b, 10), summaryOf(c, 10)]
        const union = topItems(summaryOf([...c, ...a, ...b], 10))
        expect(topItems(mergeSpaceSavings(mergeSpaceSavings(x, y), z))).toEqual(union)
        expect(topItems(mergeSpaceSavings(z, mergeSpaceSavings(y, x)))).toEqual(union)
        expect(topItems(spaceSavingFromCounts(countsOf([...a, ...b, ...c]), 10))).toEqual(union)
        expect(topItems(x)).toEqual(topItems(summaryOf(a, 10)))
      }),
    )
  })
  it('keeps the true count of every kept label inside [count - error, count] once it evicts', () => {
    fc.assert(
      fc.property(labels, labels, fc.integer({ min: 1, max: 4 }), fc.boolean(), (a, b, capacity, exact) => {
        const left = exact ? spaceSavingFromCounts(countsOf(a), capacity) : summaryOf(a, capacity)
        const merged = mergeSpaceSavings(left, summaryOf(b, capacity))
        const truth = countsOf([...a, ...b])
        expect(merged.n).toBe(a.length + b.length)
        expect(merged.items.size).toBeLessThanOrEqual(capacity)
        for (const { label, count, error } of topItems(merged)) {
          expect(truth.get(label) ?? 0).toBeLessThanOrEqual(count)
          expect(truth.get(label) ?? 0).toBeGreaterThanOrEqual(count - error)
        }
      }),
    )
  })
})
