import { describe, expect, it } from 'vitest'
import type { Profile } from '@/lib/domain/profile'
import { rankContributors } from '@/lib/queries/rank-contributors'

const member = (name: string, ratio: number | null, family: 'input' | 'output' = 'input') => ({
  evaluation: { column: { family, name }, metric: 'drift' },
  ratio,
})

function profileWith(importance: Record<string, number>): Pick<Profile, 'columns' | 'importances'> {
  const columns = Object.entries(importance).map(([name, value]) => ({
    family: 'input',
    name,
    importance: value,
  }))
  return { columns: columns as unknown as Profile['columns'], importances: 'given' }
}

function ranked(members: readonly ReturnType<typeof member>[], importance?: Record<string, number>) {
  const { contributors, importances } = rankContributors(members, importance ? profileWith(importance) : null)
  return {
    importances,
    rows: contributors.map((one) => [one.member.evaluation.column.name, one.importance, one.impact]),
  }
}

describe('what contributes to an alert', () => {
  it('is ordered by importance times excess: an important column a little off stands before an idle one far off', () => {
    const members = [member('luck', 6), member('income', 2), member('age', 3)]
    expect(ranked(members, { income: 40, age: 10, luck: 2 })).toEqual({
      importances: 'given',
      rows: [
        ['income', 1, 2],
        ['age', 0.25, 0.75],
        ['luck', 0.05, expect.closeTo(0.3)],
      ],
    })
  })

  it('is never nothing by an estimate, which sees each column alone, and whole records come last', () => {
    const profile = { ...profileWith({ a: 1, b: 0 }), importances: 'estimated' } as const
    const whole = { evaluation: { column: null, metric: 'domain_auc' }, ratio: 9 }
    const { contributors } = rankContributors([whole, member('b', 30), member('a', 2)], profile)
    expect(contributors.map(({ importance, impact }) => [importance, impact])).toEqual([
      [0.1, 3],
      [1, 2],
      [null, null],
    ])
  })

  it('is ordered by excess alone where nothing is known of importance', () => {
    expect(ranked([member('a', 2), member('b', 3)])).toEqual({
      importances: null,
      rows: [
        ['b', null, 3],
        ['a', null, 2],
      ],
    })
    expect(ranked([member('a', 2)], { a: 0 }).importances).toBeNull()
  })

  it('takes the middle for a column of unknown importance, the whole for an output, and puts what has no value last', () => {
    const members = [member('gone', null), member('note', 4), member('score', 3, 'output'), member('x', 1)]
    expect(ranked(members, { x: 1, y: 0.5, z: 0.1 }).rows).toEqual([
      ['score', null, 3],
      ['note', null, 2],
      ['x', 1, 1],
      ['gone', null, null],
    ])
  })
})
