import { describe, expect, it } from 'vitest'
import { isAppError } from '@/lib/domain/errors'
import type { ColumnMapping, Profile } from '@/lib/domain/profile'
import { parseProfile } from '@/lib/profile/profile-schema'
import { testFolder } from '@/lib/profile/testing'

/** Spread evenly over 0 … 1, differently for each `step`. */
const spread = (i: number, step: number) => (i * step) % 1

/** A score that follows `income`, a little `region`, and `luck` not at all. */
async function profileOf(mapping: ColumnMapping = {}, header = 'income,region,luck,score,prediction') {
  const rows = Array.from({ length: 2_000 }, (_, i) => {
    const [income, luck] = [spread(i, 0.618_034), spread(i, 0.414_214)]
    const region = ['n', 's', 'w'][Math.floor(spread(i, 0.732_051) * 3)] ?? 'n'
    const score = 0.7 * income + (region === 'n' ? 0.2 : 0) + 0.1 * spread(i, 0.236_068)
    return [income.toFixed(4), region, luck.toFixed(4), score.toFixed(4), score > 0.5 ? 'yes' : 'no'].join()
  })
  await using folder = await testFolder()
  return await folder.profile(await folder.write('file.csv', `${header}\n${rows.join('\n')}\n`), mapping)
}

const importances = ({ columns }: Profile) =>
  Object.fromEntries(
    columns.flatMap(({ name, importance }) => (importance === undefined ? [] : [[name, importance]])),
  )

describe('how much the output depends on each feature', () => {
  it('is estimated from rows of the reference: what the score follows stands before what it does not', async () => {
    const profile = await profileOf()
    const { income = 0, region = 0, luck = 1, ...others } = importances(profile)
    expect(profile.importances).toBe('estimated')
    expect(others).toEqual({})
    expect(income).toBeGreaterThan(0.5)
    expect(region).toBeGreaterThan(0.1)
    expect(region).toBeLessThan(income)
    expect(luck).toBeLessThan(0.1)
    expect(parseProfile(JSON.parse(JSON.stringify(profile)))).toEqual(profile)
  })

  it('is what the mapping says where it says anything; the others have none', async () => {
    const profile = await profileOf({ importance: { luck: 12, region: 0 } })
    expect(profile.importances).toBe('given')
    expect(importances(profile)).toEqual({ luck: 12, region: 0 })
  })

  it.each([
    ['without any output', 'income,region,luck,a,b'],
    ['where the output goes with no feature', 'a,b,score,c,d'],
  ])('is unknown %s', async (_name, header) => {
    const mapping = header.startsWith('a') ? { features: ['b'], ignored: ['a', 'c', 'd'] } : {}
    const profile = await profileOf(mapping, header)
    expect(profile.importances).toBeUndefined()
    expect(importances(profile)).toEqual({})
  })

  it('cannot be given to what is no feature', async () => {
    const error = await profileOf({ importance: { score: 1 } }).catch((thrown: unknown) => thrown)
    expect(isAppError(error) && error.details).toMatchObject({ reason: 'invalid_mapping', field: 'score' })
  })
})
