import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ExpressionType } from '@/lib/domain/custom-metric'
import type { PredictionRecord, Scalar } from '@/lib/domain/record'
import type { SliceCondition } from '@/lib/domain/slice'
import { compileMetric, emptyOutcome } from '@/lib/expression/compile-metric'
import { createRecordReader } from '@/lib/expression/read-record'
import { conditionOfSlice, withinSlice } from '@/lib/expression/within-slice'
import { isInSlice } from '@/lib/summary/slice-filter'

const TYPES: ReadonlyMap<string, ExpressionType> = new Map<string, ExpressionType>([
  ['input:age', 'number'],
  ['input:weird "name"', 'number'],
  ['input:country', 'text'],
  ['input:is_new', 'boolean'],
  ['input:where', 'text'],
  ['tag:region', 'text'],
  ['record:prediction', 'text'],
  ['record:score', 'number'],
])
const TEXTS = ['EU', 'US', "it's", 'a "b"', 'ø', 'true', '1']
const NUMBERS = [-1.5, 0, 1, 1e-7, 1e21]

const field = fc.constantFrom(
  ...[...TYPES].map(([key, type]) => {
    const [space = '', name = ''] = [key.slice(0, key.indexOf(':')), key.slice(key.indexOf(':') + 1)]
    const on: SliceCondition['on'] = space === 'input' ? 'feature' : space === 'tag' ? 'tag' : 'output'
    return { on, name, type }
  }),
)

const condition: fc.Arbitrary<SliceCondition> = field.chain(({ on, name, type }) => {
  const where = { on, name }
  const words = type === 'number' ? NUMBERS.map(String) : type === 'boolean' ? ['true', 'false'] : TEXTS
  const values = fc.array(fc.constantFrom(...words, ...(type === 'number' ? ['1.0', ' 0'] : [])), {
    minLength: 1,
    maxLength: 3,
  })
  const end = fc.option(fc.constantFrom(...NUMBERS))
  return fc.oneof(
    fc.constant({ ...where, op: 'missing' as const }),
    values.map((list) => ({ ...where, op: 'in' as const, values: list })),
    ...(type === 'number'
      ? [fc.tuple(end, end).map(([atLeast, below]) => ({ ...where, op: 'range' as const, atLeast, below }))]
      : []),
  )
})

const absent = fc.constantFrom(undefined, null, '')
const number = fc.oneof(fc.constantFrom<Scalar>(...NUMBERS), absent)
const text = fc.oneof(fc.constantFrom<Scalar>(...TEXTS), absent)
const record: fc.Arbitrary<PredictionRecord> = fc
  .record({
    age: number,
    weird: number,
    country: text,
    isNew: fc.oneof(fc.boolean(), absent),
    where: text,
    region: text,
    p: text,
    s: number,
  })
  .map(({ age, weird, country, isNew, where, region, p, s }) => {
    const given = Object.entries({ age, 'weird "name"': weird, country, is_new: isNew, where })
    return {
      id: 'a',
      at: 0,
      f: Object.fromEntries(given.filter(([, value]) => value !== undefined)) as PredictionRecord['f'],
      ...(typeof region === 'string' ? { t: { region } } : {}),
      ...(typeof p === 'string' ? { p } : {}),
      ...(typeof s === 'number' ? { s } : {}),
    }
  })

function outcomeOf(source: string, of: PredictionRecord): string {
  const metric = compileMetric(source, TYPES)
  const values: (Scalar | undefined)[] = []
  createRecordReader(metric.keys)(of, new Set(), values)
  const outcome = emptyOutcome()
  metric.evaluate(values, outcome)
  return outcome.kind
}

describe('a slice in the language of custom metrics', () => {
  it('takes the same records as the slice, and cannot tell of none', () => {
    fc.assert(
      fc.property(fc.array(condition, { minLength: 1, maxLength: 3 }), record, (conditions, of) => {
        const where = conditionOfSlice(conditions, TYPES)
        const source = withinSlice('count()', where ?? '')
        expect(outcomeOf(source ?? '', of)).toBe(isInSlice(conditions, of) ? 'value' : 'outside')
      }),
      { numRuns: 2_000 },
    )
  })

  it('is not written where the language cannot say it', () => {
    const age = { on: 'feature', name: 'age' } as const
    expect(conditionOfSlice([{ ...age, op: 'in', values: ['old'] }], TYPES)).toBeNull()
    expect(conditionOfSlice([{ ...age, name: 'unheard', op: 'missing' }], TYPES)).toBeNull()
    const range = { op: 'range', atLeast: 1, below: null } as const
    expect(conditionOfSlice([{ on: 'tag', name: 'region', ...range }], TYPES)).toBeNull()
  })

  it.each([
    ['count()', 'count(where C)'],
    ['mean(age)', 'mean(age where C)'],
    ['mean(age where score > 1 or age < 2)', 'mean(age where (score > 1 or age < 2) and C)'],
    ['mean(age where (score > 1) or (age < 2)) ', 'mean(age where ((score > 1) or (age < 2)) and C) '],
    [`share("where" = 'where')`, `share("where" = 'where' where C)`],
    ['share(input.where = country)', 'share(input.where = country where C)'],
    ['mean(age', null],
    ["mean('age", null],
    ['', null],
  ])('narrows %s', (source, narrowed) => {
    expect(withinSlice(source, 'C')).toBe(narrowed)
  })
})
