import { describe, expect, it } from 'vitest'
import { isBlank, isSilencedBy, longestSilence, type SilenceSubject } from '@/lib/alert/match-silence'
import { type Silence, type SilenceMatchers, SilenceMatchersSchema } from '@/lib/domain/silence'

const ALERT: SilenceSubject = {
  model: 'fraud',
  version: 'v7',
  cause: 'input_drift',
  severity: 'warning',
  owner: 'risk team',
  columns: ['amount', 'amount_usd'],
}
const matchers = (change: Partial<SilenceMatchers>) => SilenceMatchersSchema.parse(change)

describe('a silence', () => {
  it.each<[string, Partial<SilenceMatchers>, Partial<SilenceSubject>, boolean]>([
    ['takes its model', { models: ['fraud'] }, {}, true],
    ['takes models by a pattern', { models: ['fr*'] }, {}, true],
    ['leaves other models alone', { models: ['churn'] }, {}, false],
    ['takes a version of a model', { models: ['fraud'], versions: ['v7'] }, {}, true],
    ['leaves other versions alone', { models: ['fraud'], versions: ['v8'] }, {}, false],
    ['takes a cause', { causes: ['quality', 'input_drift'] }, {}, true],
    ['leaves other causes alone', { causes: ['no_data'] }, {}, false],
    [
      'of warnings leaves critical alerts alone',
      { severities: ['warning'] },
      { severity: 'critical' },
      false,
    ],
    ['takes what an owner owns', { owners: ['risk*'] }, {}, true],
    ['of an owner leaves alone what nobody owns', { owners: ['*'] }, { owner: null }, false],
    ['takes an alert all of whose columns it names', { columns: ['amount*'] }, {}, true],
    ['leaves alone one that another column has joined', { columns: ['amount'] }, {}, false],
    ['of columns leaves alone what has none', { columns: ['*'] }, { columns: [] }, false],
    ['needs all of its criteria', { models: ['fraud'], causes: ['quality'] }, {}, false],
  ])('%s', (_, change, subject, expected) => {
    expect(isSilencedBy(matchers(change), { ...ALERT, ...subject })).toBe(expected)
  })

  it('that says nothing is told apart', () => {
    expect(isBlank(matchers({}))).toBe(true)
    expect(isBlank(matchers({ causes: ['quality'] }))).toBe(false)
  })

  it('that lasts longest counts, while it lasts', () => {
    const silence = (id: number, change: Partial<Silence>): Silence => ({
      id,
      createdMs: 0,
      createdBy: 'ada',
      reason: 'x',
      startsMs: 0,
      endsMs: 100,
      matchers: matchers({ models: ['fraud'] }),
      endedBy: null,
      ...change,
    })
    const all = [
      silence(1, {}),
      silence(2, { endsMs: 300 }),
      silence(3, { endsMs: 900, endedBy: 'eve' }),
      silence(4, { endsMs: 900, matchers: matchers({ models: ['churn'] }) }),
      silence(5, { startsMs: 400, endsMs: 500 }),
    ]
    const at = (nowMs: number) => longestSilence(all, ALERT, nowMs)?.id ?? null
    expect([at(50), at(150), at(350), at(400), at(500)]).toEqual([2, 2, null, 5, null])
  })
})
