import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Scalar } from '@/lib/domain/record'
import { addToDDSketch, emptyDDSketch } from '@/lib/stats/sketches/ddsketch'
import { momentsOf } from '@/lib/summary/batch-moments'
import {
  decodeMerged,
  decodeSummary,
  encodeSummary,
  mergeEncoded,
  subtractEncoded,
} from '@/lib/summary/codec'
import { mergeSummaries } from '@/lib/summary/merge'
import { categoricalProfile, foldNumbers, foldValues, numericProfile } from '@/lib/summary/testing'
import type { EventsSummary, QualitySummary, Summary, TrafficSummary } from '@/lib/summary/types'

const hostile = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer({ min: -5, max: 5 }),
  fc.constantFrom(0, -0, 1e-300, 5e-324, 1e308, -1.7976931348623157e308, 1e9 + 0.001, 3),
)
const anything: fc.Arbitrary<Scalar | undefined> = fc.oneof(
  hostile,
  fc.constantFrom(null, undefined, '', Number.NaN, Number.POSITIVE_INFINITY, true, false),
  fc.constantFrom('a', 'b', '__proto__', 'constructor', 'é'.repeat(400)),
  fc.string({ unit: 'binary', maxLength: 8 }),
)
const samples = fc.array(anything, { maxLength: 40 })
const profiles = fc.oneof(
  fc.constant(null),
  fc.constant(categoricalProfile(['a', 'b', '__proto__'])),
  fc
    .tuple(fc.array(hostile, { minLength: 1, maxLength: 50 }), fc.constantFrom(1, 4, 256))
    .map(([reference, cells]) =>
      numericProfile(reference, { cells, expectations: [{ kind: 'range', min: -1, max: 4 }] }),
    ),
)

const count = fc.nat({ max: 1_000_000 })
const sketches = fc.array(hostile, { maxLength: 20 }).map((values) => {
  const sketch = emptyDDSketch()
  for (const value of values) addToDDSketch(sketch, value)
  return sketch
})
const moments = fc.array(hostile, { maxLength: 20 }).map((values) =>
  momentsOf(
    Float64Array.from(values, (value) => value + 0),
    values.length,
  ),
)
const traffic: fc.Arbitrary<TrafficSummary> = fc.record({
  kind: fc.constant('traffic' as const),
  records: count,
  errors: count,
  backfilled: count,
  late: count,
  timeAssumed: count,
  nullPredictions: count,
  latency: sketches,
  latencyMoments: moments,
  memory: moments,
  load: moments,
})
const classText = fc.constantFrom('0', '1', 'yes', '__proto__', '')
const whole = fc.integer({ min: 0, max: 1_000_000 })
const quality: fc.Arbitrary<QualitySummary> = fc.record({
  kind: fc.constant('quality' as const),
  n: count,
  confusion: fc
    .array(fc.tuple(classText, classText, fc.integer({ min: 1, max: 99 })), { maxLength: 12 })
    .map((cells) => {
      const confusion = new Map<string, Map<string, number>>()
      for (const [actual, predicted, n] of cells)
        confusion.set(actual, (confusion.get(actual) ?? new Map<string, number>()).set(predicted, n))
      return confusion
    }),
  scores: fc
    .array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 1, max: 9 })), {
      maxLength: 12,
    })
    .map((pairs) => new Map(pairs.map(([score, n]) => [score + 0, { negative: n, positive: n - 1 }]))),
  absoluteError: whole,
  squaredError: whole,
  error: fc.integer({ min: -1_000_000, max: 1_000_000 }),
  actualSum: whole,
  actualSquares: whole,
})

const events: fc.Arbitrary<EventsSummary> = fc
  .dictionary(fc.constantFrom('click', 'redo', 'own name', 'ü'), fc.integer({ min: 1, max: 1e9 }))
  .map((counts) => ({ kind: 'events', counts: new Map(Object.entries(counts)) }))

