import { describe, expect, it } from 'vitest'
import type { ColumnProfile } from '@/lib/domain/profile'
import type { PredictionRecord } from '@/lib/domain/record'
import { breachedCells } from '@/lib/queries/breached-cells'

const column = (change: Partial<ColumnProfile>) =>
  ({
    family: 'input',
    name: 'x',
    role: 'feature',
    type: 'number',
    kind: 'numeric',
    categories: null,
    expectations: [],
    ...change,
  }) as ColumnProfile

const breach = (metric: string, detail = {}, name = 'x', family: 'input' | 'output' = 'input') => ({
  verdict: 'drift' as const,
  limit: 50,
  metric,
  detail,
  column: { family, name },
})

const x = (
  value: PredictionRecord['f'][string],
  change: Partial<PredictionRecord> = {},
): PredictionRecord => ({
  id: 'r',
  at: 0,
  f: { x: value },
  ...change,
})

const edges = {
  edges: [null, 0, 10, 20, 30, null],
  reference: [0, 0.4, 0.3, 0.2, 0.1],
  current: [0.1, 0.1, 0.15, 0.35, 0.3],
}
const labels = {
  labels: ['a', 'b', 'c', '12 more'],
  reference: [0.6, 0.3, 0, 0.1],
  current: [0.2, 0.3, 0.2, 0.3],
}

describe('the records that a breach is about', () => {
  it.each([
    [
      'the bins that rose most, joined where they touch',
      breach('drift', { bins: edges }),
      null,
      [x(25), x(31), x(1e9)],
      [x(5), x(15), x(-3), x(null), x('25')],
    ],
    [
      'the category that rose most, not those that are counted together',
      breach('drift', { bins: labels }),
      column({ kind: 'categorical', type: 'string' }),
      [x('c')],
      [x('a'), x('b'), x('z'), x(null)],
    ],
    [
      'values of a column of few numbers',
      breach('drift', { bins: { labels: ['0', '1'], reference: [0.9, 0.1], current: [0.2, 0.8] } }),
      column({}),
      [x(1)],
      [x(0), x(2)],
    ],
    [
      'missing values, whatever way they are missing',
      breach('missing_share'),
      column({}),
      [x(null), x(''), { id: 'r', at: 0, f: {} }],
      [x(0), x(false)],
    ],
    [
      'values of another type',
      breach('type_changed_share'),
      column({}),
      [x('12 EUR'), x(true)],
      [x(12), x(null)],
    ],
    [
      'categories that are new',
      breach('unseen_share'),
      column({ kind: 'categorical', type: 'string', categories: [{ label: 'a', count: 1 }] }),
      [x('b'), x(7)],
      [x('a'), x(null)],
    ],
    [
      'values outside what is expected',
      breach('out_of_range_share'),
      column({ expectations: [{ kind: 'range', min: 0, max: 9 }] }),
      [x(10), x(-1)],
      [x(0), x(9), x(null)],
    ],
    ['names that objects have by themselves', breach('missing_share', {}, 'toString'), null, [x(1)], []],
    [
      'predictions',
      breach('output_drift', { bins: labels }, 'prediction', 'output'),
      null,
      [x(0, { p: 'c' })],
      [x(0, { p: 'a' }), x(0)],
    ],
    [
      'slow calls',
      { ...breach('latency_p95'), column: null },
      null,
      [x(0, { l: 51 })],
      [x(0, { l: 50 }), x(0)],
    ],
    [
      'failed calls',
      { ...breach('error_share'), column: null },
      null,
      [x(0, { e: true }), x(0, { c: 503 })],
      [x(0, { c: 404 }), x(0)],
    ],
    [
      'records without a prediction',
      { ...breach('null_share'), column: null },
      null,
      [x(0), x(0, { p: null })],
      [x(0, { p: 'a' }), x(0, { s: 0.2 })],
    ],
  ])('%s', (_name, given, profile, inside, outside) => {
    const cells = breachedCells(given, profile)
    expect(inside.map((record) => cells?.holds(record))).toEqual(inside.map(() => true))
    expect(outside.map((record) => cells?.holds(record))).toEqual(outside.map(() => false))
  })

  it('are named by what rose, in the order of the values', () => {
    expect(breachedCells(breach('drift', { bins: edges }), null)?.cells).toMatchObject([
      { from: 20, to: null, before: expect.closeTo(0.3), now: expect.closeTo(0.65) },
    ])
    expect(breachedCells(breach('drift', { bins: labels }), null)?.cells).toMatchObject([
      { label: 'c', now: 0.2 },
    ])
  })

  it.each([
    ['measures of the version as a whole', { ...breach('throughput'), column: null }],
    ['a class that lost', breach('class_share', { className: 'a' }, 'prediction', 'output')],
    ['a breach without bins', breach('drift')],
  ])('are none for %s', (_name, given) => {
    expect(breachedCells(given, null)).toBeNull()
  })
})
