import { describe, expect, it } from 'vitest'
import type { PredictionRecord, Scalar } from '@/lib/domain/record'
import type { RecordTable, TableColumn } from '@/lib/domain/record-table'
import { type SliceCondition, SliceConditionsSchema, SliceNameSchema, saySlice } from '@/lib/domain/slice'
import { isInSlice, sliceOfTable } from '@/lib/summary/slice-filter'

const on = (name: string, rest: object): SliceCondition[] =>
  SliceConditionsSchema.parse([{ on: 'feature', name, ...rest }])
const record = (f: Record<string, Scalar>, more: Partial<PredictionRecord> = {}): PredictionRecord => ({
  id: 'r',
  at: 0,
  f,
  ...more,
})

describe('a condition of a slice', () => {
  const cases: [string, SliceCondition[], PredictionRecord, boolean][] = [
    ['takes a text as it is', on('c', { op: 'in', values: ['EU'] }), record({ c: 'EU' }), true],
    ['tells texts apart by case', on('c', { op: 'in', values: ['EU'] }), record({ c: 'eu' }), false],
    ['takes a number that a text reads as', on('c', { op: 'in', values: ['1.0'] }), record({ c: 1 }), true],
    ['does not take an empty text for zero', on('c', { op: 'in', values: [' '] }), record({ c: 0 }), false],
    ['takes a flag by its word', on('c', { op: 'in', values: ['true'] }), record({ c: true }), true],
    ['begins with the lower end', on('c', { op: 'range', atLeast: 18 }), record({ c: 18 }), true],
    ['ends before the upper end', on('c', { op: 'range', below: 65 }), record({ c: 65 }), false],
    ['takes no text for a number', on('c', { op: 'range', below: 65 }), record({ c: '12' }), false],
    ['finds what is absent', on('c', { op: 'missing' }), record({}), true],
    ['finds what is null', on('c', { op: 'missing' }), record({ c: null }), true],
    ['finds an empty text', on('c', { op: 'missing' }), record({ c: '' }), true],
    ['does not find zero', on('c', { op: 'missing' }), record({ c: 0 }), false],
    ['reads no inherited name', on('toString', { op: 'missing' }), record({}), true],
    [
      'reads an own __proto__',
      on('__proto__', { op: 'in', values: ['x'] }),
      record(JSON.parse('{"__proto__":"x"}')),
      true,
    ],
    [
      'looks at tags',
      [{ on: 'tag', name: 'region', op: 'in', values: ['EU'] }],
      record({}, { t: { region: 'EU' } }),
      true,
    ],
    [
      'looks at the prediction',
      [{ on: 'output', name: 'prediction', op: 'in', values: ['1'] }],
      record({}, { p: 1 }),
      true,
    ],
    [
      'looks at the highest of scores by class',
      [{ on: 'output', name: 'score', op: 'range', atLeast: 0.7, below: null }],
      record({}, { ss: { a: 0.2, b: 0.8 } }),
      true,
    ],
  ]
  it.each(cases)('%s', (_, conditions, given, isIn) => {
    expect(isInSlice(conditions, given)).toBe(isIn)
  })

  it('takes from a table the rows that it takes one by one', () => {
    const xs = [1, Number.NaN, 20, 35, 50]
    const cs = ['EU', null, 'US', 'EU', '']
    const column = (name: string, codes: readonly number[], values: readonly Scalar[]): TableColumn => ({
      name,
      numbers: null,
      codes: Int32Array.from(codes),
      values,
    })
    const table: RecordTable = {
      length: 5,
      ids: {
        bytes: Buffer.from('abcde'),
        starts: Int32Array.of(0, 1, 2, 3, 4),
        ends: Int32Array.of(1, 2, 3, 4, 5),
      },
      at: Float64Array.of(10, 11, 12, 13, 14),
      heads: new Map([['p', column('p', [0, 0, 1, 1, 0], ['yes', 'no'])]]),
      features: new Map<string, TableColumn>([
        ['x', { name: 'x', numbers: Float64Array.from(xs) }],
        ['c', column('c', [0, 1, 2, 0, 3], ['EU', null, 'US', ''])],
      ]),
    }
    const records = xs.map((x, i) =>
      record(
        { x: Number.isNaN(x) ? null : x, c: cs[i] ?? null },
        { p: i === 2 || i === 3 ? 'no' : 'yes', at: 10 + i },
      ),
    )
    const wishes: SliceCondition[][] = [
      on('x', { op: 'range', atLeast: 20 }),
      on('x', { op: 'missing' }),
      on('c', { op: 'in', values: ['EU'] }),
      on('c', { op: 'missing' }),
      on('absent', { op: 'missing' }),
      on('absent', { op: 'in', values: ['1'] }),
      [
        ...on('x', { op: 'range', atLeast: 20 }),
        { on: 'output', name: 'prediction', op: 'in', values: ['no'] },
      ],
      [{ on: 'tag', name: 'region', op: 'missing' }],
    ]
    for (const conditions of wishes) {
      const wanted = records.filter((one) => isInSlice(conditions, one)).map(({ at }) => at)
      expect([...(sliceOfTable(conditions, table)?.at ?? [])], saySlice(conditions)).toEqual(wanted)
    }
  })

  it('is refused when it can hold for nothing, or names what is no output', () => {
    for (const wrong of [
      [],
      [{ on: 'feature', name: 'x', op: 'range' }],
      [{ on: 'feature', name: 'x', op: 'range', atLeast: 3, below: 3 }],
      [{ on: 'output', name: 'latency', op: 'missing' }],
      [{ on: 'feature', name: 'x', op: 'in', values: [] }],
      Array.from({ length: 4 }, () => ({ on: 'feature', name: 'x', op: 'missing' })),
    ])
      expect(SliceConditionsSchema.safeParse(wrong).success, JSON.stringify(wrong)).toBe(false)
    expect(SliceNameSchema.safeParse('a\nb').success).toBe(false)
  })
})