/** Three summaries of the same thing. */
const triples: fc.Arbitrary<readonly [Summary, Summary, Summary]> = fc.oneof(
  fc
    .tuple(profiles, samples, samples, samples)
    .map(
      ([profile, a, b, c]) =>
        [foldValues(profile, a), foldValues(profile, b), foldValues(profile, c)] as const,
    ),
  fc.tuple(traffic, traffic, traffic),
  fc.tuple(quality, quality, quality),
  fc.tuple(events, events, events),
)

const gridOf = (summary: Summary) => (summary.kind === 'grid' ? summary.grid : undefined)

describe('the summary codec', () => {
  it('gives back what was encoded', () => {
    fc.assert(
      fc.property(triples, ([summary]) => {
        const bytes = encodeSummary(summary)
        const decoded = decodeSummary(bytes, gridOf(summary))
        expect(decoded).toEqual(summary)
        expect(encodeSummary(decoded)).toEqual(bytes)
      }),
    )
  })
  it('merges bytes to the bytes of the merged summary, without the grid, and leaves its arguments alone', () => {
    fc.assert(
      fc.property(triples, ([a, b]) => {
        const [x, y] = [encodeSummary(a), encodeSummary(b)]
        const [keptX, keptY] = [x.slice(), y.slice()]
        expect(mergeEncoded(x, y)).toEqual(encodeSummary(mergeSummaries(decodeSummary(x), decodeSummary(y))))
        expect(mergeEncoded(x, y)).toEqual(encodeSummary(mergeSummaries(a, b)))
        expect([x, y]).toEqual([keptX, keptY])
        expect([encodeSummary(a), encodeSummary(b)]).toEqual([keptX, keptY])
      }),
    )
  })
  it('commutes to the bit', () => {
    fc.assert(
      fc.property(triples, ([a, b]) => {
        const [x, y] = [encodeSummary(a), encodeSummary(b)]
        expect(mergeEncoded(x, y)).toEqual(mergeEncoded(y, x))
      }),
    )
  })
  it('merges many at once to the same counts and sums as one by one', () => {
    fc.assert(
      fc.property(triples, (summaries) => {
        const [first, second, third] = summaries
        const at = decodeMerged(summaries.map(encodeSummary), gridOf(first))
        const stepwise = mergeSummaries(first, mergeSummaries(second, third))
        expect(withoutMoments(at)).toEqual(withoutMoments(stepwise))
      }),
    )
    expect(decodeMerged([])).toBeNull()
  })
  it('refuses bytes that are no summary, and grids that are not its own', () => {
    const summary = foldNumbers(numericProfile([1, 2, 3]), [1, 2])
    const bytes = encodeSummary(summary)
    for (let length = 0; length < 12; length++)
      expect(() => decodeSummary(bytes.subarray(0, length))).toThrow(RangeError)
    expect(() => decodeSummary(Uint8Array.of(9, ...bytes.subarray(1)))).toThrow(RangeError)
    const other = foldNumbers(numericProfile([1, 2, 3, 4]), [1])
    expect(() => decodeSummary(bytes, other.grid)).toThrow(RangeError)
    expect(() => mergeEncoded(bytes, encodeSummary(other))).toThrow(RangeError)
    expect(() => encodeSummary({ ...summary, exact: undefined })).toThrow(RangeError)
  })
  it('takes back exactly what was added to quality, and nothing else can be taken back', () => {
    fc.assert(
      fc.property(quality, quality, (a, b) => {
        const [x, y] = [encodeSummary(a), encodeSummary(b)]
        const rest = decodeSummary(subtractEncoded(mergeEncoded(x, y), y))
        expect(rest).toEqual(a.n === 0 ? expect.objectContaining({ n: 0 }) : decodeSummary(x))
      }),
    )
    const bytes = encodeSummary(foldValues(null, [1]))
    expect(() => subtractEncoded(bytes, bytes)).toThrow(RangeError)
  })
})

/** Moments are doubles: they agree within rounding only, and are compared in fold-column.test.ts. */
function withoutMoments(summary: Summary | null): unknown {
  if (summary === null) return null
  const { moments, lengths, latencyMoments, memory, load, ...rest } = summary as unknown as Record<
    string,
    unknown
  >
  return rest
}
