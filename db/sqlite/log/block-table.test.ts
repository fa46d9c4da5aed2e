import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeBlock, encodeBlock } from '@/db/sqlite/log/block-codec'
import { readTable } from '@/db/sqlite/log/block-table'
import type { PredictionRecord, Scalar } from '@/lib/domain/record'
import { featuresAt, type RecordTable, valueAt } from '@/lib/domain/record-table'

const LENGTH = 40

/** The records that a table speaks of. */
function recordsOf(table: RecordTable): PredictionRecord[] {
  return Array.from({ length: table.length }, (_, row) => {
    const heads = [...table.heads.values()].map((column) => [column.name, valueAt(column, row)])
    return { ...featuresAt(table, row), ...Object.fromEntries(heads) }
  })
}

const recordOf = (i: number, f: Record<string, Scalar>, change: object = {}) => ({
  id: `id-${i}`,
  at: 1e12 + i,
  ...change,
  f,
})
const many = (make: (i: number) => object) => Array.from({ length: LENGTH }, (_, i) => make(i))

const plain = many((i) =>
  recordOf(
    i,
    { x: (i - 9) / 7, c: `v${i % 3}`, on: i % 2 === 0, none: i % 5 ? i : null },
    { p: i % 2, s: 0.25, l: -0 },
  ),
)

const name = fc.oneof(
  fc.constantFrom('__proto__', 'toString', '10', '2', 'é', 'a"b', 'id', 'f', '},{"id'),
  fc.string({ maxLength: 5 }),
)
const text = fc.oneof(fc.constantFrom('', 'v1', 'v2', '雪', 'a}', ',{', 'a"b', '\\', '\u2028'), fc.string())
const value = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer(),
  fc.constantFrom<Scalar>(
    null,
    0,
    -0,
    1e300,
    5e-324,
    0.1,
    123456789012345,
    1234567890123456,
    0.30000000000000004,
    1e21,
    1e-7,
  ),
)
const column = fc.oneof(
  fc.array(value, { minLength: LENGTH, maxLength: LENGTH }),
  fc.array(fc.oneof(text, fc.constant(null)), { minLength: LENGTH, maxLength: LENGTH }),
  fc.array(fc.oneof(fc.boolean(), text), { minLength: LENGTH, maxLength: LENGTH }),
  fc.array(fc.oneof(text, value), { minLength: LENGTH, maxLength: LENGTH }),
)

describe('reading a block as a table', () => {
  it('says the same as reading it record by record, or leaves it alone', () => {
    let read = 0
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.tuple(name, column), { maxLength: 5, selector: ([key]) => key }),
        fc.constantFrom(0, 1),
        (columns, indent) => {
          const records = many((i) =>
            recordOf(i, Object.fromEntries(columns.map(([key, values]) => [key, values[i] ?? null]))),
          )
          // Blanks stand inside features only: those that came with them.
          const block =
            indent === 0
              ? encodeBlock(records)
              : Buffer.from(`[${records.map((r) => spaced(r as PredictionRecord)).join(',')}]`)
          const table = readTable(block, LENGTH)
          if (table === null) return
          read++
          expect(recordsOf(table)).toEqual(decodeBlock(block))
        },
      ),
      { numRuns: 300 },
    )
    expect(read).toBeGreaterThan(50)
  })

  it('reads what traffic looks like', () => {
    const table = readTable(encodeBlock(plain), LENGTH)
    expect(table && recordsOf(table)).toEqual(decodeBlock(encodeBlock(plain)))
  })

  it('reads every double as JSON does, to the bit', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), {
          minLength: LENGTH,
          maxLength: LENGTH,
        }),
        fc.nat({ max: 16 }),
        (numbers, digits) => {
          const texts = numbers.map((x, i) =>
            i % 2 === 0 && Math.abs(x) < 1e15 ? x.toFixed(digits) : JSON.stringify(x),
          )
          const body = Buffer.from(
            `[${texts.map((x, i) => `{"id":"${i}","at":${i},"f":{"x":${x}}}`).join(',')}]`,
          )
          const x = readTable(body, LENGTH)?.features.get('x')?.numbers
          expect([...(x ?? [])].map((v) => (Object.is(v, -0) ? '-0' : String(v)))).toEqual(
            texts.map((t) => {
              const v = JSON.parse(t) as number
              return Object.is(v, -0) ? '-0' : String(v)
            }),
          )
        },
      ),
    )
  })

  it('leaves alone what a table does not hold', () => {
    const others = [
      many((i) => recordOf(i, { x: i }, { t: { a: 'b' } })),
      many((i) => recordOf(i, i === 7 ? { y: 1 } : { x: 1 })),
      many((i) => recordOf(i, { x: i === 39 ? 'text' : 1 })),
      many((i) => recordOf(i, { x: i }, i === 39 ? { s: 1 } : {})),
      many((i) => ({ ...recordOf(i, {}), id: `é${i}` })),
      plain.slice(0, 3),
    ]
    for (const records of others) expect(readTable(encodeBlock(records), records.length)).toBeNull()
    const twice = `[${many((i) => recordOf(i, {}))
      .map((r) => JSON.stringify(r).replace('"f":{', '"f":{"x":1,"x":2'))
      .join(',')}]`
    expect(readTable(Buffer.from(twice), LENGTH)).toBeNull()
    // Bytes after the last record, or fewer records than told.
    expect(readTable(encodeBlock(plain), LENGTH - 1)).toBeNull()
    expect(readTable(encodeBlock(plain), LENGTH + 1)).toBeNull()
  })
})

const spaced = ({ id, at, f }: PredictionRecord) =>
  `{"id":${JSON.stringify(id)},"at":${at},"f":${JSON.stringify(f, null, 1)}}`
