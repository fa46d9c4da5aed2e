import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { ColumnScan } from '@/lib/profile/column-scan'
import { describeColumn } from '@/lib/profile/describe-column'
import type { Cell } from '@/lib/profile/rows'
import { type ColumnFacts, inferKind } from '@/lib/stats/profile/infer-kind'
import { suggestConstraints } from '@/lib/stats/profile/suggest-constraints'

const GOLDEN = path.resolve('../shared/reference/golden/profile.json')

interface GoldenCase {
  readonly id: string
  readonly inputs: { readonly values: readonly Cell[] }
  readonly expected: Record<string, unknown>
}

function describeValues(values: readonly Cell[]) {
  const scan = new ColumnScan(true, null)
  const spilled = Float64Array.from(values, (value) => scan.add(value))
  return describeColumn('x', scan.finish(), spilled)
}

describe.skipIf(!existsSync(GOLDEN))('golden file profile', () => {
  const cases: GoldenCase[] = existsSync(GOLDEN) ? JSON.parse(readFileSync(GOLDEN, 'utf8')).cases : []
  it('has its nineteen cases', () => expect(cases).toHaveLength(19))
  for (const { id, inputs, expected } of cases) {
    it(`${id} has the expected type, kind and constraints`, () => {
      const column = describeValues(inputs.values)
      const { facts } = column
      expect(facts.n).toBe(expected.n)
      expect(facts.present / facts.n).toBeCloseTo(Number(expected.non_null_fraction), 12)
      expect(facts.type ?? 'unknown').toBe(expected.type)
      expect(column.kind ?? 'unknown').toBe(expected.role)
      expect(facts.distinct).toBe(expected.distinct)
      expect(facts.min ?? undefined).toBe(expected.min)
      expect(facts.max ?? undefined).toBe(expected.max)
      if ('format' in expected) expect(facts.format).toBe(expected.format)
      if (expected.domain) expect(facts.labels).toEqual(expected.domain)
      const constraints = suggestConstraints(facts, column.kind)
      const wanted = expected.constraints as [string, unknown][]
      expect(constraints.map(([name]) => name)).toEqual(wanted.map(([name]) => name))
      for (const [index, [, argument]] of wanted.entries()) expectNear(constraints[index]?.[1], argument)
    })
  }
})

function expectNear(actual: unknown, wanted: unknown): void {
  if (Array.isArray(wanted) && wanted.every((value) => typeof value === 'number')) {
    for (const [index, value] of wanted.entries()) {
      const found = (actual as readonly number[])[index] ?? Number.NaN
      expect(Math.abs(found - value)).toBeLessThanOrEqual(1e-12 + 1e-12 * Math.abs(value))
    }
  } else if (typeof wanted === 'number') expect(actual).toBeCloseTo(wanted, 12)
  else expect(actual).toEqual(wanted)
}

describe('inferring a column', () => {
  const facts: ColumnFacts = {
    n: 100,
    present: 100,
    type: 'integer',
    distinct: 100,
    min: 1,
    max: 100,
    meanWords: 0,
    format: null,
    labels: null,
  }
  it('takes an integer that never repeats for an identifier only from fifty rows on', () => {
    expect(inferKind(facts)).toBe('identifier')
    expect(inferKind({ ...facts, present: 49, distinct: 49 })).toBe('numeric')
  })
  it('suggests nothing for a column without values', () => {
    const empty = { ...facts, type: null, present: 0, distinct: 0, min: null, max: null }
    expect(suggestConstraints(empty, inferKind(empty))).toEqual([])
  })
  it('reads infinities of a numeric column as missing, and of a text column as text', () => {
    expect(describeValues(['1.5', 'inf', '2.5', '3.5', '-Infinity']).facts).toMatchObject({
      type: 'number',
      present: 3,
      distinct: 3,
    })
    expect(describeValues(['a', 'inf', 'b']).facts).toMatchObject({ type: 'string', present: 3, distinct: 3 })
  })
  it('takes infinity for no value of other types than numbers and strings', () => {
    expect(describeValues(['2024-01-01', 'inf', '2024-01-02']).facts).toMatchObject({
      type: 'string',
      present: 3,
    })
    expect(describeValues(['yes', 'no', 'inf']).facts.type).toBe('string')
    expect(describeValues(['a@b.org', 'inf']).facts.format).toBeNull()
  })
  it('turns a number too large for a double into a missing value', () => {
    const column = describeValues(['1e400', '1', '2.5', '1e308'])
    expect(column.facts).toMatchObject({ type: 'number', present: 3 })
    expect(column.scanned.nonFinite).toBe(1)
  })
})
