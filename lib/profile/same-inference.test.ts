import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ColumnScan } from '@/lib/profile/column-scan'
import { describeColumn } from '@/lib/profile/describe-column'
import { profileColumn } from '@/lib/stats/profile/profile-column'

/** Texts of a CSV column: mostly of one sort, with strangers among them. */
const pools = [
  ['1', '2', '3', '10', '-4', '+7', '0'],
  ['1.5', '2', '-0.25', '.5', '3.', '1e3', '2E-2'],
  ['true', 'False', 'TRUE', 'false'],
  ['yes', 'no', 'y', 'n', 'T', 'f'],
  ['2024-01-01', '2024-02-29T12:00:00Z', '2024-03-01 10:30'],
  ['a@b.org', 'c@d.net', '10.0.0.1', 'https://x.org/y'],
  ['red', 'green', 'dark blue', 'a b c d e', 'the model said so and stopped'],
  ['007', '012', '100'],
]
const strangers = ['', 'NA', ' none ', '?', 'inf', '-Infinity', '1e400', 'x', '5', 'yes']
const column = fc.constantFrom(...pools).chain((pool) =>
  fc.array(
    fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom(...pool) },
      { weight: 1, arbitrary: fc.constantFrom(...strangers) },
    ),
    {
      minLength: 1,
      maxLength: 120,
    },
  ),
)

describe('reading an upload', () => {
  it('infers type, kind and facts of a column as the kernel does from the whole of it', () => {
    fc.assert(
      fc.property(column, (cells) => {
        const scan = new ColumnScan(true, null)
        const spilled = Float64Array.from(cells, (value) => scan.add(value))
        const streamed = describeColumn('x', scan.finish(), spilled)
        const whole = profileColumn(cells)
        if (whole.status !== 'ok') throw new Error(whole.reason)
        if (whole.facts.present === 0) {
          expect(streamed.kind).toBeNull()
          return
        }
        const { meanWords, ...facts } = whole.facts
        expect(streamed.facts).toMatchObject(facts)
        expect(streamed.kind).toBe(whole.kind)
        if (whole.facts.type === 'string') expect(streamed.facts.meanWords).toBeCloseTo(meanWords, 12)
      }),
      { numRuns: 400 },
    )
  })
})
