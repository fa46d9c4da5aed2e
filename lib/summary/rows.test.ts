import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Profile } from '@/lib/domain/profile'
import type { PredictionRecord, Scalar } from '@/lib/domain/record'
import { BLANK_PROFILE } from '@/lib/domain/testing'
import { createMulberry32 } from '@/lib/stats/mulberry32'
import { decodeSummary, encodeSummary, mergeEncoded } from '@/lib/summary/codec'
import { rowHash } from '@/lib/summary/row-hash'
import { mergeRows, type RowsSummary } from '@/lib/summary/rows'
import { RowSampler } from '@/lib/summary/sample-rows'
import { categoricalProfile, numericProfile } from '@/lib/summary/testing'

const moments = { n: 100, mean: 50, m2: 8e4, m3: 0, m4: 0, min: 0, max: 100 }
const profile: Profile = {
  ...BLANK_PROFILE,
  rows: 100,
  columns: [
    numericProfile([0, 100], { name: 'x', moments }),
    categoricalProfile(['a', 'b'], { name: 'c' }),
    numericProfile([1e9, 1e9 + 1], { name: 'wide', moments: { ...moments, min: 1e9, max: 1e9 + 1, m2: 25 } }),
    numericProfile([1], { name: 'score', family: 'output', role: 'score' }),
  ],
}

const HOUR = 1_795_000_800_000

function recordOf(id: number, f: Record<string, Scalar>): PredictionRecord {
  return { id: `id-${id}`, at: HOUR + id, f }
}

function sampleOf(records: readonly PredictionRecord[], capacity: number): RowsSummary {
  const sampler = new RowSampler(profile, capacity)
  sampler.begin(HOUR, HOUR)
  for (const record of records) sampler.add(record)
  const empty = { kind: 'rows', capacity, hashes: new Float64Array(0), columns: [] } as const
  return sampler.finishHour() ?? empty
}

const scalar = fc.oneof(
  fc.double(),
  fc.constantFrom<Scalar>('a', 'b', 'ä', '', null, true, -0, 1e300, 'x'.repeat(200)),
)
const someRecords = fc
  .uniqueArray(fc.tuple(fc.integer({ min: 0, max: 500 }), scalar, scalar, scalar), {
    selector: ([id]) => id,
    minLength: 1,
    maxLength: 60,
  })
  .map((rows) => rows.map(([id, x, c, wide]) => recordOf(id, { x, c, wide })))
const capacity = fc.integer({ min: 1, max: 40 })

describe('the sample of rows', () => {
  it('of two sets merged is the sample of their union, to the byte, in any order', () => {
    fc.assert(
      fc.property(someRecords, capacity, fc.integer(), (records, k, seed) => {
        const whole = encodeSummary(sampleOf(records, k))
        const random = createMulberry32(seed)
        const parts: PredictionRecord[][] = [[], [], []]
        // Some records come twice, as when a step is repeated.
        for (const record of [...records].sort(() => random.uniform() - 0.5)) {
          parts[random.below(3)]?.push(record)
          if (random.below(4) === 0) parts[random.below(3)]?.push(record)
        }
        const [first, ...rest] = parts
          .filter((part) => part.length > 0)
          .map((part) => encodeSummary(sampleOf(part, k)))
        const merged = rest.reduce((a, b) => mergeEncoded(a, b), first as Uint8Array)
        expect(merged).toEqual(whole)
        expect(mergeEncoded(whole, merged)).toEqual(whole)
      }),
    )
  })

  it('comes back from its bytes as it was', () => {
    fc.assert(
      fc.property(someRecords, capacity, (records, k) => {
        const sample = sampleOf(records, k)
        expect(decodeSummary(encodeSummary(sample))).toEqual(sample)
        expect(encodeSummary(decodeSummary(encodeSummary(sample)))).toEqual(encodeSummary(sample))
      }),
    )
  })

  it('keeps the values of the features as the profile has them', () => {
    const sample = sampleOf([recordOf(1, { x: 0.1, c: 'b', wide: 1e9 + 0.123456, other: 7 })], 10)
    expect(sample.columns).toEqual([
      { kind: 'numbers', width: 4, values: Float64Array.of(Math.fround(0.1)) },
      { kind: 'labels', values: ['b'] },
      { kind: 'numbers', width: 8, values: Float64Array.of(1e9 + 0.123456) },
    ])
    const missing = sampleOf([recordOf(1, { x: 'text', wide: Number.NaN })], 10)
    expect(missing.columns.map(({ values }) => values[0])).toEqual([Number.NaN, null, Number.NaN])
  })

  it('takes every record with the same chance, whatever their ids look like', () => {
    const n = 20_000
    for (const idOf of [(i: number) => String(i), (i: number) => `~${'0'.repeat(32)}#${i}`]) {
      const tenths = new Array<number>(10).fill(0)
      for (let i = 0; i < n; i++) {
        const tenth = Math.floor((rowHash(idOf(i), HOUR + (i % 7)) / 2 ** 53) * 10)
        tenths[tenth] = (tenths[tenth] ?? 0) + 1
      }
      const chiSquare = tenths.reduce((sum, count) => sum + (count - n / 10) ** 2 / (n / 10), 0)
      // The 0.9999 quantile of 9 degrees of freedom.
      expect(chiSquare).toBeLessThan(33.7)
    }
  })

  it('sends on only what a bucket does not hold for certain, and the same again when a step is repeated', () => {
    const records = Array.from({ length: 5_000 }, (_, i) => recordOf(i, { x: i, c: 'a', wide: 1 }))
    const sampler = new RowSampler(profile, 100)
    const run = (part: readonly PredictionRecord[]) => {
      sampler.begin(HOUR, HOUR)
      for (const record of part) sampler.add(record)
      const hour = sampler.finishHour()
      sampler.finishDay()
      return hour
    }
    const first = run(records.slice(0, 4_000))
    const second = run(records.slice(4_000))
    expect(second?.hashes.length).toBeLessThan(60)
    expect(run(records.slice(4_000))).toEqual(second)
    expect(first && second && mergeRows(first, second)).toEqual(sampleOf(records, 100))
  })

  it('refuses bytes that are no sample', () => {
    const rows = Array.from({ length: 400 }, (_, i) => recordOf(i, { x: i % 3, c: 'a', wide: 1 }))
    const bytes = encodeSummary(sampleOf(rows, 500))
    expect(() => decodeSummary(bytes.slice(0, bytes.length - 9))).toThrow(RangeError)
    const broken = bytes.slice()
    broken.fill(255, bytes.length - 20)
    expect(() => decodeSummary(broken)).toThrow(RangeError)
  })
})
